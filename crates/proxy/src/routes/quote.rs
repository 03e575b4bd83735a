//! `GET /api/quote`: what a choice would cost. A bad code is an outcome, not an error.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use wire::Quote;

use super::parameters;
use crate::error::ProxyError;
use crate::proxy::App;
use crate::{peer, quotes};

/// Quotes one choice.
pub(crate) async fn show(State(app): State<Arc<App>>, request: Request) -> Result<Json<Quote>, ProxyError> {
    app.limits.quote(peer::client(request.extensions(), request.headers(), &app.config.trusted_proxies))?;
    let parameters = parameters(request.uri().query(), &["product_id", "units", "discount_code"])?;
    let filled = |name| parameters.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let product = app.catalog.product(filled("product_id").unwrap_or_default()).await?;
    let units = filled("units").map_or(Ok(1), str::parse).map_err(|_| quotes::units_invalid())?;
    let quote = quotes::quote(&app.catalog, &product, units, filled("discount_code"), app.clock.now()).await?;
    Ok(Json(quote))
}
