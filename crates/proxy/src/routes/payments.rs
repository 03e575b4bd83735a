//! `GET /api/return` and `GET /api/payments/{request_id}`: what the proxy knows of a payment.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use wire::{CheckoutId, ErrorCode, Payment, RequestId};

use super::parameters;
use crate::error::ProxyError;
use crate::proxy::App;

/// Verifies a returned URL by its query, untouched.
pub(crate) async fn returned(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Payment>, ProxyError> {
    app.payments.returned(&query.unwrap_or_default()).await.map(Json)
}

/// The payment of a reference and one of its sessions. Everything but a known pair is unknown, so nobody can find
/// references by trying.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(request_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Payment>, ProxyError> {
    let parameters = parameters(query.as_deref(), &["checkout_id"])?;
    let pair =
        (RequestId::parse(&request_id).ok(), parameters.get("checkout_id").and_then(|id| CheckoutId::parse(id).ok()));
    let (Some(request_id), Some(checkout_id)) = pair else {
        let message = "no payment with this request_id and checkout_id";
        return Err(ProxyError::new(ErrorCode::PaymentUnknown, message));
    };
    app.payments.of(&request_id, &checkout_id).await.map(Json)
}
