//! The sandbox's own controls, under `/_sandbox`: reset, pay, move the clock, misbehave, look.
//!
//! Each takes JSON, or the plain forms of the overview page, which are then sent back to it. They need no key, so a page
//! of another site must not press them: what a browser says comes from elsewhere is refused.

use std::time::Duration;

use axum::extract::{Form, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{Checkout, CheckoutState};
use crate::faults::Fault;
use crate::page::see_other;
use crate::purchase::PayError;
use crate::requests;
use crate::webhooks::{Behaviour, Event};

/// The card that pays, used when none is named.
const GOOD_CARD: &str = "4111111111111111";

/// The buyer, when neither the session nor the call names one.
const SOMEBODY: &str = "buyer@example.com";

/// The controls' routes.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/requests", get(list_requests))
        .route("/_sandbox/events", get(list_events))
        .route("/_sandbox/events/{id}/resend", post(resend))
        .route("/_sandbox/checkouts/{id}/pay", post(pay))
        .route("/_sandbox/clock", get(clock).post(advance))
        .route("/_sandbox/faults", post(add_fault).delete(clear_faults))
        .route("/_sandbox/deliveries", get(behaviour).post(misbehave))
}

/// What a control was asked, and by whom.
struct Asked<T> {
    what: T,
    by: Asker,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Program,
    OverviewPage,
}

impl Asker {
    /// The answer: JSON for programs, the overview again for people.
    fn answer(self, sandbox: &Sandbox, body: Value) -> Response {
        match self {
            Self::Program => Json(body).into_response(),
            Self::OverviewPage => see_other(&format!("{}/", sandbox.options().public_url.path().trim_end_matches('/'))),
        }
    }
}

/// A refusal by a control.
fn refuse(status: StatusCode, code: &str, message: impl Into<String>) -> Response {
    (status, Json(json!({ "error": { "code": code, "message": message.into() } }))).into_response()
}

impl<T: DeserializeOwned> FromRequest<Sandbox> for Asked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, sandbox: &Sandbox) -> Result<Self, Response> {
        if is_from_elsewhere(request.headers()) {
            return Err(refuse(StatusCode::FORBIDDEN, "cross_site", "controls are not for pages of other sites"));
        }
        let wrong = |error: String| refuse(StatusCode::BAD_REQUEST, "unreadable", error);
        if has_type(request.headers(), "application/x-www-form-urlencoded") {
            let Form(what) = Form::from_request(request, sandbox).await.map_err(|error| wrong(error.to_string()))?;
            return Ok(Self { what, by: Asker::OverviewPage });
        }
        let body = axum::body::Bytes::from_request(request, sandbox).await.map_err(IntoResponse::into_response)?;
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        let what = serde_json::from_slice(body).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { what, by: Asker::Program })
    }
}

fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok());
    given.is_some_and(|given| given.to_ascii_lowercase().starts_with(wanted))
}

/// A control that takes nothing.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn reset(State(sandbox): State<Sandbox>, asked: Asked<Nothing>) -> Response {
    let Nothing {} = asked.what;
    sandbox.reset();
    sandbox.wake();
    asked.by.answer(&sandbox, json!({}))
}

async fn list_requests(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    Json(sandbox.world().requests.iter().map(requests::Request::json).collect())
}

async fn list_events(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    Json(sandbox.world().events.iter().map(Event::json).collect())
}

async fn resend(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Nothing>) -> Response {
    let Nothing {} = asked.what;
    if sandbox.options().webhook_url.is_none() {
        return refuse(StatusCode::CONFLICT, "no_webhook_url", "this sandbox was started without a webhook address");
    }
    let known = {
        let mut world = sandbox.world();
        let now = world.now();
        world.deliver(&id, now)
    };
    if !known {
        return refuse(StatusCode::NOT_FOUND, "unknown_event", "there is no such event");
    }
    sandbox.wake();
    asked.by.answer(&sandbox, json!({ "id": id }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    #[serde(default)]
    card: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    country: Option<String>,
}

async fn pay(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Pay>) -> Response {
    let Pay { card, email, name, country } = asked.what;
    let result = {
        let mut world = sandbox.world();
        if let Some(checkout) = world.checkout(&id).filter(|checkout| checkout.state == CheckoutState::Pending) {
            fill_in(checkout, email, name, country);
        }
        let paid = world.pay(&id, card.as_deref().unwrap_or(GOOD_CARD));
        paid.map(|_| world.checkouts.get(&id).and_then(|checkout| world.return_url(checkout, sandbox.key())))
    };
    match result {
        Ok(return_url) => {
            sandbox.wake();
            asked.by.answer(&sandbox, json!({ "return_url": return_url.map(String::from) }))
        }
        Err(error @ PayError::Unknown) => refuse(StatusCode::NOT_FOUND, "unknown_checkout", error.to_string()),
        Err(error @ PayError::Expired) => refuse(StatusCode::CONFLICT, "expired", error.to_string()),
        Err(error @ PayError::AlreadyPaid) => refuse(StatusCode::CONFLICT, "already_paid", error.to_string()),
        Err(PayError::Declined(decline)) => refuse(StatusCode::PAYMENT_REQUIRED, decline.code(), decline.to_string()),
    }
}

/// Answers everything the payment page would have asked.
fn fill_in(checkout: &mut Checkout, email: Option<String>, name: Option<String>, country: Option<String>) {
    let buyer = &mut checkout.buyer;
    if let Some(email) = email.filter(|email| !email.is_empty() && !checkout.email_locked) {
        buyer.email = email;
    }
    if buyer.email.is_empty() {
        SOMEBODY.clone_into(&mut buyer.email);
    }
    buyer.name =
        name.unwrap_or_else(|| if buyer.name.is_empty() { "Ada Buyer".to_owned() } else { buyer.name.clone() });
    buyer.country = country.unwrap_or_else(|| "US".to_owned());
    for field in &mut checkout.custom_fields {
        if let Some(text) = &mut field.text {
            let answer = if field.optional { "" } else { "Sandbox" };
            text.value.get_or_insert_with(|| answer.to_owned());
        }
        if let Some(checkbox) = &mut field.checkbox {
            checkbox.value.get_or_insert(!field.optional);
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "now": iso(sandbox.world().now()) }))
}

async fn advance(State(sandbox): State<Sandbox>, asked: Asked<Advance>) -> Response {
    let now = {
        let mut world = sandbox.world();
        world.advance(Duration::from_secs(asked.what.advance_seconds));
        world.now()
    };
    sandbox.wake();
    asked.by.answer(&sandbox, json!({ "now": iso(now) }))
}

async fn add_fault(State(sandbox): State<Sandbox>, asked: Asked<Fault>) -> Response {
    if sandbox.world().faults.add(asked.what) {
        asked.by.answer(&sandbox, json!({}))
    } else {
        refuse(StatusCode::BAD_REQUEST, "bad_fault", "the status is none, or too many faults wait already")
    }
}

async fn clear_faults(State(sandbox): State<Sandbox>, asked: Asked<Nothing>) -> Response {
    let Nothing {} = asked.what;
    sandbox.world().faults.clear();
    asked.by.answer(&sandbox, json!({}))
}

async fn behaviour(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!(sandbox.world().behaviour))
}

async fn misbehave(State(sandbox): State<Sandbox>, asked: Asked<Behaviour>) -> Response {
    let answer = json!(asked.what);
    sandbox.world().behaviour = asked.what;
    sandbox.wake();
    asked.by.answer(&sandbox, answer)
}
