//! `GET /api/quote`: what a choice would cost. A bad code is an outcome, not an error.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use wire::{Field, Quote};

use super::parameters;
use crate::catalog::quotes;
use crate::error::ProxyError;
use crate::limits::peer::ClientIp;
use crate::state::App;
use crate::upstream::budget::Purpose;

const PRODUCT: &str = Field::Product.name();
const UNITS: &str = Field::Units.name();
const CODE: &str = Field::DiscountCode.name();

/// Quotes one choice.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    ClientIp(client): ClientIp,
    RawQuery(query): RawQuery,
) -> Result<Json<Quote>, ProxyError> {
    app.limits.quote(client)?;
    let parameters = parameters(query.as_deref(), &[PRODUCT, UNITS, CODE])?;
    let filled = |name| parameters.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let product = app.catalog.product(filled(PRODUCT).unwrap_or_default()).await?;
    let units = filled(UNITS).map_or(Ok(1), str::parse).map_err(|_| quotes::units_invalid())?;
    let code = filled(CODE);
    let quote = quotes::quote(&app.catalog, Purpose::Quote, &product, units, code, app.clock.now()).await?;
    Ok(Json(quote))
}
