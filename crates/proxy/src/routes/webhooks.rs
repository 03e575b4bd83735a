//! `POST /webhooks/creem`: 200 only once the event is durable.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use creem::webhook::{self, Event};
use secrecy::ExposeSecret;
use wire::ErrorCode;

use crate::body::{self, MAX_WEBHOOK_BYTES, STEP_BYTES};
use crate::error::ProxyError;
use crate::log::json_fault;
use crate::peer::ClientIp;
use crate::places::Places;
use crate::proxy::App;

/// Most memory of webhooks whose signature is not verified yet, in bytes.
const MAX_UNSIGNED_BYTES: usize = 16 * 1024 * 1024;

/// How much of it one client may have.
const MAX_UNSIGNED_BYTES_PER_CLIENT: usize = MAX_UNSIGNED_BYTES / 4;

/// Digits of an HMAC-SHA256 in hex.
const SIGNATURE_DIGITS: usize = 64;

/// The memory for webhooks that are being read, in steps.
pub(crate) fn room() -> Places {
    Places::new(MAX_UNSIGNED_BYTES / STEP_BYTES, MAX_UNSIGNED_BYTES_PER_CLIENT / STEP_BYTES)
}

/// Receives one delivery. Nothing in it is looked at before its signature is right.
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    ClientIp(client): ClientIp,
    request: Request,
) -> Result<StatusCode, ProxyError> {
    let (head, body) = request.into_parts();
    let patience = app.config.patience;
    let Some(signature) = signature(&head.headers) else {
        body::discard(body, patience);
        return Err(not_signed());
    };
    let mut steps = Vec::new();
    let room = |bytes: usize| {
        while steps.len() * STEP_BYTES < bytes {
            let step = app.webhook_room.take(client);
            steps.push(step.ok_or_else(|| {
                // By then the bodies that have the room now have arrived, or were given up.
                ProxyError::new(ErrorCode::Busy, "too much is being received at once").retry_after(patience)
            })?);
        }
        Ok(())
    };
    let body = body::read(body, MAX_WEBHOOK_BYTES, patience, room).await?;
    if !webhook::verify(app.config.webhook_secret.expose_secret(), &body, signature) {
        return Err(not_signed());
    }
    drop(steps);
    let invalid = || ProxyError::new(ErrorCode::WebhookInvalid, "signed, but not an event");
    let payload = String::from_utf8(body.into()).map_err(|error| invalid().because(error))?;
    let event = Event::parse(payload.as_bytes()).map_err(|error| invalid().because(json_fault(&error)))?;
    // Neither database keeps a NUL in a text, and no id of Creem's has one.
    if event.id.is_empty() || event.id.contains('\0') || event.event_type.contains('\0') {
        return Err(invalid());
    }
    app.payments.deliver(event, payload).await?;
    Ok(StatusCode::OK)
}

/// The header's text when it may be a signature; without one the body is not read.
fn signature(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(webhook::SIGNATURE_HEADER)?.to_str().ok()?;
    (text.len() == SIGNATURE_DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit())).then_some(text)
}

fn not_signed() -> ProxyError {
    let message = "the signature is missing or does not fit; see CREEM_WEBHOOK_SECRET";
    ProxyError::new(ErrorCode::WebhookSignatureInvalid, message)
}
