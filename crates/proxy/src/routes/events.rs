//! `GET /api/payments/{request_id}/events`: a payment as it changes, as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::payments::pair;
use super::receipts::Proof;
use crate::error::ProxyError;
use crate::limits::peer::ClientIp;
use crate::state::App;

/// How often something is sent although nothing changed, so that nobody in between ends the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Follows one payment until it is final.
pub(crate) async fn follow(
    State(app): State<Arc<App>>,
    Path(request_id): Path<String>,
    RawQuery(query): RawQuery,
    ClientIp(client): ClientIp,
) -> Result<Response, ProxyError> {
    let (request_id, checkout_id) = pair(&request_id, query.as_deref())?;
    let following = app.payments.follow(request_id, checkout_id, client).await?;
    let events = stream::unfold((app, following), |(app, mut following)| async move {
        let payment = following.next().await?;
        let payment = app.with_receipt(payment, Proof::Ids).await;
        Some((Event::default().event(wire::routes::PAYMENT_EVENT).json_data(payment), (app, following)))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Buffered events would come all at once, at the end.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    Ok((unbuffered, events).into_response())
}
