//! `GET /api/return` and `GET /api/payments…`: what the proxy knows of payments.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use wire::{CheckoutId, ErrorCode, Payment, RequestId};

use super::parameters;
use super::receipts::Proof;
use crate::error::ProxyError;
use crate::ledger::{Cursor, Look};
use crate::payments::merchant::{self, ChangedPayments, FullReference, PaymentsToLookAt};
use crate::payments::unknown;
use crate::state::App;
use crate::text::hex::hex;

/// Payments on one page of what changed.
const PAGE_SIZE: i64 = 100;

/// Verifies a returned URL by its query, untouched.
pub(crate) async fn returned(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Payment>, ProxyError> {
    let payment = app.payments.returned(&query.unwrap_or_default()).await?;
    Ok(Json(app.with_receipt(payment, Proof::Signature).await))
}

/// The payment of a reference and one of its sessions; with the bearer token, all that is known of the reference.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(request_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProxyError> {
    if headers.contains_key(header::AUTHORIZATION) {
        return full(&app, &request_id, query.as_deref(), &headers).await;
    }
    let (request_id, checkout_id) = pair(&request_id, query.as_deref())?;
    let payment = app.payments.asked(&request_id, &checkout_id, Look::InTime).await?;
    tagged(&app.with_receipt(payment, Proof::Ids).await, &headers)
}

/// What changed since the caller last asked; with `needs_look=true`, of all there is, what a merchant should look at.
pub(crate) async fn changed(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProxyError> {
    merchant::check_bearer(&headers, app.config.api_token.as_ref())?;
    let parameters = parameters(query.as_deref(), &["updated_after", "cursor", "needs_look"])?;
    let invalid = |field: &str, what: &str| {
        ProxyError::new(ErrorCode::BodyInvalid, format!("{field} must be {what}")).in_field(field)
    };
    let after_ms = match parameters.get("updated_after") {
        Some(text) => text
            .parse::<jiff::Timestamp>()
            .map_err(|error| invalid("updated_after", "a moment such as 2026-11-22T10:00:00Z").because(error))?
            .as_millisecond(),
        None => i64::MIN,
    };
    let after = match parameters.get("cursor") {
        Some(text) => text.parse().map_err(|_| invalid("cursor", "the next_cursor of an earlier answer"))?,
        None => Cursor::default(),
    };
    match parameters.get("needs_look").map(String::as_str) {
        None | Some("false") => {
            let known = app.payments.changed(&after, after_ms, PAGE_SIZE).await?;
            Ok(Json(ChangedPayments::of(known, after, PAGE_SIZE)).into_response())
        }
        Some("true") => {
            let known = app.ledger.to_look_at(&after, PAGE_SIZE).await?;
            let events = app.ledger.waiting_events("", PAGE_SIZE).await?;
            Ok(Json(PaymentsToLookAt::of(ChangedPayments::of(known, after, PAGE_SIZE), events)).into_response())
        }
        Some(_) => Err(invalid("needs_look", "true or false")),
    }
}

/// The ids of a session and its reference.
pub(super) fn pair(request_id: &str, query: Option<&str>) -> Result<(RequestId, CheckoutId), ProxyError> {
    let parameters = parameters(query, &["checkout_id"])?;
    let checkout_id = parameters.get("checkout_id").and_then(|id| CheckoutId::parse(id).ok());
    RequestId::parse(request_id).ok().zip(checkout_id).ok_or_else(unknown)
}

async fn full(app: &App, request_id: &str, query: Option<&str>, headers: &HeaderMap) -> Result<Response, ProxyError> {
    merchant::check_bearer(headers, app.config.api_token.as_ref())?;
    parameters(query, &[])?;
    let request_id = RequestId::parse(request_id).map_err(|_| unknown())?;
    let (deciding, known, history) = app.payments.all_of(&request_id).await?;
    tagged(&FullReference::of(&deciding, known, history).ok_or_else(unknown)?, headers)
}

/// An answer with a tag; nothing but the tag when the caller has the answer already. The tag is a weak one, because the
/// bytes that travel may be compressed ones.
fn tagged(answer: &impl serde::Serialize, headers: &HeaderMap) -> Result<Response, ProxyError> {
    let body = serde_json::to_vec(answer).map_err(ProxyError::internal)?;
    let tag = format!("\"{}\"", hex(&Sha256::digest(&body)[..12]));
    let weak = HeaderValue::from_str(&format!("W/{tag}")).expect("hex is a header value");
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value.to_str().is_ok_and(|value| value.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    });
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
    };
    response.headers_mut().insert(header::ETAG, weak);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
