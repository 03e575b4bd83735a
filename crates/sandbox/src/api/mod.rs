//! The API under `/v1`: what every call goes through, and which call is which.
//!
//! From the outside in: the request is noted, a fault may strike, the path must exist, the key must be right, the query
//! and then the body must be sound. Errors travel as values and get their body, with trace id and date, on the way out.

mod body;
mod checkouts;
mod credits;
mod cursor;
mod customers;
mod discounts;
mod endpoints;
mod error;
mod features;
mod licenses;
mod list;
mod meters;
mod moderation;
mod operations;
mod partners;
mod products;
mod query;
mod stats;
mod subscriptions;
mod transactions;
mod usage;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use creem::ApiKey;

pub(crate) use checkouts::{is_email, open_linked};
pub(crate) use error::ApiError;
use list::PAGES;
pub(crate) use operations::Known;
use operations::{Asked, Operations, check_query};

use crate::{MAX_BODY_BYTES, Sandbox};

/// The header that carries the key; `Authorization` is not read.
const KEY_HEADER: &str = "x-api-key";

/// The operations, by what they are about.
fn operations() -> Operations {
    partners_of(hooks(usage_of(credits_of(money(people(goods(Operations::default())))))))
}

/// The API's routes, and what is known of its operations.
pub(crate) fn routes(sandbox: &Sandbox) -> (Known, Router<Sandbox>) {
    let (known, router) = operations().split();
    let router = router
        .route_layer(from_fn_with_state(known.clone(), check_query))
        .route_layer(from_fn_with_state(sandbox.clone(), authenticate))
        .route("/v1", any(not_found))
        .route("/v1/{*rest}", any(not_found))
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(sandbox.clone(), note));
    (known, router)
}

fn goods(operations: Operations) -> Operations {
    operations
        .get("/v1/products", products::FIND, products::find)
        .post("/v1/products", products::create)
        .get("/v1/products/search", products::SEARCH, products::search)
        .get("/v1/products/{id}", &[], products::show)
        .patch("/v1/products/{id}", products::update)
        .delete("/v1/products/{id}", products::archive)
        .get("/v1/discounts", discounts::FIND, discounts::find)
        .post("/v1/discounts", discounts::create)
        .get("/v1/discounts/search", discounts::SEARCH, discounts::search)
        .delete("/v1/discounts/{id}/delete", discounts::remove)
        .get("/v1/checkouts", checkouts::FIND, checkouts::find)
        .post("/v1/checkouts", checkouts::create)
}

fn people(operations: Operations) -> Operations {
    operations
        .get("/v1/customers", customers::FIND, customers::find)
        .post("/v1/customers", customers::create)
        .patch("/v1/customers", customers::update)
        .get("/v1/customers/list", PAGES, customers::index)
        .post("/v1/customers/billing", customers::billing)
        .get("/v1/customers/{id}/orders", PAGES, customers::orders)
        .get("/v1/customers/{id}/subscriptions", PAGES, customers::subscriptions)
        .get("/v1/customers/{id}/licenses", PAGES, customers::licenses)
        .get("/v1/subscriptions", subscriptions::FIND, subscriptions::find)
        .get("/v1/subscriptions/search", subscriptions::SEARCH, subscriptions::search)
        .post("/v1/subscriptions/{id}", subscriptions::update)
        .post("/v1/subscriptions/{id}/cancel", subscriptions::cancel)
        .post("/v1/subscriptions/{id}/upgrade", subscriptions::upgrade)
        .post("/v1/subscriptions/{id}/pause", subscriptions::pause)
        .post("/v1/subscriptions/{id}/resume", subscriptions::resume)
}

fn money(operations: Operations) -> Operations {
    operations
        .get("/v1/transactions", transactions::FIND, transactions::find)
        .get("/v1/transactions/search", transactions::SEARCH, transactions::search)
        .post("/v1/refunds", transactions::refund)
        .post("/v1/licenses/activate", licenses::activate)
        .post("/v1/licenses/validate", licenses::validate)
        .post("/v1/licenses/deactivate", licenses::deactivate)
        .get("/v1/licenses/{id}/instances", PAGES, licenses::instances)
        .get("/v1/stats/summary", stats::SUMMARY, stats::summary)
}

