//! The calls.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use crate::error::{ApiError, ApiErrorBody};
use crate::{ApiKey, Checkout, Discount, Page, Product};

/// The longest a single try may take. Creem documents no time-out; a buyer waits no longer than this.
const TRY_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The largest answer that is read, in bytes. A page of products is a few dozen kilobytes.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Pages of one list that are followed; at 100 entries each, more than any shop sells on one page.
const MAX_PAGES: u32 = 20;

/// A connection to one Creem environment with one key. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    key: ApiKey,
}

/// The body of a session's creation. Only what is set is sent. (Creem: section 3.1.)
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CreateCheckout {
    /// `prod_…`.
    pub product_id: String,
    /// Comes back in the return URL and in `checkout.completed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
    /// Prefilled on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount_code: Option<String>,
    /// Who buys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CreateCheckoutCustomer>,
    /// Where the buyer returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// Comes back in webhooks and on the subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Questions for the payment page, as Creem's objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<Value>,
}

/// Who buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreateCheckoutCustomer {
    /// Prefilled and locked on the page.
    pub email: String,
}

impl Client {
    /// A client for the environment of the key, or for another address (the sandbox, a mirror).
    ///
    /// # Errors
    /// When the system's TLS set-up cannot be used.
    pub fn new(key: ApiKey, base: Option<Url>) -> Result<Self, ApiError> {
        let base = match base {
            Some(base) => base,
            None => Url::parse(key.mode().base_url()).expect("Creem's addresses are URLs"),
        };
        let http = reqwest::Client::builder()
            .user_agent(concat!("creem-checkout/", env!("CARGO_PKG_VERSION")))
            .timeout(TRY_TIMEOUT)
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| ApiError::Unreadable { reason: error.to_string() })?;
        Ok(Self { http, base, key })
    }

    /// Opens a session.
    ///
    /// Retried only when no connection was made or Creem answered 429, because Creem does not promise that a second
    /// creation answers with the first session.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn create_checkout(&self, body: &CreateCheckout) -> Result<Checkout, ApiError> {
        let call = || async { self.send(self.request(Method::POST, "checkouts")?.json(body)).await };
        call.retry(backoff())
            .when(|failure: &Failure| failure.nothing_happened)
            .adjust(Failure::not_before)
            .await
            .map_err(|failure| failure.error)
    }

    /// Reads a session.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn checkout(&self, checkout_id: &str) -> Result<Checkout, ApiError> {
        self.get("checkouts", &[("checkout_id", checkout_id)]).await
    }

    /// Reads a product.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn product(&self, product_id: &str) -> Result<Product, ApiError> {
        self.get("products", &[("product_id", product_id)]).await
    }

    /// All active products, page after page.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn products(&self) -> Result<Vec<Product>, ApiError> {
        let mut products = Vec::new();
        let mut page_number = 1;
        for _ in 0..MAX_PAGES {
            let page: Page<Product> = self
                .get(
                    "products/search",
                    &[("page_number", &page_number.to_string()), ("page_size", "100"), ("status", "active")],
                )
                .await?;
            products.extend(page.items);
            match page.pagination.next_page {
                Some(next) => page_number = next,
                None => break,
            }
        }
        Ok(products)
    }

    /// Reads a discount by the code buyers type.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn discount(&self, code: &str) -> Result<Discount, ApiError> {
        self.get("discounts", &[("discount_code", code)]).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, ApiError> {
        let call = || async { self.send(self.request(Method::GET, path)?.query(query)).await };
        call.retry(backoff())
            .when(|failure: &Failure| failure.may_pass)
            .adjust(Failure::not_before)
            .await
            .map_err(|failure| failure.error)
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| Failure::lasting(ApiError::Unreadable { reason: "the address has no path".into() }))?
            .pop_if_empty()
            .push("v1")
            .extend(path.split('/'));
        Ok(self.http.request(method, url).header("x-api-key", self.key.expose()))
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let answer = request.send().await.map_err(Failure::of_transport)?;
        let status = answer.status();
        let retry_after = retry_after(&answer);
        let body = read_bounded(answer).await?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|error| Failure::lasting(ApiError::Unreadable { reason: error.to_string() }));
        }
        let error = serde_json::from_slice::<ApiErrorBody>(&body).unwrap_or_default();
        let error = ApiErrorBody { retry_after, ..error };
        Err(Failure {
            may_pass: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
            nothing_happened: status == StatusCode::TOO_MANY_REQUESTS,
            error: ApiError::of_status(status.as_u16(), error),
        })
    }
}

/// A failed try: what went wrong, and whether another may be made.
struct Failure {
    error: ApiError,
    /// Another try may succeed.
    may_pass: bool,
    /// Another try cannot do the same thing twice.
    nothing_happened: bool,
}

impl Failure {
    fn lasting(error: ApiError) -> Self {
        Self { error, may_pass: false, nothing_happened: false }
    }

    /// When the next try may be made: not before Creem allows it, and never when that is later than a buyer waits.
    fn not_before(&self, planned: Option<Duration>) -> Option<Duration> {
        match self.error.retry_after() {
            Some(asked) if asked > LONGEST_PAUSE => None,
            Some(asked) => planned.map(|planned| planned.max(asked)),
            None => planned,
        }
    }

    fn of_transport(error: reqwest::Error) -> Self {
        // A connection that was never made cannot have carried the request.
        let nothing_happened = error.is_connect();
        if error.is_timeout() && !nothing_happened {
            return Self::lasting(ApiError::Timeout);
        }
        let error = ApiError::Unavailable { status: None, body: ApiErrorBody::default() };
        Self { error, may_pass: true, nothing_happened }
    }
}

/// The seconds of `Retry-After`; its other form, a date, is not something Creem is known to send.
fn retry_after(answer: &reqwest::Response) -> Option<Duration> {
    let text = answer.headers().get(reqwest::header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

async fn read_bounded(mut answer: reqwest::Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(Failure::of_transport)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Failure::lasting(ApiError::Unreadable { reason: "the answer is too large".into() }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(LONGEST_PAUSE)
        .with_max_times(2)
}
