//! `GET /healthz`, `/readyz` and `/metrics`: for those who run the proxy.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use wire::{ErrorCode, PageMode};

use crate::error::ProxyError;
use crate::proxy::App;
use crate::{merchant, telemetry};

/// The process is alive. Whether it can serve is another question.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// It can serve: the database can be written to, and Creem takes the key.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, ProxyError> {
    if app.changes.has_ended() {
        return Err(ProxyError::new(ErrorCode::UpstreamUnavailable, "this replica is about to end"));
    }
    app.ledger.takes_writes().await?;
    // Remembered for half a minute, so that being asked costs Creem nothing.
    app.catalog.products().await?;
    Ok("ready\n")
}

/// What was counted, for the bearer of the token: how much a shop sells is nobody else's business. Without a token there
/// is nothing here, except in a sandbox, which sells nothing.
pub(crate) async fn numbers(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ProxyError> {
    match &app.config.api_token {
        Some(token) => merchant::check_bearer(&headers, Some(token))?,
        None if app.config.mode == PageMode::Sandbox => {}
        None => return Err(super::nothing_here()),
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry::text()).into_response())
}
