//! Usage events: take a batch, say what would become of one, list.

pub(super) mod meters;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::error::ApiError;
use super::list::cursor::{self, AFTER, LIMIT};
use super::list::{Answer, Made};
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, text};
use crate::Sandbox;
use crate::benefits::metering::{EventProblem, SentEvent, SoundEvent};
use crate::entity::UsageEvent;
use crate::world::World;

/// Most events of one batch.
const MAX_EVENTS: usize = 100;

/// What listing takes; usage is read forward only.
pub(super) const LIST: &[Param] = &[text("customer_id"), LIMIT, text("meter_id"), text("reference"), AFTER];

pub(super) fn batch(fields: &Fields<'_>) -> Option<Vec<SentEvent>> {
    fields.only(&["events"]);
    fields.require("events", "must be an array");
    let events = fields.children("events", 1..=MAX_EVENTS)?;
    Some(events.iter().map(sent).collect())
}

fn sent(fields: &Fields<'_>) -> SentEvent {
    fields.only(&["name", "customer_id", "external_customer_id", "event_id", "timestamp", "properties"]);
    SentEvent {
        name: fields.required_string("name").unwrap_or_default(),
        customer_id: fields.string("customer_id"),
        external_customer_id: fields.string("external_customer_id"),
        event_id: fields.string("event_id"),
        timestamp: fields.string("timestamp"),
        properties: fields.object("properties").unwrap_or_default(),
    }
}

/// `POST /v1/events/ingest`: all events of the batch, or none.
pub(crate) async fn ingest(State(sandbox): State<Sandbox>, bytes: Bytes) -> Made {
    let sent = body::read(&bytes, batch)?;
    let mut world = sandbox.world();
    let mut sound = Vec::with_capacity(sent.len());
    for (index, event) in sent.iter().enumerate() {
        sound.push(world.sound_event(event).map_err(|problem| refused(index, problem))?);
    }
    let warning = |(index, event): (usize, &SoundEvent)| {
        let (code, message) = world.warning(event)?;
        Some(json!({ "index": index, "code": code, "message": message }))
    };
    let warnings: Vec<Value> = sound.iter().enumerate().filter_map(warning).collect();
    let event_ids: Vec<String> = sound.into_iter().map(|event| world.take_event(event)).collect();
    let mut answer = json!({ "accepted": event_ids.len(), "event_ids": event_ids });
    if !warnings.is_empty() {
        answer["warnings"] = json!(warnings);
    }
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

fn refused(index: usize, problem: EventProblem) -> ApiError {
    let param = format!("events[{index}].{}", problem.param);
    ApiError::coded(StatusCode::UNPROCESSABLE_ENTITY, problem.code, Some(param), problem.message)
}

/// `POST /v1/events/preview`: what would become of a batch.
pub(crate) async fn preview(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let sent = body::read(&bytes, batch)?;
    let world = sandbox.world();
    let mut earlier: Vec<String> = Vec::new();
    let events: Vec<Value> = sent.iter().map(|event| report(&world, event, &mut earlier)).collect();
    let valid = events.iter().all(|report| report["valid"] == true);
    Ok(Json(json!({ "valid": valid, "events": events })))
}

fn report(world: &World, sent: &SentEvent, earlier: &mut Vec<String>) -> Value {
    match world.sound_event(sent) {
        Ok(event) => {
            let id = event.event_id.clone();
            let duplicate = id.as_ref().is_some_and(|id| world.usage.has(id) || earlier.contains(id));
            earlier.extend(id.clone());
            let warning = world.warning(&event).map(|(code, message)| json!({ "code": code, "message": message }));
            json!({
                "valid": true, "event_id": id, "customer_id": event.customer_id, "error": null, "duplicate": duplicate,
                "matched_meters": world.usage.meters_for(event.name()),
                "warnings": warning.into_iter().collect::<Vec<_>>(),
            })
        }
        Err(EventProblem { code, param, message }) => json!({
            "valid": false, "event_id": null, "customer_id": null,
            "error": { "code": code, "message": message, "param": param }, "duplicate": null, "matched_meters": [],
            "warnings": [],
        }),
    }
}

/// `GET /v1/events`: oldest first, unlike the other lists of this kind.
pub(crate) async fn index(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let meter = match query.get("meter_id") {
        Some(id) => Some(world.usage.meters.get(id).ok_or_else(|| ApiError::no_such("Meter"))?),
        None => None,
    };
    let wanted = |event: &&UsageEvent| {
        query.get("customer_id").is_none_or(|id| event.customer_id == *id)
            && query.get("reference").is_none_or(|id| event.event_id == *id)
            && meter.is_none_or(|meter| meter.measure.event_name == event.name)
    };
    let events: Vec<&UsageEvent> = world.usage.events.iter().filter(wanted).collect();
    cursor::page(&events, &query, |event| event.json(&world.usage.meters_for(&event.name)))
}
