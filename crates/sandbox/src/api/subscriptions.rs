//! Subscriptions: find, list, cancel, change, pause, resume.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};

use super::error::ApiError;
use super::list::{self, Answer, PAGE_NUMBER, PAGE_SIZE};
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, choice, needed, text};
use crate::Sandbox;
use crate::entity::{Ending, History, Subscription};
use crate::money::proration::Proration;
use crate::subscriptions::change::{ChangeError, WantedItem};
use crate::world::World;
use crate::world::switches::{CancelMode, Switches};

/// Most units of one item.
const MAX_UNITS: i64 = 1_000_000;

/// Most items that are changed at once.
const MAX_ITEMS: usize = 100;

/// Where a subscription may be.
pub(super) const STATUSES: &[&str] =
    &["active", "trialing", "paused", "past_due", "unpaid", "canceled", "scheduled_cancel"];

/// What finding one takes.
pub(super) const FIND: &[Param] = &[text("subscription_id").required()];

/// What searching takes; the status is documented and not in the specification.
pub(super) const SEARCH: &[Param] = &[PAGE_NUMBER, PAGE_SIZE, choice("status", STATUSES)];

/// `GET /v1/subscriptions?subscription_id=`
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    shown(&sandbox.world(), needed(&query, "subscription_id"))
}

fn shown(world: &World, id: &str) -> Answer {
    let subscription = world.subscriptions.get(id).ok_or_else(|| ApiError::no_such("Subscription"))?;
    Ok(Json(world.subscription_json(subscription, History::Shown)))
}

/// `GET /v1/subscriptions/search`
pub(crate) async fn search(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let status = query.get("status");
    let wanted = |known: &&Subscription| status.is_none_or(|status| status == known.state.status());
    let subscriptions: Vec<&Subscription> = world.subscriptions.iter().filter(wanted).collect();
    list::page_of(&subscriptions, &query, list::ITEMS, |known| world.subscription_json(known, History::Shown))
}

/// Makes a change and answers with the subscription as it is then.
fn change(sandbox: &Sandbox, id: &str, make: impl FnOnce(&mut World) -> Result<(), ChangeError>) -> Answer {
    let mut world = sandbox.world();
    make(&mut world).map_err(|error| refusal(error, &world.switches))?;
    sandbox.wake();
    shown(&world, id)
}

/// `POST /v1/subscriptions/{id}/cancel`
pub(crate) async fn cancel(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let (mode, ending) = body::read(&bytes, cancellation)?;
    change(&sandbox, &id, |world| {
        let mode = mode.unwrap_or(world.switches.cancel_mode);
        world.cancel(&id, mode, ending)
    })
}

/// When it ends, and how.
pub(super) fn cancellation(fields: &Fields<'_>) -> Option<(Option<CancelMode>, Ending)> {
    fields.only(&["mode", "onExecute"]);
    let mode: Option<CancelMode> = fields.choice("mode");
    let ending: Option<Ending> = fields.choice("onExecute");
    if ending.is_some() && mode != Some(CancelMode::Scheduled) {
        fields.problem("onExecute is only supported when mode is scheduled");
    }
    Some((mode, ending.unwrap_or_default()))
}

/// `POST /v1/subscriptions/{id}`
pub(crate) async fn update(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let (items, proration) = body::read(&bytes, seats)?;
    change(&sandbox, &id, |world| world.update_items(&id, &items, proration))
}

/// Which items are to be how, and what becomes of the running period.
pub(super) fn seats(fields: &Fields<'_>) -> Option<(Vec<WantedItem>, Proration)> {
    fields.only(&["items", "update_behavior"]);
    let items = fields.children("items", 0..=MAX_ITEMS).unwrap_or_default();
    Some((items.iter().map(item).collect(), behaviour(fields)))
}

fn item(fields: &Fields<'_>) -> WantedItem {
    fields.only(&["id", "product_id", "price_id", "units"]);
    WantedItem {
        id: fields.string("id"),
        product_id: fields.string("product_id"),
        price_id: fields.string("price_id"),
        units: fields.integer("units", 0, MAX_UNITS),
    }
}

fn behaviour(fields: &Fields<'_>) -> Proration {
    fields.choice("update_behavior").unwrap_or_default()
}

/// `POST /v1/subscriptions/{id}/upgrade`
pub(crate) async fn upgrade(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let (product_id, proration) = body::read(&bytes, plan)?;
    change(&sandbox, &id, |world| world.upgrade(&id, &product_id, proration))
}

/// Which product it is to be, and what becomes of the running period.
pub(super) fn plan(fields: &Fields<'_>) -> Option<(String, Proration)> {
    fields.only(&["product_id", "update_behavior"]);
    let product_id = fields.required_string("product_id");
    let proration = behaviour(fields);
    Some((product_id?, proration))
}

/// `POST /v1/subscriptions/{id}/pause`
pub(crate) async fn pause(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    change(&sandbox, &id, |world| world.pause(&id))
}

/// `POST /v1/subscriptions/{id}/resume`
pub(crate) async fn resume(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    change(&sandbox, &id, |world| world.resume(&id))
}

/// What a refused change is answered with. A subscription that is not there is a bad request here, and not found only
/// where it is read.
fn refusal(error: ChangeError, switches: &Switches) -> ApiError {
    match error {
        ChangeError::NoSuchPrice if !switches.missing_price_400 => ApiError::absent(error.to_string()),
        ChangeError::Unknown
        | ChangeError::Over
        | ChangeError::NotActive
        | ChangeError::NotResting
        | ChangeError::NoSuchPrice
        | ChangeError::NoSuchItem
        | ChangeError::Mixed
        | ChangeError::PaymentFailed => ApiError::bad_request([error.to_string()]),
    }
}
