//! The API under `/v1`: what every call goes through, and which call is which.
//!
//! From the outside in: the request is noted, a fault may strike, the path must exist, the key must be right, the body
//! must be sound. Errors travel as values and get their body, with trace id and date, on the way out.

mod body;
mod checkouts;
mod customers;
mod discounts;
mod endpoints;
mod error;
mod licenses;
mod list;
mod products;
mod stats;
mod subscriptions;
mod transactions;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use creem::ApiKey;

pub use checkouts::AFFILIATE_CODE;
pub(crate) use checkouts::{is_email, open_linked};
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
        .route("/v1/products/{id}", get(products::show).patch(products::update).delete(products::archive))
        .route("/v1/discounts", get(discounts::find).post(discounts::create))
        .route("/v1/discounts/search", get(discounts::search))
        .route("/v1/discounts/{id}/delete", delete(discounts::remove))
        .merge(people())
        .merge(money())
        .merge(hooks())
        .route_layer(from_fn_with_state(sandbox.clone(), authenticate))
        .route("/v1", any(not_found))
        .route("/v1/{*rest}", any(not_found))
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(sandbox.clone(), note))
}

fn people() -> Router<Sandbox> {
    Router::new()
        .route("/v1/customers", get(customers::find).post(customers::create).patch(customers::update))
        .route("/v1/customers/list", get(customers::index))
        .route("/v1/customers/billing", post(customers::billing))
        .route("/v1/customers/{id}/orders", get(customers::orders))
        .route("/v1/customers/{id}/subscriptions", get(customers::subscriptions))
        .route("/v1/customers/{id}/licenses", get(customers::licenses))
        .route("/v1/subscriptions", get(subscriptions::find))
        .route("/v1/subscriptions/search", get(subscriptions::search))
        .route("/v1/subscriptions/{id}", post(subscriptions::update))
        .route("/v1/subscriptions/{id}/cancel", post(subscriptions::cancel))
        .route("/v1/subscriptions/{id}/upgrade", post(subscriptions::upgrade))
        .route("/v1/subscriptions/{id}/pause", post(subscriptions::pause))
        .route("/v1/subscriptions/{id}/resume", post(subscriptions::resume))
}

fn money() -> Router<Sandbox> {
    Router::new()
        .route("/v1/transactions", get(transactions::find))
        .route("/v1/transactions/search", get(transactions::search))
        .route("/v1/refunds", post(transactions::refund))
        .route("/v1/licenses/activate", post(licenses::activate))
        .route("/v1/licenses/validate", post(licenses::validate))
        .route("/v1/licenses/deactivate", post(licenses::deactivate))
        .route("/v1/licenses/{id}/instances", get(licenses::instances))
        .route("/v1/stats/summary", get(stats::summary))
}

fn hooks() -> Router<Sandbox> {
    Router::new()
        .route("/v1/webhooks", get(endpoints::index).post(endpoints::create))
        .route("/v1/webhooks/{id}", get(endpoints::show).patch(endpoints::update).delete(endpoints::remove))
        .route("/v1/webhooks/{id}/secret", get(endpoints::secret))
        .route("/v1/webhooks/{id}/events/pending", get(endpoints::pending))
        .route("/v1/webhooks/{id}/events/{event_id}/ack", post(endpoints::acknowledge))
}

async fn not_found(method: Method, uri: Uri) -> ApiError {
    ApiError::not_found(format!("Cannot {method} {}", uri.path()))
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
    let mut struck = None;
    if let Some(suffering) = suffering {
        tokio::time::sleep(suffering.delay).await;
        struck = suffering.answer;
    }
    let response = match struck {
        Some(response) => response,
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
        Err(_) => crate::faults::dropped(),
    }
}
