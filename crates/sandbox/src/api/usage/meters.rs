//! Meters: make, list, change, put away, and what they count.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::Sandbox;
use crate::api::error::ApiError;
use crate::api::list::cursor::{self, AFTER, BEFORE, LIMIT};
use crate::api::list::{Answer, Made};
use crate::api::request::body::{self, Fields};
use crate::api::request::query::{Param, Query, date, flag, instant, needed, text};
use crate::clock::iso;
use crate::entity::{Aggregation, Clause, Filter, Measure, Meter, UsageEvent};
use crate::world::World;
use crate::world::usage::period;

/// Most clauses of a filter; Creem publishes no number.
const MAX_CLAUSES: usize = 50;

/// What listing takes.
pub(in crate::api) const LIST: &[Param] = &[BEFORE, flag("include_archived"), LIMIT, AFTER];

/// What asking for a customer's consumption takes.
pub(in crate::api) const CONSUMED: &[Param] = &[date("at"), text("customer_id").required()];

/// `POST /v1/meters`
pub(crate) async fn create(State(sandbox): State<Sandbox>, bytes: Bytes) -> Made {
    let (name, unit_label, measure) = body::read(&bytes, wanted)?;
    let measure = complete(measure)?;
    let mut world = sandbox.world();
    free(&world, &name, None)?;
    let now = world.now();
    let id = world.ids.next("mtr_");
    let meter = Meter { id, name, measure, unit_label, archived: false, created_at: now, updated_at: now };
    let answer = meter.json();
    world.usage.meters.push(meter);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// A meter as it was asked for: its name, its unit, what it counts.
pub(in crate::api) fn wanted(fields: &Fields<'_>) -> Option<(String, String, Measure)> {
    fields.only(&["name", "event_name", "aggregation", "aggregation_property", "filter", "unit_label"]);
    let (name, unit_label) = (fields.required_string("name"), fields.required_string("unit_label"));
    let measure = measure(fields);
    Some((name?, unit_label?, measure?))
}

/// What is to be counted.
fn measure(fields: &Fields<'_>) -> Option<Measure> {
    let event_name = fields.required_string("event_name");
    let aggregation = fields.required_choice("aggregation");
    let property = fields.string("aggregation_property").filter(|property| !property.is_empty());
    let filter = fields.child("filter").as_ref().map(filter);
    Some(Measure { event_name: event_name?, aggregation: aggregation?, property, filter: filter.unwrap_or_default() })
}

fn filter(fields: &Fields<'_>) -> Filter {
    fields.only(&["conjunction", "clauses"]);
    let conjunction = fields.required_choice("conjunction").unwrap_or_default();
    fields.require("clauses", "must be an array");
    let clauses = fields.children("clauses", 0..=MAX_CLAUSES).unwrap_or_default();
    Filter { conjunction, clauses: clauses.iter().filter_map(clause).collect() }
}

fn clause(fields: &Fields<'_>) -> Option<Clause> {
    fields.only(&["property", "operator", "value"]);
    let (property, operator) = (fields.required_string("property"), fields.required_choice("operator"));
    let value = fields.required_scalar("value");
    Some(Clause { property: property?, operator: operator?, value: value? })
}

/// A measure that can be taken: every aggregation but counting needs a property, and counting has none.
fn complete(measure: Measure) -> Result<Measure, ApiError> {
    match (measure.aggregation, &measure.property) {
        (Aggregation::Count, _) => Ok(Measure { property: None, ..measure }),
        (_, Some(_)) => Ok(measure),
        (_, None) => {
            let message = "aggregation_property is required for every aggregation except count".to_owned();
            Err(unprocessable("aggregation_property_required", "aggregation_property", message))
        }
    }
}

fn unprocessable(code: &'static str, param: &str, message: String) -> ApiError {
    ApiError::coded(StatusCode::UNPROCESSABLE_ENTITY, code, Some(param.to_owned()), message)
}

/// Whether a name is free, or the meter's own.
fn free(world: &World, name: &str, own: Option<&str>) -> Result<(), ApiError> {
    let holder = world.usage.meters.iter().find(|meter| meter.name == name && Some(meter.id.as_str()) != own);
    let Some(holder) = holder else { return Ok(()) };
    let message = "A meter with this name already exists".to_owned();
    let taken = ApiError::coded(StatusCode::CONFLICT, "meter_name_taken", Some("name".to_owned()), message);
    Err(if holder.archived {
        taken.with_details(json!({ "archived_holder": true, "archived_holder_id": holder.id }))
    } else {
        taken
    })
}

fn known<'a>(world: &'a World, id: &str) -> Result<&'a Meter, ApiError> {
    world.usage.meters.get(id).ok_or_else(|| ApiError::no_such("Meter"))
}

/// `GET /v1/meters`
pub(crate) async fn index(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let all = query.get("include_archived").is_some_and(|all| all == "true");
    let meters: Vec<&Meter> = world.usage.meters.iter().rev().filter(|meter| all || !meter.archived).collect();
    cursor::page(&meters, &query, Meter::json)
}

