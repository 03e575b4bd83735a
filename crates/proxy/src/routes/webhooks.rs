//! `POST /webhooks/creem`: 200 only once the event is durable.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use creem::webhook::{self, Event};
use secrecy::ExposeSecret;
use wire::ErrorCode;

use crate::body::{self, MAX_WEBHOOK_BYTES};
use crate::error::ProxyError;
use crate::proxy::App;

/// Receives one delivery. Nothing in it is looked at before its signature is right.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, ProxyError> {
    let (head, body) = request.into_parts();
    let body = body::read(body, MAX_WEBHOOK_BYTES, app.config.patience).await?;
    let signature = head.headers.get(webhook::SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    if !webhook::verify(app.config.webhook_secret.expose_secret(), &body, signature.unwrap_or_default()) {
        let message = "the signature is missing or does not fit; see CREEM_WEBHOOK_SECRET";
        return Err(ProxyError::new(ErrorCode::WebhookSignatureInvalid, message));
    }
    let event = Event::parse(&body)
        .map_err(|error| ProxyError::new(ErrorCode::WebhookInvalid, "signed, but not an event").because(error))?;
    app.payments.deliver(event, String::from_utf8_lossy(&body).into_owned()).await?;
    Ok(StatusCode::OK)
}
