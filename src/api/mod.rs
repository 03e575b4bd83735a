//! The proxy's endpoints as methods of its address. The only user of gloo-net.
//!
//! On the page addresses are relative, so that it works under any path. Nothing is retried here: who asks knows
//! whether asking again is right.

mod error;

pub use error::{ApiError, Recovery};

use gloo_net::http::{Request, RequestBuilder};
use serde::de::DeserializeOwned;
use wire::{CheckoutCreated, CheckoutId, ErrorBody, Field, Payment, Products, RequestId, routes};

use crate::form::quote::{PriceQuestion, Quote};
use crate::host::clock::Deadline;
use crate::host::navigation::encoded;
use crate::host::{Host, json};

/// How long an answer may take before the buyer hears of it, in milliseconds.
const TIME_OUT_MS: u32 = 20_000;

/// The proxy at one address.
#[derive(Clone, Copy, Debug)]
pub struct Api<'a> {
    base: &'a str,
}

impl<'a> Api<'a> {
    /// The one that an instance talks to.
    #[must_use]
    pub fn of(host: &'a Host) -> Self {
        Self { base: host.base() }
    }

    /// Where a plain form is sent.
    #[must_use]
    pub fn checkouts(self) -> String {
        [self.base, routes::CHECKOUTS].concat()
    }

    /// `GET /api/products`.
    ///
    /// # Errors
    /// [`ApiError`]; asking again may help.
    pub async fn products(self) -> Result<Products, ApiError> {
        read(Request::get(&[self.base, routes::PRODUCTS].concat()), None).await
    }

    /// `GET /api/quote`.
    ///
    /// # Errors
    /// [`ApiError`]; a bad code is not one, it is an outcome of the quote.
    pub async fn quote(self, question: &PriceQuestion) -> Result<Quote, ApiError> {
        let url = [
            self.base,
            routes::QUOTE,
            "?",
            Field::Product.name(),
            "=",
            &encoded(&question.product_id),
            "&",
            Field::Units.name(),
            "=",
            &question.units.to_string(),
            "&",
            Field::DiscountCode.name(),
            "=",
            &encoded(&question.discount_code),
        ]
        .concat();
        read(Request::get(&url), None).await
    }

    /// `POST /api/checkouts` with a body of JSON.
    ///
    /// # Errors
    /// [`ApiError`]; its [`Recovery`] says what the buyer can do.
    pub async fn create_checkout(self, idempotency_key: &str, body: &str) -> Result<CheckoutCreated, ApiError> {
        read(Request::post(&self.checkouts()).header(routes::IDEMPOTENCY_KEY, idempotency_key), Some(body)).await
    }

    /// `GET /api/return` with the returned address's query, untouched.
    ///
    /// # Errors
    /// [`ApiError`]; nothing is known to be paid then.
    pub async fn verify_return(self, query: &str) -> Result<Payment, ApiError> {
        read(Request::get(&[self.base, routes::RETURN, "?", query].concat()), None).await
    }

    /// `GET /api/payments/{request_id}`.
    ///
    /// # Errors
    /// [`ApiError`], also when the pair does not match.
    pub async fn payment(self, request_id: &RequestId, checkout_id: &CheckoutId) -> Result<Payment, ApiError> {
        read(Request::get(&self.payment_url(request_id, "", checkout_id)), None).await
    }

    /// `GET /api/payments/{request_id}/events`: each change of the payment, until `on_change` answers that it was the
    /// last or the instance of `host` ends.
    pub fn follow_payment(
        self,
        request_id: &RequestId,
        checkout_id: &CheckoutId,
        host: &Host,
        mut on_change: impl FnMut(Payment) -> bool + 'static,
    ) {
        let url = self.payment_url(request_id, routes::EVENTS, checkout_id);
        host.listen(&url, routes::PAYMENT_EVENT, move |data| json::parse(&data).is_some_and(&mut on_change));
    }

    fn payment_url(self, request_id: &RequestId, path: &str, checkout_id: &CheckoutId) -> String {
        [self.base, routes::PAYMENTS, "/", request_id.as_str(), path, "?checkout_id=", checkout_id.as_str()].concat()
    }
}

/// Sends, within the time-out, and reads the answer or the error.
async fn read<T: DeserializeOwned>(request: RequestBuilder, body: Option<&str>) -> Result<T, ApiError> {
    let text = exchange(request, body).await?;
    json::parse(&text).ok_or(ApiError::Unreadable)
}

/// The part of a call that does not depend on the answer's type, so that it exists once in the binary.
async fn exchange(request: RequestBuilder, body: Option<&str>) -> Result<String, ApiError> {
    let deadline = Deadline::after(TIME_OUT_MS);
    let request = request.abort_signal(Some(&deadline.signal()));
    let failed = |_| if deadline.has_passed() { ApiError::TimedOut } else { ApiError::Offline };
    let response = match body {
        Some(body) => request.header("Content-Type", "application/json").body(body).map_err(failed)?.send().await,
        None => request.send().await,
    }
    .map_err(failed)?;
    let broke_off = |_| if deadline.has_passed() { ApiError::TimedOut } else { ApiError::Unreadable };
    let text = response.text().await.map_err(broke_off)?;
    if response.ok() {
        return Ok(text);
    }
    Err(json::parse(&text).map_or(ApiError::Unreadable, |body: ErrorBody| ApiError::Rejected(body.error)))
}
