//! `GET /healthz`, `/readyz` and `/metrics`: for those who run the proxy.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use wire::{ErrorCode, PageMode};

use super::elsewhere::nothing_here;
use crate::error::ProxyError;
use crate::payments::merchant;
use crate::state::App;
use crate::telemetry;

/// The process is alive. Whether it can serve is another question.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// It can serve: the database can be written to, Creem takes the key, and knows what is to be sold.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, ProxyError> {
    if app.changes.has_ended() {
        return Err(ProxyError::new(ErrorCode::UpstreamUnavailable, "this replica is about to end"));
    }
    app.ledger.takes_writes().await?;
    // Remembered for half a minute, so that being asked costs Creem nothing.
    app.catalog.products().await?;
    // One that goes later was taken off the shelf; that is no reason to take everything out of service.
    match app.catalog.unheard_of().first() {
        None => Ok("ready\n"),
        Some(product) => {
            let message = format!("CHECKOUT_PRODUCTS names {product}, which Creem does not know or sell");
            Err(ProxyError::new(ErrorCode::UpstreamMisconfigured, message))
        }
    }
}

/// What was counted, for the bearer of the token: how much a shop sells is nobody else's business. Without a token there
/// is nothing here, except in a sandbox, which sells nothing.
pub(crate) async fn numbers(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ProxyError> {
    match &app.config.api_token {
        Some(token) => merchant::check_bearer(&headers, Some(token))?,
        None if app.config.mode == PageMode::Sandbox => {}
        None => return Err(nothing_here()),
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry::text()).into_response())
}
