//! Webhook endpoints: make, list, change, remove, their secrets, and the events that wait to be fetched.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use creem::webhook::EVENT_TYPES;
use serde_json::{Value, json};

use super::error::ApiError;
use super::list::{self, Answer};
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, count_up_to, counted};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{DeliveryMode, Endpoint, EndpointStatus, Mode, STORE_ID};
use crate::world::World;
use crate::world::deliveries::{Event, Reply};

/// What asking for pending events takes.
pub(super) const PENDING: &[Param] = &[count_up_to("limit", 100)];

/// How many pending events are told at once unless the query says so.
const FETCHED: usize = 50;

/// Longest answer of a local server that is reported, in characters.
const MAX_REPORT: usize = 10_000;

/// `GET /v1/webhooks`
pub(crate) async fn index(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let endpoints: Vec<&Endpoint> = world.endpoints.iter().filter(|endpoint| !endpoint.removed).collect();
    list::page(&endpoints, &query)
}

/// `POST /v1/webhooks`
pub(crate) async fn create(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let mut endpoint = body::read(&bytes, wanted)?;
    let mut world = sandbox.world();
    endpoint.id = world.ids.next("wh_");
    endpoint.secret = world.ids.next("whsec_");
    let mut answer = json!(endpoint);
    answer["secret"] = json!(endpoint.secret);
    world.endpoints.push(endpoint);
    Ok(Json(answer))
}

/// An endpoint as it was asked for, without id and secret. Events that are fetched need no address, and one is ignored.
pub(super) fn wanted(fields: &Fields<'_>) -> Option<Endpoint> {
    fields.only(&["url", "name", "events", "delivery_mode"]);
    let delivery_mode: DeliveryMode = fields.choice("delivery_mode").unwrap_or_default();
    let url = match delivery_mode {
        DeliveryMode::Http => {
            fields.expect("url", "must be a valid URL");
            fields.url("url")
        }
        DeliveryMode::Cli => fields.string("url").and(None),
    };
    Some(Endpoint {
        id: String::new(),
        mode: Mode::Test,
        object: "webhook",
        store_id: STORE_ID,
        name: fields.string("name"),
        url: url.unwrap_or_default(),
        delivery_mode,
        status: EndpointStatus::Enabled,
        events: fields.words("events", &EVENT_TYPES).unwrap_or_default(),
        secret: String::new(),
        removed: false,
    })
}

fn known<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Endpoint, ApiError> {
    let endpoint = world.endpoints.get_mut(id).filter(|endpoint| !endpoint.removed);
    endpoint.ok_or_else(|| ApiError::no_such("Webhook"))
}

/// `GET /v1/webhooks/{id}`
pub(crate) async fn show(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    Ok(Json(json!(known(&mut sandbox.world(), &id)?)))
}

/// `GET /v1/webhooks/{id}/secret`
pub(crate) async fn secret(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    Ok(Json(json!({ "secret": known(&mut sandbox.world(), &id)?.secret })))
}

/// `PATCH /v1/webhooks/{id}`
pub(crate) async fn update(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let mut world = sandbox.world();
    let endpoint = known(&mut world, &id)?;
    body::read(&bytes, changes)?.apply(endpoint);
    Ok(Json(json!(endpoint)))
}

/// What of an endpoint is to change.
pub(super) struct Changes {
    url: Option<String>,
    /// `Some(None)` takes it away.
    name: Option<Option<String>>,
    status: Option<EndpointStatus>,
    events: Option<Vec<String>>,
}

pub(super) fn changes(fields: &Fields<'_>) -> Option<Changes> {
    fields.only(&["url", "name", "status", "events"]);
    let name = fields.string("name").map(Some);
    Some(Changes {
        url: fields.url("url"),
        name: name.or_else(|| fields.is_null("name").then_some(None)),
        status: fields.choice("status"),
        events: fields.words("events", &EVENT_TYPES),
    })
}

impl Changes {
    fn apply(self, endpoint: &mut Endpoint) {
        endpoint.url = self.url.unwrap_or_else(|| std::mem::take(&mut endpoint.url));
        endpoint.name = self.name.unwrap_or_else(|| endpoint.name.take());
        endpoint.status = self.status.unwrap_or(endpoint.status);
        endpoint.events = self.events.unwrap_or_else(|| std::mem::take(&mut endpoint.events));
    }
}

/// `DELETE /v1/webhooks/{id}`
pub(crate) async fn remove(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let endpoint = known(&mut world, &id)?;
    endpoint.removed = true;
    endpoint.status = EndpointStatus::Disabled;
    Ok(Json(json!(endpoint)))
}

/// `GET /v1/webhooks/{id}/events/pending`: the events of an endpoint that fetches, as a delivery would carry them.
pub(crate) async fn pending(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let mut world = sandbox.world();
    let endpoint = fetching(&mut world, &id)?;
    let limit = counted(&query, "limit", FETCHED);
    let items: Vec<Value> = world.pending(&id).take(limit).map(|event| waiting(event, &endpoint.secret)).collect();
    Ok(Json(json!({ "items": items })))
}

fn fetching(world: &mut World, id: &str) -> Result<Endpoint, ApiError> {
    let endpoint = known(world, id)?;
    if endpoint.delivery_mode == DeliveryMode::Cli {
        Ok(endpoint.clone())
    } else {
        Err(ApiError::bad_request(["Webhook delivery_mode must be cli".to_owned()]))
    }
}

fn waiting(event: &Event, secret: &str) -> Value {
    json!({
        "id": event.id, "object": "webhook_event", "event_type": event.kind, "created_at": iso(event.created_at),
        "body": event.body,
        "headers": {
            "content-type": "application/json",
            creem::webhook::SIGNATURE_HEADER: creem::webhook::sign(secret, event.body.as_bytes()),
        },
    })
}

/// `POST /v1/webhooks/{id}/events/{event_id}/ack`: only the first word on a delivery counts.
pub(crate) async fn acknowledge(
    State(sandbox): State<Sandbox>,
    Path((id, event_id)): Path<(String, String)>,
    bytes: Bytes,
) -> Answer {
    let reply = body::read(&bytes, report)?;
    let mut world = sandbox.world();
    fetching(&mut world, &id)?;
    let success = world.acknowledge(&id, &event_id, reply).ok_or_else(|| ApiError::no_such("Event"))?;
    Ok(Json(json!({ "id": event_id, "object": "webhook_event_ack", "success": success })))
}

/// What the endpoint answered.
pub(super) fn report(fields: &Fields<'_>) -> Option<Reply> {
    fields.only(&["status_code", "response_body"]);
    fields.require("status_code", "must be an integer number");
    let status = fields.integer("status_code", 100, 599).and_then(|status| u16::try_from(status).ok());
    let body = fields.short_string("response_body", MAX_REPORT).unwrap_or_default();
    Some(Reply { status: status?, body })
}
