//! `POST /api/checkouts`: a session for the app (JSON) or for the plain form.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use wire::ErrorCode;

use super::page;
use crate::body::{self, MAX_BODY_BYTES};
use crate::error::ProxyError;
use crate::forms::Form;
use crate::idempotency::IdempotencyKey;
use crate::page::passed_on;
use crate::peer;
use crate::proxy::App;
use crate::trace::TraceId;

enum Sender {
    App,
    PlainForm,
}

/// Opens a session.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    request: Request,
) -> Result<Response, ProxyError> {
    let (head, body) = request.into_parts();
    app.sites.check_sender(&head.headers)?;
    let sender = sender(&head.headers)?;
    let key = IdempotencyKey::of(&head.headers)?;
    let client = peer::client(&head.extensions, &head.headers, &app.config.trusted_proxies);
    let body = body::read(body, MAX_BODY_BYTES, app.config.patience).await?;
    match sender {
        Sender::App => {
            let created = app.sessions.open(key, body::checkout_request(&body)?, client).await?;
            Ok((StatusCode::CREATED, Json(created)).into_response())
        }
        Sender::PlainForm => {
            let (form, request) = Form::posted(&body);
            let opened = match request {
                Ok(request) => app.sessions.open(key, request, client).await,
                Err(error) => Err(error),
            };
            match opened {
                Ok(created) => Ok(Redirect::to(&passed_on(&created.checkout_url, &form.hidden)).into_response()),
                Err(error) => page::form_again(&app, form, error, &trace_id, &head.headers).await,
            }
        }
    }
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
