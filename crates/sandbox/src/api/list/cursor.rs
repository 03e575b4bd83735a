//! Lists that are read from an item on: those of credits, meters and usage.

use std::collections::HashMap;

use axum::Json;
use serde_json::{Value, json};

use super::Answer;
use crate::api::error::ApiError;
use crate::api::request::query::{Param, count_up_to, counted, text};
use crate::entity::collection::Identified;

/// How many items a page has unless the query says so.
const ITEMS: usize = 10;

/// How many items a page has.
pub(crate) const LIMIT: Param = count_up_to("limit", 100);

/// The item after which a page begins.
pub(crate) const AFTER: Param = text("starting_after");

/// The item before which a page ends.
pub(crate) const BEFORE: Param = text("ending_before");

/// The page that the query asks for, of items in the order of their list.
pub(crate) fn page<T: Identified>(items: &[&T], query: &HashMap<String, String>, show: impl Fn(&T) -> Value) -> Answer {
    let limit = counted(query, "limit", ITEMS);
    let place = |name: &str| -> Result<Option<usize>, ApiError> {
        let Some(id) = query.get(name) else { return Ok(None) };
        let found = items.iter().position(|item| item.id() == id);
        let unknown = || ApiError::bad_request([format!("{name} must be the id of an item of this list")]);
        found.map(Some).ok_or_else(unknown)
    };
    let (from, to) = match (place("starting_after")?, place("ending_before")?) {
        (Some(after), _) => (after + 1, items.len()),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, items.len()),
    };
    let backwards = query.contains_key("ending_before") && !query.contains_key("starting_after");
    let shown = &items[from..to];
    let has_more = if backwards { from > 0 } else { shown.len() > limit };
    let data: Vec<Value> = shown.iter().take(limit).map(|item| show(item)).collect();
    Ok(Json(json!({ "object": "list", "data": data, "has_more": has_more })))
}
