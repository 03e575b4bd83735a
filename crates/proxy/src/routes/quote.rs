//! `GET /api/quote`: what a choice would cost. A bad code is an outcome, not an error.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use wire::Quote;

use super::parameters;
use crate::budget::Purpose;
use crate::error::ProxyError;
use crate::peer::ClientIp;
use crate::quotes;
use crate::state::App;

/// Quotes one choice.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    ClientIp(client): ClientIp,
    RawQuery(query): RawQuery,
) -> Result<Json<Quote>, ProxyError> {
    app.limits.quote(client)?;
    let parameters = parameters(query.as_deref(), &["product_id", "units", "discount_code"])?;
    let filled = |name| parameters.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let product = app.catalog.product(filled("product_id").unwrap_or_default()).await?;
    let units = filled("units").map_or(Ok(1), str::parse).map_err(|_| quotes::units_invalid())?;
    let code = filled("discount_code");
    let quote = quotes::quote(&app.catalog, Purpose::Quote, &product, units, code, app.clock.now()).await?;
    Ok(Json(quote))
}
