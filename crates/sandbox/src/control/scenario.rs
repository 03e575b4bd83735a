//! Controls over recordings: begin one, end it, take it along.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, Nothing, refuse};
use crate::Sandbox;
use crate::clock::iso;
use crate::scenario::Language;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Begin {
    /// Where the clock is held; at the beginning of this day when absent.
    at: Option<Timestamp>,
}

/// Forgets everything, holds the clock, and records what is asked from now on.
pub(super) async fn begin(State(sandbox): State<Sandbox>, asked: Asked<Begin>) -> Response {
    sandbox.reset(None).await;
    let at = {
        let mut world = sandbox.world();
        let today = || world.now().as_second() / 86_400 * 86_400;
        let at = asked.what.at.or_else(|| Timestamp::from_second(today()).ok());
        world.record_from(at.unwrap_or_default());
        iso(world.now())
    };
    asked.by.answer(&sandbox, json!({ "at": at }))
}

/// Ends the recording; what was recorded is forgotten.
pub(super) async fn stop(State(sandbox): State<Sandbox>, asked: Asked<Nothing>) -> Response {
    let Nothing {} = asked.what;
    sandbox.world().scenario = None;
    asked.by.answer(&sandbox, json!({}))
}

/// What was recorded so far, in a language.
pub(super) async fn export(State(sandbox): State<Sandbox>, Path(language): Path<Language>) -> Response {
    let Some(scenario) = sandbox.world().scenario.clone() else {
        return refuse(StatusCode::NOT_FOUND, "no_recording", "nothing is being recorded");
    };
    let headers = [
        (header::CONTENT_TYPE, language.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", language.file())),
    ];
    (headers, scenario.export(language)).into_response()
}
