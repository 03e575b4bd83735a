//! Lists: one page of items and where it is among the others.

use std::collections::HashMap;

use axum::Json;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::ApiError;

/// A call's query, by name.
pub(crate) type Query = axum::extract::Query<HashMap<String, String>>;

/// A call's answer.
pub(crate) type Answer = Result<Json<Value>, ApiError>;

/// How many items a page has unless the query says so.
pub(crate) const PAGE_SIZE: usize = 10;

/// Most items on one page.
const MAX_PAGE_SIZE: usize = 100;

/// The page that the query asks for.
pub(crate) fn page<T: Serialize>(items: &[T], query: &HashMap<String, String>) -> Answer {
    page_of(items, query, PAGE_SIZE, |item| json!(item))
}

/// The page that the query asks for, of items that do not serialise by themselves.
pub(crate) fn page_of<T>(
    items: &[T],
    query: &HashMap<String, String>,
    page_size: usize,
    show: impl Fn(&T) -> Value,
) -> Answer {
    let number = positive(query, "page_number", 1)?;
    let size = positive(query, "page_size", page_size)?.min(MAX_PAGE_SIZE);
    let pages = items.len().div_ceil(size);
    let shown: Vec<Value> = items.iter().skip((number - 1).saturating_mul(size)).take(size).map(show).collect();
    Ok(Json(json!({
        "items": shown,
        "pagination": {
            "total_records": items.len(), "total_pages": pages, "current_page": number,
            "next_page": (number < pages).then(|| number + 1), "prev_page": (number > 1).then(|| number - 1),
        },
    })))
}

/// A number of the query, at least 1.
pub(crate) fn positive(query: &HashMap<String, String>, name: &str, default: usize) -> Result<usize, ApiError> {
    match query.get(name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .ok()
            .filter(|&number| number > 0)
            .ok_or_else(|| ApiError::bad_request([format!("{name} must not be less than 1")])),
    }
}

/// The query parameter that a call needs.
pub(crate) fn required<'a>(query: &'a HashMap<String, String>, name: &str) -> Result<&'a str, ApiError> {
    let value = query.get(name).filter(|value| !value.is_empty());
    value.map(String::as_str).ok_or_else(|| ApiError::bad_request([format!("{name} must be a string")]))
}

/// Whether an entity's word is the one the query filters by, if it filters.
pub(crate) fn is_wanted(query: &HashMap<String, String>, name: &str, word: impl Serialize) -> bool {
    query.get(name).is_none_or(|wanted| json!(word) == json!(wanted))
}
