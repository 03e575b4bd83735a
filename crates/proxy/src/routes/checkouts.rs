//! `POST /api/checkouts`: a session for the app (JSON) or for the plain form.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use wire::{CheckoutCreated, CheckoutRequest, ErrorCode};

use super::page;
use crate::checkout::forms::Form;
use crate::checkout::idempotency::IdempotencyKey;
use crate::error::ProxyError;
use crate::http::body::{self, MAX_BODY_BYTES};
use crate::http::trace::TraceId;
use crate::limits::peer::ClientIp;
use crate::page::passed_on;
use crate::state::App;

enum Sender {
    App,
    PlainForm,
}

/// Opens a session, or says why not in the way it was asked: to a program, or on the page.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    ClientIp(client): ClientIp,
    request: Request,
) -> Result<Response, ProxyError> {
    match sender(request.headers())? {
        Sender::App => {
            let created = open(&app, client, request, body::checkout_request).await?;
            Ok((StatusCode::CREATED, Json(created)).into_response())
        }
        Sender::PlainForm => {
            let headers = request.headers().clone();
            let mut form = Form::default();
            let read = |body: &[u8]| {
                let (posted, request) = Form::posted(body);
                form = posted;
                request
            };
            match open(&app, client, request, read).await {
                Ok(created) => Ok(Redirect::to(&passed_on(&created.checkout_url, &form.hidden)).into_response()),
                Err(error) => page::form_again(&app, form, error, &trace_id, &headers).await,
            }
        }
    }
}

async fn open(
    app: &App,
    client: IpAddr,
    request: Request,
    read: impl FnOnce(&[u8]) -> Result<CheckoutRequest, ProxyError>,
) -> Result<CheckoutCreated, ProxyError> {
    let (head, body) = request.into_parts();
    app.sites.check_origin(&head.headers)?;
    let key = IdempotencyKey::of(&head.headers)?;
    let body = body::read(body, MAX_BODY_BYTES, app.config.patience, |_| Ok(())).await?;
    app.sessions.open(key, read(&body)?, client).await
}

fn sender(headers: &HeaderMap) -> Result<Sender, ProxyError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        "application/json" => Ok(Sender::App),
        "application/x-www-form-urlencoded" => Ok(Sender::PlainForm),
        _ => Err(ProxyError::new(
            ErrorCode::MediaTypeUnsupported,
            "send application/json or application/x-www-form-urlencoded",
        )),
    }
}
