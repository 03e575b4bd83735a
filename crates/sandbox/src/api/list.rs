//! Lists: one page of items and where it is among the others.

pub(super) mod cursor;

use std::collections::HashMap;

use axum::Json;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::request::query::{Param, count, counted};

/// A call's answer.
pub(crate) type Answer = Result<Json<Value>, ApiError>;

/// The answer of what makes something and says so by its status.
pub(crate) type Made = Result<(StatusCode, Json<Value>), ApiError>;

/// What every list takes.
pub(crate) const PAGES: &[Param] = &[PAGE_NUMBER, PAGE_SIZE];

/// Which page of a list.
pub(crate) const PAGE_NUMBER: Param = count("page_number");

/// How many items are on it.
pub(crate) const PAGE_SIZE: Param = count("page_size");

/// How many items a page has unless the query says so.
pub(crate) const ITEMS: usize = 10;

/// Most items on one page.
const MOST_ITEMS: usize = 100;

/// The page that the query asks for.
pub(crate) fn page<T: Serialize>(items: &[T], query: &HashMap<String, String>) -> Answer {
    page_of(items, query, ITEMS, |item| json!(item))
}

/// The page that the query asks for, of items that do not serialise by themselves.
pub(crate) fn page_of<T>(
    items: &[T],
    query: &HashMap<String, String>,
    page_size: usize,
    show: impl Fn(&T) -> Value,
) -> Answer {
    let number = counted(query, "page_number", 1);
    let size = counted(query, "page_size", page_size).min(MOST_ITEMS);
    let pages = items.len().div_ceil(size);
    let shown: Vec<Value> = items.iter().skip((number - 1).saturating_mul(size)).take(size).map(show).collect();
    let pagination = json!({
        "total_records": items.len(), "total_pages": pages, "current_page": number,
        "next_page": (number < pages).then(|| number + 1), "prev_page": (number > 1).then(|| number - 1),
    });
    // Written into a literal, the items would be copied.
    Ok(Json(Value::Object(Map::from_iter([
        ("items".to_owned(), Value::Array(shown)),
        ("pagination".to_owned(), pagination),
    ]))))
}

/// Whether an entity's word is the one the query filters by, if it filters.
pub(crate) fn is_wanted(query: &HashMap<String, String>, name: &str, word: impl Serialize) -> bool {
    query.get(name).is_none_or(|wanted| json!(word) == json!(wanted))
}
