//! The sandbox's own controls, under `/_sandbox`: reset, pay, move the clock, misbehave, look.
//!
//! Each takes JSON, or the plain forms of the overview page, which are then sent back to it. They need no key, so a page
//! of another site must not press them: what a browser says comes from elsewhere is refused.

mod goods;
mod money;
mod scenario;
mod shop;
mod time;

use axum::extract::{Form, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use creem::webhook::EVENT_TYPES;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::page::reply::{refuse, see_other};
use crate::webhooks::Draft;
use crate::world::deliveries::{Behaviour, Event};
use crate::world::faults::Fault;
use crate::world::requests;
use crate::world::switches::Switches;
use crate::{MAX_BODY_BYTES, Sandbox};

/// The controls' routes.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/requests", get(list_requests))
        .route("/_sandbox/events", get(list_events).post(send_event))
        .route("/_sandbox/events/{id}/resend", post(resend))
        .route("/_sandbox/checkouts/{id}/pay", post(money::pay))
        .route("/_sandbox/clock", get(time::clock).post(time::move_clock))
        .route("/_sandbox/faults", post(add_fault).delete(clear_faults))
        .route("/_sandbox/faults/clear", post(clear_faults))
        .route("/_sandbox/products", post(shop::add_product))
        .route("/_sandbox/products/{id}/archive", post(shop::archive))
        .route("/_sandbox/customers/{id}/portal", post(shop::portal))
        .route("/_sandbox/subscriptions/{id}/card", post(money::change_card))
        .route("/_sandbox/transactions/{id}/refund", post(money::refund))
        .route("/_sandbox/transactions/{id}/dispute", post(money::dispute))
        .route("/_sandbox/customers/{id}/credits", post(goods::credits))
        .route("/_sandbox/products/{id}/licenses", post(goods::issue_keys))
        .route("/_sandbox/licenses/{id}", post(goods::change_license))
        .route("/_sandbox/scenario", post(scenario::begin))
        .route("/_sandbox/scenario/stop", post(scenario::stop))
        .route("/_sandbox/scenario/{language}", get(scenario::export))
        .route("/_sandbox/switches", get(switches).post(switch))
        .route("/_sandbox/deliveries", get(behaviour).post(misbehave))
}

/// What a control was asked, and by whom.
struct Asked<T> {
    what: T,
    by: Asker,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Asker {
    Program,
    /// With the place of the overview that the button is at.
    OverviewPage(String),
}

impl Asker {
    /// The answer: JSON for programs, the overview again for people.
    fn answer(&self, sandbox: &Sandbox, body: Value) -> Response {
        match self {
            Self::Program => Json(body).into_response(),
            Self::OverviewPage(place) => {
                see_other(&[sandbox.options().public_url.path().trim_end_matches('/'), place].concat())
            }
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Sandbox> for Asked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, sandbox: &Sandbox) -> Result<Self, Response> {
        if is_from_elsewhere(request.headers()) {
            return Err(refuse(StatusCode::FORBIDDEN, "cross_site", "controls are not for pages of other sites"));
        }
        let wrong = |error: String| refuse(StatusCode::BAD_REQUEST, "unreadable", error);
        if has_type(request.headers(), "application/x-www-form-urlencoded") {
            let back = place(request.uri());
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, MAX_BODY_BYTES).await.map_err(|error| wrong(error.to_string()))?;
            let filled = Request::from_parts(parts, filled_in(&body).into());
            let Form(what) = Form::from_request(filled, sandbox).await.map_err(|error| wrong(error.body_text()))?;
            return Ok(Self { what, by: Asker::OverviewPage(back) });
        }
        let body = axum::body::Bytes::from_request(request, sandbox).await.map_err(IntoResponse::into_response)?;
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        let what = serde_json::from_slice(body).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { what, by: Asker::Program })
    }
}

/// Where a form's query leads back to: a place of the overview's, and never another site.
fn place(uri: &Uri) -> String {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let asked = pairs.find(|(name, _)| name == "back").map(|(_, back)| back.into_owned());
    let own = |back: &String| back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    asked.filter(own).unwrap_or_else(|| "/".to_owned())
}

/// A form without the fields that were left empty.
fn filled_in(body: &[u8]) -> String {
    let pairs = form_urlencoded::parse(body).filter(|(_, value)| !value.trim().is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reset {
    /// Which ids are given from now on, the same ones every time; ones that were never given when absent.
    seed: Option<u64>,
}

async fn reset(State(sandbox): State<Sandbox>, asked: Asked<Reset>) -> Response {
    sandbox.reset(asked.what.seed).await;
    sandbox.wake();
    asked.by.answer(&sandbox, json!({}))
}

async fn list_requests(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    Json(sandbox.world().requests.iter().map(requests::Request::json).collect())
}

async fn list_events(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    Json(sandbox.world().events.iter().map(Event::json).collect())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SendEvent {
    #[serde(rename = "type")]
    kind: String,
    /// What it is about; the latest of its kind when absent. A form has it as text.
    object: Option<Value>,
}

/// Sends an event that nothing in the sandbox caused, as the dashboard's test button does at Creem.
async fn send_event(State(sandbox): State<Sandbox>, asked: Asked<SendEvent>) -> Response {
    let Some(kind) = EVENT_TYPES.into_iter().find(|known| *known == asked.what.kind) else {
        return refuse(StatusCode::BAD_REQUEST, "unknown_type", format!("one of {}", EVENT_TYPES.join(", ")));
    };
    let object = match asked.what.object {
        Some(Value::String(text)) => serde_json::from_str(&text).map_err(|error| error.to_string()),
        Some(object) => Ok(object),
        None => {
            sandbox.world().latest_for(kind).ok_or_else(|| format!("there is nothing yet that {kind} could be about"))
        }
    };
    let object = match object {
        Ok(object) => object,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, "unreadable", error),
    };
    let id = {
        let mut world = sandbox.world();
        world.publish(vec![Draft::new(kind, object)]);
        world.events.iter().next_back().map(|event| event.id.clone())
    };
    sandbox.wake();
    asked.by.answer(&sandbox, json!({ "id": id }))
}

async fn resend(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Nothing>) -> Response {
    let Nothing {} = asked.what;
    let sent = sandbox.world().resend(&id);
    match sent {
        None => refuse(StatusCode::NOT_FOUND, "unknown_event", "there is no such event"),
        Some(0) => refuse(StatusCode::CONFLICT, "no_endpoint", "no webhook endpoint wants this event"),
        Some(endpoints) => {
            sandbox.wake();
            asked.by.answer(&sandbox, json!({ "id": id, "endpoints": endpoints }))
        }
    }
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

async fn switches(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!(sandbox.world().switches))
}

async fn switch(State(sandbox): State<Sandbox>, asked: Asked<Switches>) -> Response {
    let answer = json!(asked.what);
    sandbox.world().switches = asked.what;
    asked.by.answer(&sandbox, answer)
}

async fn misbehave(State(sandbox): State<Sandbox>, asked: Asked<Behaviour>) -> Response {
    let answer = json!(asked.what);
    sandbox.world().behaviour = asked.what;
    sandbox.wake();
    asked.by.answer(&sandbox, answer)
}
