//! `POST /webhooks/creem`: 200 only once the event is durable.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use creem::webhook::{self, Event};
use secrecy::ExposeSecret;
use wire::ErrorCode;

use crate::Config;
use crate::error::ProxyError;
use crate::http::body::{self, MAX_WEBHOOK_BYTES, STEP_BYTES};
use crate::limits::peer::ClientIp;
use crate::limits::places::Places;
use crate::state::App;

/// Most memory of webhooks whose signature is not verified yet, in bytes.
const MAX_UNSIGNED_BYTES: usize = 16 * 1024 * 1024;

/// How much of it one client may have.
const MAX_UNSIGNED_BYTES_PER_CLIENT: usize = MAX_UNSIGNED_BYTES / 4;

/// Digits of an HMAC-SHA256 in hex.
const SIGNATURE_DIGITS: usize = 64;

/// The type of an event that tells of nothing: signed, it shows that webhooks arrive and that the secret is the right
/// one. It is not kept.
pub const TEST_EVENT: &str = "creem_checkout.test";

/// A wrong secret rejects every delivery; it is told of with the first one, and with every so many from then on.
const TELL_EVERY: u64 = 10;

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
    if !is_genuine(&app.config, &body, signature) {
        tell_now_and_then(app.unsigned_webhooks.fetch_add(1, Ordering::Relaxed) + 1);
        return Err(not_signed());
    }
    drop(steps);
    let invalid = || ProxyError::new(ErrorCode::WebhookInvalid, "signed, but not an event");
    let event = Event::parse(&body).map_err(|error| invalid().because(error))?;
    if event.event_type == TEST_EVENT {
        return Ok(StatusCode::OK);
    }
    // Neither database keeps other bytes in a text; what was signed is all of it that can be kept.
    let payload = String::from_utf8_lossy(&body).replace('\0', "\u{fffd}");
    app.payments.deliver(event, payload).await?;
    Ok(StatusCode::OK)
}

/// The header's text when it may be a signature; without one the body is not read.
fn signature(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(webhook::SIGNATURE_HEADER)?.to_str().ok()?;
    (text.len() == SIGNATURE_DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit())).then_some(text)
}

fn tell_now_and_then(rejected: u64) {
    if rejected % TELL_EVERY == 1 {
        tracing::warn!(
            rejected,
            "webhooks are rejected because their signature does not fit CREEM_WEBHOOK_SECRET; `creem-checkout doctor` \
             compares it with Creem's"
        );
    }
}

fn not_signed() -> ProxyError {
    let message = "the signature is missing or does not fit; see CREEM_WEBHOOK_SECRET";
    ProxyError::new(ErrorCode::WebhookSignatureInvalid, message)
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
