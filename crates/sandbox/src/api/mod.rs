//! The API under `/v1`: what every call goes through, and which call is which.
//!
//! From the outside in: the request is noted, a fault may strike, the path must exist, the key must be right, the query
//! and then the body must be sound. Errors travel as values and get their body, with trace id and date, on the way out.

mod answers;
mod checkouts;
mod credits;
mod customers;
mod discounts;
mod endpoints;
mod error;
mod licenses;
mod list;
mod moderation;
mod operations;
mod partners;
mod products;
mod request;
mod stats;
mod subscriptions;
mod transactions;
mod usage;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use creem::ApiKey;

pub(crate) use checkouts::open_linked;
pub(crate) use error::ApiError;
pub(crate) use operations::Known;
use operations::{Asked, check_query};
pub(crate) use request::body::is_email;

use crate::world::faults::InjectedResponse;
use crate::{MAX_BODY_BYTES, Sandbox};

/// Where the API is described.
pub(crate) const DOCUMENT: &str = "/openapi.json";

/// The header that carries the key; `Authorization` is not read.
const KEY_HEADER: &str = "x-api-key";

/// The API's routes, and what is known of its operations.
pub(crate) fn routes(sandbox: &Sandbox) -> (Known, Router<Sandbox>) {
    let (known, router) = operations::table::operations().split();
    let base = sandbox.options().public_url.as_str().trim_end_matches('/').to_owned();
    let described = known.clone();
    let describe = async move || Json(operations::openapi::document(described.operations(), &base));
    let router = router
        .route_layer(from_fn_with_state(known.clone(), check_query))
        .route_layer(from_fn_with_state(sandbox.clone(), authenticate))
        .route("/v1", any(not_found))
        .route("/v1/{*rest}", any(not_found))
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(sandbox.clone(), note))
        .route(DOCUMENT, get(describe));
    (known, router)
}

async fn not_found(request: Request) -> ApiError {
    let asked = request.extensions().get::<Asked>().map_or(request.uri(), |asked| &asked.0);
    let whole = asked.path_and_query().map_or(asked.path(), |whole| whole.as_str());
    ApiError::no_operation(format!("Cannot {} {whole}", request.method()))
}

async fn authenticate(State(sandbox): State<Sandbox>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let given = headers.get(KEY_HEADER);
    let key = given.and_then(|key| key.to_str().ok()).and_then(|key| ApiKey::parse(key).ok());
    if key.is_some_and(|key| key == *sandbox.key()) {
        return next.run(request).await;
    }
    let legacy = sandbox.world().switches.legacy_auth_403;
    match given {
        _ if legacy => ApiError::of_status(StatusCode::FORBIDDEN),
        None => ApiError::unauthorized("API Key is missing"),
        Some(_) => ApiError::unauthorized("Invalid API Key"),
    }
    .into_response()
}

/// The address a request was sent to, however it was spelt.
pub(crate) fn asked(parts: &Parts) -> &Uri {
    parts.extensions.get::<Asked>().map_or(&parts.uri, |asked| &asked.0)
}

/// Notes the request and its answer, lets a fault strike, and writes the bodies of errors.
async fn note(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match axum::body::to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => body,
        Err(_) => return ApiError::too_large().render(&sandbox),
    };
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let asked = asked(&parts).clone();
    let (number, injected) = {
        let mut world = sandbox.world();
        let now = world.now();
        let number = world.requests.note(now, method.clone(), asked, &parts.headers, &body);
        (number, world.faults.take_matching(&method, &path))
    };
    let mut struck = None;
    if let Some(fault) = injected {
        tokio::time::sleep(fault.delay).await;
        struck = fault.answer;
    }
    let response = match struck {
        Some(InjectedResponse::Response(response)) => response,
        Some(InjectedResponse::Error(status)) => ApiError::of_status(status).into_response(),
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
    };
    let response = match response.extensions().get::<ApiError>() {
        Some(error) => error.render(&sandbox),
        None => response,
    };
    keep(&sandbox, number, response).await
}

/// Notes an answer before it goes out. One whose body breaks off is a connection dropped on purpose, and stays one.
async fn keep(sandbox: &Sandbox, number: u64, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            sandbox.world().requests.answered(number, parts.status, &bytes);
            Response::from_parts(parts, Body::from(bytes))
        }
        Err(_) => crate::world::faults::dropped(),
    }
}
