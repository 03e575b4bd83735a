//! `POST /webhooks/creem`: 200 only once the event is durable.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use creem::webhook::{self, Event};
use secrecy::ExposeSecret;
use wire::ErrorCode;

use crate::Config;
use crate::body::{self, MAX_WEBHOOK_BYTES};
use crate::error::ProxyError;
use crate::proxy::App;

/// Receives one delivery. Nothing in it is looked at before its signature is right.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, ProxyError> {
    let (head, body) = request.into_parts();
    let body = body::read(body, MAX_WEBHOOK_BYTES, app.config.patience).await?;
    let signature = head.headers.get(webhook::SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    if !is_genuine(&app.config, &body, signature.unwrap_or_default()) {
        let message = "the signature is missing or does not fit; see CREEM_WEBHOOK_SECRET";
        return Err(ProxyError::new(ErrorCode::WebhookSignatureInvalid, message));
    }
    let invalid = || ProxyError::new(ErrorCode::WebhookInvalid, "signed, but not an event");
    let payload = String::from_utf8(body.to_vec()).map_err(|error| invalid().because(error))?;
    let event = Event::parse(payload.as_bytes()).map_err(|error| invalid().because(error))?;
    // Neither database keeps a NUL in a text, and no id of Creem's has one.
    if event.id.is_empty() || event.id.contains('\0') || event.event_type.contains('\0') {
        return Err(invalid());
    }
    app.payments.deliver(event, payload).await?;
    Ok(StatusCode::OK)
}

/// Whether the body is signed with the secret, or with the one before it. Both are always tried, so that the time taken
/// does not tell which of them it was.
///
/// Creem sends no other signature than this: that its newest verifier would also read Standard Webhooks headers is no
/// reason to trust headers that nobody has seen it send. (Creem: webhooks, section 12.1.)
fn is_genuine(config: &Config, body: &[u8], signature: &str) -> bool {
    let secrets = std::iter::once(&config.webhook_secret).chain(&config.previous_webhook_secret);
    secrets.fold(false, |genuine, secret| genuine | webhook::verify(secret.expose_secret(), body, signature))
}
