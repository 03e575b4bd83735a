//! The API under `/v1`: what every call goes through, and which call is which.
//!
//! From the outside in: the request is noted, a fault may strike, the path must exist, the key must be right, the body
//! must be sound. Errors travel as values and get their body, with trace id and date, on the way out.

mod body;
mod checkouts;
mod discounts;
mod error;
mod list;
mod products;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get};
use creem::ApiKey;

pub(crate) use checkouts::is_email;
pub(crate) use error::ApiError;

use crate::{MAX_BODY_BYTES, Sandbox};

/// The header that carries the key; `Authorization` is not read.
const KEY_HEADER: &str = "x-api-key";

/// The API's routes.
pub(crate) fn routes(sandbox: &Sandbox) -> Router<Sandbox> {
    Router::new()
        .route("/v1/checkouts", get(checkouts::find).post(checkouts::create))
        .route("/v1/products", get(products::find).post(products::create))
        .route("/v1/products/search", get(products::search))
        .route("/v1/products/{id}", get(products::show))
        .route("/v1/discounts", get(discounts::find).post(discounts::create))
        .route("/v1/discounts/search", get(discounts::search))
        .route("/v1/discounts/{id}/delete", delete(discounts::remove))
        .route_layer(from_fn_with_state(sandbox.clone(), authenticate))
        .route("/v1", any(not_found))
        .route("/v1/{*rest}", any(not_found))
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(sandbox.clone(), note))
}

async fn not_found(method: Method, uri: Uri) -> ApiError {
    ApiError::not_found(format!("Cannot {method} {}", uri.path()))
}

async fn authenticate(State(sandbox): State<Sandbox>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let Some(key) = headers.get(KEY_HEADER) else {
        return ApiError::unauthorized("API Key is missing").into_response();
    };
    match key.to_str().ok().and_then(|key| ApiKey::parse(key).ok()) {
        Some(key) if key == *sandbox.key() => next.run(request).await,
        _ => ApiError::unauthorized("Invalid API Key").into_response(),
    }
}

/// Notes the request and its answer, lets a fault strike, and writes the bodies of errors.
async fn note(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match axum::body::to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => body,
        Err(_) => return ApiError::too_large().render(&sandbox),
    };
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let (number, suffering) = {
        let mut world = sandbox.world();
        let now = world.now();
        let number = world.requests.note(now, method.clone(), parts.uri.clone(), &parts.headers, &body);
        (number, world.faults.strike(&method, &path))
    };
    let mut answer = None;
    if let Some(suffering) = suffering {
        tokio::time::sleep(suffering.delay).await;
        answer = suffering.answer;
    }
    let response = match answer {
        Some(response) => response,
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
    };
    let response = match response.extensions().get::<ApiError>() {
        Some(error) => error.render(&sandbox),
        None => response,
    };
    sandbox.world().requests.answered(number, response.status());
    response
}
