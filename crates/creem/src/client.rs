//! The calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use crate::endpoint::{WebhookEndpoint, WebhookSecret};
use crate::error::{ApiError, ApiErrorBody};
use crate::page::Page;
use crate::reader::{self, Entity};
use crate::transaction::{Transaction, Transactions};
use crate::{ApiKey, Checkout, Discount, Product};

/// The longest a single try may take. Creem documents no time-out; a buyer waits no longer than this.
const TRY_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The largest answer that is read, in bytes. A page of products is a few dozen kilobytes.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Pages of one list that are followed; at 100 entries each, more than any shop sells on one page.
const MAX_PAGES: u32 = 100;

/// How many requests may leave.
pub trait Budget: fmt::Debug + Send + Sync {
    /// Takes one request from it.
    ///
    /// # Errors
    /// How long there is none.
    fn take(&self) -> Result<(), Duration>;
}

/// A connection to one Creem environment with one key. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    key: ApiKey,
    budget: Option<Arc<dyn Budget>>,
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
    /// The affiliate who sent the buyer; has to be an active one of the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate_code: Option<String>,
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
        Ok(Self { http, base, key, budget: None })
    }

    /// The same client within a budget, from which every request is taken that leaves: each page of a list, and each
    /// repetition. A repetition there is nothing left for is not made, and the first failure stands.
    #[must_use]
    pub fn within(self, budget: Arc<dyn Budget>) -> Self {
        Self { budget: Some(budget), ..self }
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
        self.repeated(call, |failure| failure.nothing_happened).await
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

    /// All active products, page after page. One that cannot be read is logged and left out.
    ///
    /// # Errors
    /// [`ApiError`], also when there are products and none of them can be read.
    pub async fn products(&self) -> Result<Vec<Product>, ApiError> {
        let list: Page<Product> = self.pages("products/search", &[("status", "active")], MAX_PAGES).await?;
        match list.unreadable {
            Some(unreadable) if list.items.is_empty() => Err(unreadable.into()),
            Some(_) | None => Ok(list.items),
        }
    }

    /// Reads a discount by the code buyers type.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn discount(&self, code: &str) -> Result<Discount, ApiError> {
        self.get("discounts", &[("discount_code", code)]).await
    }

    /// The codes of active discounts in the merchant's spelling, of as many pages as are asked for. One that cannot be
    /// read is logged and left out.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn discount_codes(&self, most_pages: u32) -> Result<Vec<String>, ApiError> {
        let discounts: Page<Discount> = self.pages("discounts/search", &[("status", "active")], most_pages).await?;
        Ok(discounts.items.into_iter().map(|discount| discount.code).collect())
    }

    /// The webhook endpoints of the store.
    ///
    /// # Errors
    /// [`ApiError`]; [`ApiError::Key`] also when the key may not read them.
    pub async fn webhook_endpoints(&self) -> Result<Vec<WebhookEndpoint>, ApiError> {
        Ok(self.pages("webhooks", &[], MAX_PAGES).await?.items)
    }

    /// The secret with which Creem signs what it sends to an endpoint.
    ///
    /// # Errors
    /// [`ApiError`]; [`ApiError::Key`] also when the key may not read it.
    pub async fn webhook_secret(&self, endpoint_id: &str) -> Result<SecretString, ApiError> {
        let secret: WebhookSecret = self.get(&format!("webhooks/{endpoint_id}/secret"), &[]).await?;
        Ok(secret.0)
    }

    /// A page of the transactions of the store; the first has number 1. One that cannot be read is logged and left out.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn transactions(&self, page_number: u32) -> Result<Transactions, ApiError> {
        let page: Page<Transaction> =
            self.get("transactions/search", &[("page_number", &page_number.to_string()), ("page_size", "100")]).await?;
        Ok(Transactions { items: page.items, next_page: page.next_page })
    }

    /// A list, page after page, as one.
    async fn pages<T: Entity>(&self, path: &str, query: &[(&str, &str)], most_pages: u32) -> Result<Page<T>, ApiError> {
        let mut list = Page { items: Vec::new(), unreadable: None, next_page: None };
        let mut page_number = 1;
        for _ in 0..most_pages {
            let number = page_number.to_string();
            let paging = [("page_number", number.as_str()), ("page_size", "100")];
            let page: Page<T> = self.get(path, &[&paging[..], query].concat()).await?;
            list.items.extend(page.items);
            list.unreadable = list.unreadable.or(page.unreadable);
            match page.next_page {
                Some(next) if next > page_number => page_number = next,
                Some(_) | None => break,
            }
        }
        Ok(list)
    }

    async fn get<T: Entity>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, ApiError> {
        let call = || async { self.send(self.request(Method::GET, path)?.query(query)).await };
        self.repeated(call, |failure| failure.may_pass).await
    }

    /// Makes a call, and makes it again while that is safe, is soon enough, and is within the budget.
    async fn repeated<T, Fut>(&self, call: impl FnMut() -> Fut, is_safe: fn(&Failure) -> bool) -> Result<T, ApiError>
    where
        Fut: Future<Output = Result<T, Failure>>,
    {
        self.take().map_err(|wait| ApiError::OverBudget { wait })?;
        call.retry(backoff())
            .when(is_safe)
            .adjust(|failure, planned| failure.not_before(planned).filter(|_| self.take().is_ok()))
            .await
            .map_err(|failure| failure.error)
    }

    fn take(&self) -> Result<(), Duration> {
        self.budget.as_ref().map_or(Ok(()), |budget| budget.take())
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| Failure::lasting(ApiError::Unreadable { reason: "the address has no path".into() }))?
            .pop_if_empty()
            .push("v1")
            .extend(path.split('/'));
        let mut key = HeaderValue::from_str(self.key.expose()).expect("a key has only letters, digits and _");
        key.set_sensitive(true);
        Ok(self.http.request(method, url).header("x-api-key", key))
    }

    async fn send<T: Entity>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let answer = request.send().await.map_err(Failure::of_transport)?;
        let status = answer.status();
        let retry_after = retry_after(&answer);
        let body = read_bounded(answer).await?;
        if status.is_success() {
            return reader::entity(&body).map_err(|unreadable| Failure::lasting(unreadable.into()));
        }
        let error = ApiErrorBody { retry_after, ..ApiErrorBody::from_body(&body) };
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
        let body = ApiErrorBody { message: vec![with_causes(&error.without_url())], ..ApiErrorBody::default() };
        Self { error: ApiError::Unavailable { status: None, body }, may_pass: true, nothing_happened }
    }
}

/// What an error says, and what those beneath it say: the last one names the trouble.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
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

#[cfg(test)]
mod tests;