/// `GET /v1/meters/{id}`
pub(crate) async fn show(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    Ok(Json(known(&sandbox.world(), &id)?.json()))
}

/// `PATCH /v1/meters/{id}`: its name whenever, what it counts while it has counted nothing.
pub(crate) async fn update(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let mut world = sandbox.world();
    let before = known(&world, &id)?.clone();
    let Changes { name, aggregation, property, filter } = body::read(&bytes, changes)?;
    let redefines = aggregation.is_some() || property.is_some() || filter.is_some();
    if redefines && world.usage.is_used(&before) {
        let message = "A meter that has processed usage cannot be redefined".to_owned();
        return Err(ApiError::coded(StatusCode::CONFLICT, "meter_has_usage", None, message));
    }
    let name = name.unwrap_or(before.name);
    free(&world, &name, Some(&id))?;
    let measure = complete(Measure {
        event_name: before.measure.event_name,
        aggregation: aggregation.unwrap_or(before.measure.aggregation),
        property: property.unwrap_or(before.measure.property),
        filter: filter.unwrap_or(before.measure.filter),
    })?;
    alter(&mut world, &id, |meter| {
        meter.name = name;
        meter.measure = measure;
    })
}

/// What of a meter is to change.
pub(in crate::api) struct Changes {
    name: Option<String>,
    aggregation: Option<Aggregation>,
    /// `Some(None)` takes it away.
    property: Option<Option<String>>,
    filter: Option<Filter>,
}

pub(in crate::api) fn changes(fields: &Fields<'_>) -> Option<Changes> {
    fields.only(&["name", "aggregation", "aggregation_property", "filter"]);
    for name in ["name", "aggregation", "filter"].into_iter().filter(|name| fields.is_null(name)) {
        fields.problem(&format!("{name} must not be null"));
    }
    let property = fields.string("aggregation_property").map(Some);
    Some(Changes {
        name: fields.string("name"),
        aggregation: fields.choice("aggregation"),
        property: property.or_else(|| fields.is_null("aggregation_property").then_some(None)),
        filter: fields.child("filter").as_ref().map(filter),
    })
}

fn alter(world: &mut World, id: &str, change: impl FnOnce(&mut Meter)) -> Answer {
    let now = world.now();
    let meter = world.usage.meters.get_mut(id).ok_or_else(|| ApiError::no_such("Meter"))?;
    change(meter);
    meter.updated_at = now;
    Ok(Json(meter.json()))
}

/// `POST /v1/meters/{id}/archive`
pub(crate) async fn archive(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    put_away(&sandbox, &id, true)
}

/// `POST /v1/meters/{id}/unarchive`
pub(crate) async fn unarchive(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    put_away(&sandbox, &id, false)
}

/// Archives a meter or takes it back; one that is so already stays unchanged.
fn put_away(sandbox: &Sandbox, id: &str, archived: bool) -> Answer {
    let mut world = sandbox.world();
    let meter = known(&world, id)?;
    if meter.archived == archived {
        return Ok(Json(meter.json()));
    }
    alter(&mut world, id, |meter| meter.archived = archived)
}

/// `POST /v1/meters/preview`: what a meter that is not there would have counted.
pub(crate) async fn preview_new(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let measure = complete(body::read(&bytes, trial)?)?;
    let world = sandbox.world();
    Ok(Json(world.usage.preview(&measure, world.now())))
}

/// What would be counted; the unit does not matter.
pub(in crate::api) fn trial(fields: &Fields<'_>) -> Option<Measure> {
    fields.only(&["event_name", "aggregation", "aggregation_property", "filter", "unit_label"]);
    fields.string("unit_label");
    measure(fields)
}

/// `POST /v1/meters/{id}/preview`: what it has counted lately.
pub(crate) async fn preview(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let world = sandbox.world();
    Ok(Json(world.usage.preview(&known(&world, &id)?.measure, world.now())))
}

/// `GET /v1/meters/{id}/consumed`: what a customer used in this billing period, or in that of another instant.
pub(crate) async fn consumed(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = sandbox.world();
    let meter = known(&world, &id)?;
    let customer_id = needed(&query, "customer_id");
    if world.customers.get(customer_id).is_none() {
        return Err(ApiError::no_such("Customer"));
    }
    let asked = instant(&query, "at");
    let at = asked.unwrap_or_else(|| world.now());
    let events: Vec<&UsageEvent> = world
        .usage
        .consumed(&meter.measure, customer_id, at)
        .filter(|event| asked.is_none_or(|at| event.timestamp <= at))
        .collect();
    let latest = events.iter().map(|event| event.created_at).max().filter(|_| asked.is_none());
    let (start, end) = period(at);
    let mut answer = json!({
        "meter_id": id, "customer_id": customer_id, "units": meter.measure.units(events.iter().copied()),
        "period_start": iso(start), "period_end": iso(end), "updated_at": latest.map(iso),
    });
    if let Some(at) = asked {
        answer["as_of"] = Value::from(iso(at));
    }
    Ok(Json(answer))
}
