//! `GET /api/products` and `GET /api/products/{id}`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use wire::Products;

use crate::error::ProxyError;
use crate::state::App;

/// The sellable products are nobody's secret; a browser may keep them for a moment.
const BRIEFLY: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=30")];

/// All of them.
pub(crate) async fn list(State(app): State<Arc<App>>) -> Result<Response, ProxyError> {
    // Before the products, so that younger ones are never kept as older ones.
    let keep = app.kept.while_as_now().await;
    let items = app.catalog.products().await?.to_vec();
    Ok((keep.map(Extension), BRIEFLY, Json(Products { items })).into_response())
}

/// One of them.
pub(crate) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, ProxyError> {
    Ok((BRIEFLY, Json(app.catalog.product(&id).await?)).into_response())
}
