//! `GET /api/payments/{request_id}/events`: a payment as it changes, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use wire::{CheckoutId, ErrorCode, Payment, RequestId};

use super::payments::pair;
use crate::changes::{Listener, Woke};
use crate::error::ProxyError;
use crate::proxy::App;

/// How often something is sent although nothing changed, so that nobody in between ends the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How often the payment is read although nobody told of a change: a webhook may be lost, and Creem be asked instead.
const READ_EVERY: Duration = Duration::from_secs(5);

/// Follows one payment until it is final.
pub(crate) async fn follow(
    State(app): State<Arc<App>>,
    Path(request_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ProxyError> {
    let (request_id, checkout_id) = pair(&request_id, query.as_deref())?;
    // Listening first: what changes while the payment is read is not missed.
    let Some(listener) = app.changes.listen() else {
        let message = "too many follow their payments here; ask again now and then instead";
        return Err(ProxyError::new(ErrorCode::RateLimited, message).retry_after(READ_EVERY));
    };
    let payment = app.payments.of(&request_id, &checkout_id).await?;
    let following = Following { app, request_id, checkout_id, listener, told: None, next: Some(payment) };
    let events = Sse::new(events(following)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Buffered events would come all at once, at the end.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    Ok((unbuffered, events).into_response())
}

struct Following {
    app: Arc<App>,
    request_id: RequestId,
    checkout_id: CheckoutId,
    listener: Listener,
    told: Option<Payment>,
    next: Option<Payment>,
}

fn events(following: Following) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(following, |mut following| async move {
        let payment = following.next_change().await?;
        let data = serde_json::to_string(&payment).expect("a payment has only text keys");
        following.told = Some(payment);
        Some((Ok(Event::default().event("payment").data(data)), following))
    })
}

impl Following {
    /// The next payment that differs from the last; `None` at the end.
    async fn next_change(&mut self) -> Option<Payment> {
        if self.told.as_ref().is_some_and(|told| told.status.is_final()) {
            return None;
        }
        loop {
            if let Some(payment) = self.next.take().filter(|payment| self.told.as_ref() != Some(payment)) {
                return Some(payment);
            }
            let woke = tokio::time::timeout(READ_EVERY, self.listener.wait(&self.request_id)).await;
            if woke == Ok(Woke::Ended) {
                return None;
            }
            match self.app.payments.of(&self.request_id, &self.checkout_id).await {
                Ok(payment) => self.next = Some(payment),
                Err(error) => {
                    tracing::warn!(error = error.code().as_str(), "a stream of events ends early");
                    return None;
                }
            }
        }
    }
}
