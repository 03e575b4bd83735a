//! One payment as it changes: each state once, until it is final, its time is over or the server ends.

use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;
use wire::{CheckoutId, ErrorCode, Payment, RequestId};

use super::Payments;
use super::changes::{Listener, Wake};
use crate::error::ProxyError;
use crate::ledger::Look;

/// How often the payment is read although nobody told of a change: a webhook may be lost, and Creem be asked instead.
const READ_EVERY: Duration = Duration::from_secs(5);

/// How long a payment is followed in one go. A page that is still open comes again.
const FOLLOWED_AT_MOST: Duration = Duration::from_secs(10 * 60);

/// One who follows a payment, counted until dropped.
pub(crate) struct Following {
    payments: Payments,
    request_id: RequestId,
    checkout_id: CheckoutId,
    listener: Listener,
    ends_at: Instant,
    told: Option<Payment>,
    next: Option<Payment>,
}

impl Payments {
    /// Follows a payment, unless too many are followed already.
    pub(crate) async fn follow(
        &self,
        request_id: RequestId,
        checkout_id: CheckoutId,
        client: IpAddr,
    ) -> Result<Following, ProxyError> {
        // Listening first: what changes while the payment is read is not missed.
        let Some(listener) = self.changes.listen(client) else {
            let message = "too many follow their payments here; ask again now and then instead";
            return Err(ProxyError::new(ErrorCode::RateLimited, message).retry_after(READ_EVERY));
        };
        let payment = self.asked(&request_id, &checkout_id, Look::InTime).await?;
        let (payments, ends_at) = (self.clone(), Instant::now() + FOLLOWED_AT_MOST);
        Ok(Following { payments, request_id, checkout_id, listener, ends_at, told: None, next: Some(payment) })
    }
}

impl Following {
    /// The next payment that differs from the last, waited for; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Payment> {
        if self.told.as_ref().is_some_and(|told| told.status.is_final()) {
            return None;
        }
        loop {
            if let Some(payment) = self.next.take().filter(|payment| self.told.as_ref() != Some(payment)) {
                self.told = Some(payment.clone());
                return Some(payment);
            }
            let woke = tokio::time::timeout(READ_EVERY, self.listener.wait(&self.request_id)).await;
            if woke == Ok(Wake::Ended) || Instant::now() >= self.ends_at {
                return None;
            }
            match self.payments.asked(&self.request_id, &self.checkout_id, Look::InTime).await {
                Ok(payment) => self.next = Some(payment),
                Err(error) => {
                    tracing::warn!(error = error.code().as_str(), "a stream of events ends early");
                    return None;
                }
            }
        }
    }
}