fn credits_of(operations: Operations) -> Operations {
    operations
        .post("/v1/customer-credits/accounts", credits::open)
        .get("/v1/customer-credits/accounts", credits::ACCOUNTS, credits::accounts)
        .get("/v1/customer-credits/accounts/{id}", &[], credits::account)
        .get("/v1/customer-credits/accounts/{id}/balance", credits::BALANCE, credits::balance)
        .get("/v1/customer-credits/accounts/{id}/entries", credits::ENTRIES, credits::entries)
        .post("/v1/customer-credits/accounts/{id}/freeze", credits::freeze)
        .post("/v1/customer-credits/accounts/{id}/unfreeze", credits::unfreeze)
        .post("/v1/customer-credits/accounts/{id}/close", credits::close)
        .post("/v1/customer-credits/accounts/{id}/credit", credits::credit)
        .post("/v1/customer-credits/accounts/{id}/debit", credits::debit)
        .post("/v1/customer-credits/accounts/{id}/reverse", credits::reverse_of)
        .get("/v1/customer-credits/transactions", credits::REFERENCE, credits::transactions)
        .post("/v1/customer-credits/transactions", credits::transact)
        .get("/v1/customer-credits/transactions/{id}", &[], credits::transaction)
        .post("/v1/customer-credits/transactions/{id}/reverse", credits::reverse)
}

fn usage_of(operations: Operations) -> Operations {
    operations
        .post("/v1/events/ingest", usage::ingest)
        .post("/v1/events/preview", usage::preview)
        .get("/v1/events", usage::LIST, usage::index)
        .post("/v1/meters", meters::create)
        .get("/v1/meters", meters::LIST, meters::index)
        .post("/v1/meters/preview", meters::preview_new)
        .get("/v1/meters/{id}", &[], meters::show)
        .patch("/v1/meters/{id}", meters::update)
        .post("/v1/meters/{id}/archive", meters::archive)
        .post("/v1/meters/{id}/unarchive", meters::unarchive)
        .post("/v1/meters/{id}/preview", meters::preview)
        .get("/v1/meters/{id}/consumed", meters::CONSUMED, meters::consumed)
}

fn hooks(operations: Operations) -> Operations {
    operations
        .get("/v1/webhooks", PAGES, endpoints::index)
        .post("/v1/webhooks", endpoints::create)
        .get("/v1/webhooks/{id}", &[], endpoints::show)
        .patch("/v1/webhooks/{id}", endpoints::update)
        .delete("/v1/webhooks/{id}", endpoints::remove)
        .get("/v1/webhooks/{id}/secret", &[], endpoints::secret)
        .get("/v1/webhooks/{id}/events/pending", endpoints::PENDING, endpoints::pending)
        .post("/v1/webhooks/{id}/events/{event_id}/ack", endpoints::acknowledge)
}

fn partners_of(operations: Operations) -> Operations {
    operations
        .post("/v1/splits", partners::split)
        .get("/v1/splits", PAGES, partners::splits)
        .get("/v1/splits/{id}", &[], partners::show_split)
        .delete("/v1/splits/{id}", partners::remove_split)
        .get("/v1/affiliates", PAGES, partners::affiliates)
        .post("/v1/affiliates/invites", partners::invite)
        .get("/v1/affiliates/invites", PAGES, partners::invites)
        .get("/v1/affiliates/{id}", &[], partners::affiliate)
        .get("/v1/affiliates/{id}/commissions", partners::COMMISSIONS, partners::commissions)
        .post("/v1/moderation/prompt", moderation::screen)
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

/// Notes the request and its answer, lets a fault strike, and writes the bodies of errors.
async fn note(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match axum::body::to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => body,
        Err(_) => return ApiError::too_large().render(&sandbox),
    };
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let asked = parts.extensions.get::<Asked>().map_or(&parts.uri, |asked| &asked.0).clone();
    let (number, suffering) = {
        let mut world = sandbox.world();
        let now = world.now();
        let number = world.requests.note(now, method.clone(), asked, &parts.headers, &body);
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
