//! What is known of payments: verified events and look-ups, folded into one state.
//!
//! Nothing a browser says counts: a returned URL is believed only with its signature, and paid only if a webhook or
//! Creem itself agrees.

mod facts;
mod following;

#[cfg(test)]
pub(crate) use facts::effect as effect_of_tests;

use creem::return_url::{self, ReturnUrl};
use creem::webhook::Event;
use creem::{ApiError, ApiKey};
use wire::{CheckoutId, ErrorCode, Payment, PaymentStatus, RequestId, Returned};

use crate::Config;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::error::ProxyError;
use crate::ledger::{Facts, KnownPayment, Ledger, PastStatus, StoredEvent};
use crate::telemetry;
use crate::upstream::Upstream;

/// How old an unpaid session must be before Creem is asked about it, in milliseconds: the webhook comes first.
const LOOK_UP_AFTER_MS: i64 = 10_000;

/// How far a status has come. It never goes back: a refund that comes before its payment stays a refund.
pub(crate) fn standing(status: PaymentStatus) -> i64 {
    match status {
        PaymentStatus::Pending => 0,
        PaymentStatus::Processing => 1,
        PaymentStatus::Expired => 2,
        PaymentStatus::Paid => 3,
        PaymentStatus::Refunded | PaymentStatus::Disputed => 4,
    }
}

/// Of several sessions of one reference, the one that decides has the highest preference.
fn preference(status: PaymentStatus) -> u8 {
    match status {
        PaymentStatus::Paid => 4,
        PaymentStatus::Refunded | PaymentStatus::Disputed => 3,
        PaymentStatus::Processing => 2,
        PaymentStatus::Pending => 1,
        PaymentStatus::Expired => 0,
    }
}

/// The payments. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Payments {
    upstream: Upstream,
    ledger: Ledger,
    changes: Changes,
    clock: Clock,
    /// The key in use and the one before it, under which buyers may still be paying.
    keys: Vec<ApiKey>,
}

impl Payments {
    pub(crate) fn new(upstream: Upstream, ledger: Ledger, changes: Changes, config: &Config) -> Self {
        let keys = std::iter::once(&config.api_key).chain(&config.previous_api_key).cloned().collect();
        Self { upstream, ledger, changes, clock: config.clock.clone(), keys }
    }

    /// Verifies a returned URL by its raw query, and says what is known of its payment.
    pub(crate) async fn returned(&self, query: &str) -> Result<Payment, ProxyError> {
        let url = return_url::verify(query, &self.keys).map_err(|error| {
            ProxyError::new(ErrorCode::ReturnNotGenuine, "the returned URL is not genuine").because(error)
        })?;
        let Some(request_id) = url.request_id.as_deref().and_then(|id| RequestId::parse(id).ok()) else {
            return Err(unknown());
        };
        let checkout_id = CheckoutId::parse(&url.checkout_id).map_err(|_| unknown())?;
        match self.ledger.payment(&checkout_id).await? {
            Some(payment) if is_settled(payment.status) && belongs_to(&payment, &url) => Ok(payment),
            Some(_) | None => self.confirm(&url, &request_id, &checkout_id).await,
        }
    }

    /// Asks Creem whether the session of a genuine URL is paid.
    async fn confirm(
        &self,
        url: &ReturnUrl,
        request_id: &RequestId,
        checkout_id: &CheckoutId,
    ) -> Result<Payment, ProxyError> {
        let checkout = match self.upstream.checkout(checkout_id.as_str()).await {
            Ok(checkout) => checkout,
            Err(ApiError::NotFound { .. }) => return Err(not_confirmed()),
            Err(error) => return Err(error.into()),
        };
        let facts = facts::of_session(&checkout, self.clock.now_ms()).filter(|facts| {
            facts.status == PaymentStatus::Paid
                && facts.checkout_id == *checkout_id
                && facts.request_id == *request_id
                && facts.product_id.as_str() == url.product_id
                && url.order_id.as_ref().is_none_or(|order| facts.order_id.as_ref() == Some(order))
        });
        let Some(facts) = facts else { return Err(not_confirmed()) };
        self.fold(&facts).await?;
        self.ledger.payment(checkout_id).await?.ok_or_else(unknown)
    }

    /// What is known of a reference, for one who also knows one of its sessions.
    pub(crate) async fn of(&self, request_id: &RequestId, checkout_id: &CheckoutId) -> Result<Payment, ProxyError> {
        let is_asked = |payment: &Payment| payment.checkout_id == *checkout_id;
        let mut known = self.ledger.payments_of(request_id).await?;
        let asked = known.iter().find(|payment| is_asked(payment)).ok_or_else(unknown)?;
        if !asked.status.is_final() && self.look_up(checkout_id).await? {
            known = self.ledger.payments_of(request_id).await?;
        }
        // The asked session decides among equals.
        known.into_iter().max_by_key(|payment| (preference(payment.status), is_asked(payment))).ok_or_else(unknown)
    }

    /// What became of a returned address: by its signature, or, when it was tidied, by its pair of ids.
    pub(crate) async fn shown_to(&self, returned: &Returned) -> Result<Payment, ProxyError> {
        match (returned.is_signed(), &returned.request_id, &returned.checkout_id) {
            (true, _, _) => self.returned(&returned.query).await,
            (false, Some(request_id), Some(checkout_id)) => self.of(request_id, checkout_id).await,
            (false, _, _) => Err(unknown()),
        }
    }

    /// Asks Creem about a session now and then, so that a lost webhook still shows. True when something was learned.
    async fn look_up(&self, checkout_id: &CheckoutId) -> Result<bool, ProxyError> {
        let now_ms = self.clock.now_ms();
        if !self.ledger.take_look_up(checkout_id, now_ms, now_ms - LOOK_UP_AFTER_MS).await? {
            return Ok(false);
        }
        match self.upstream.checkout(checkout_id.as_str()).await {
            Ok(checkout) => {
                let facts = facts::of_session(&checkout, now_ms).filter(|facts| facts.checkout_id == *checkout_id);
                match facts {
                    Some(facts) => self.fold(&facts).await.map(|()| true),
                    None => Ok(false),
                }
            }
            Err(error) => {
                tracing::warn!(checkout = checkout_id.as_str(), %error, "the session could not be looked up");
                Ok(false)
            }
        }
    }

    /// Stores a verified delivery durably and applies it, once. The payload is what was signed.
    pub(crate) async fn deliver(&self, event: Event, payload: String) -> Result<(), ProxyError> {
        let created_at = event.created_at.unwrap_or_else(|| self.clock.now_ms());
        let effect = facts::effect(&event, created_at);
        let paid = facts::paid_reference(&effect);
        let Event { id, event_type, .. } = event;
        let stored = StoredEvent { id, event_type, created_at, payload, effect };
        let is_new = self.ledger.record(&stored, self.clock.now_ms()).await?;
        tracing::info!(event = stored.id, event_type = stored.event_type, is_new, "webhook");
        telemetry::webhook(is_new);
        if is_new {
            self.changes.nudge();
            if let Some(request_id) = paid {
                self.tell_of_second_payment(&request_id).await?;
            }
        }
        Ok(())
    }

    /// Everything that is known of a reference, for its merchant.
    pub(crate) async fn all_of(
        &self,
        request_id: &RequestId,
    ) -> Result<(Payment, Vec<KnownPayment>, Vec<PastStatus>), ProxyError> {
        let known = self.ledger.known_of(request_id).await?;
        let deciding = known.iter().map(|known| &known.payment).max_by_key(|payment| preference(payment.status));
        let deciding = deciding.cloned().ok_or_else(unknown)?;
        let history = self.ledger.history_of(request_id).await?;
        Ok((deciding, known, history))
    }

    /// What changed after a turn of the ledger and after a moment, for the merchant.
    pub(crate) async fn changed(
        &self,
        after_turn: i64,
        after_ms: i64,
        at_most: i64,
    ) -> Result<Vec<KnownPayment>, ProxyError> {
        Ok(self.ledger.changed_after(after_turn, after_ms, at_most).await?)
    }

    async fn fold(&self, facts: &Facts) -> Result<(), ProxyError> {
        self.ledger.fold(facts, self.clock.now_ms()).await?;
        self.changes.nudge();
        if facts.status == PaymentStatus::Paid {
            self.tell_of_second_payment(&facts.request_id).await?;
        }
        Ok(())
    }

    /// A merchant who uses a reference once wants to know when it was paid twice.
    async fn tell_of_second_payment(&self, request_id: &RequestId) -> Result<(), ProxyError> {
        let paid = self.ledger.payments_of(request_id).await?;
        let paid = paid.iter().filter(|payment| is_settled(payment.status)).count();
        if paid > 1 {
            tracing::warn!(request_id = request_id.as_str(), paid, "more than one session of this reference is paid");
            telemetry::paid_twice();
        }
        Ok(())
    }
}

/// Everything but a known pair is unknown, so nobody can find references by trying.
pub(crate) fn unknown() -> ProxyError {
    ProxyError::new(ErrorCode::PaymentUnknown, "no payment with this request_id and checkout_id")
}

fn not_confirmed() -> ProxyError {
    ProxyError::new(ErrorCode::ReturnNotConfirmed, "the URL is genuine, but Creem does not say that it is paid")
}

/// Whether money came, whatever became of it later.
pub(crate) fn is_settled(status: PaymentStatus) -> bool {
    standing(status) >= standing(PaymentStatus::Paid)
}

/// Whether a known payment is the one a genuine URL speaks of, in every part.
fn belongs_to(payment: &Payment, url: &ReturnUrl) -> bool {
    url.request_id.as_deref() == Some(payment.request_id.as_str())
        && url.product_id == payment.product_id.as_str()
        && match (&url.order_id, &payment.order_id) {
            (Some(returned), Some(known)) => returned == known,
            (None, _) | (_, None) => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paid_session_decides_over_every_other() {
        use PaymentStatus::{Disputed, Expired, Paid, Pending, Processing, Refunded};
        for other in [Pending, Processing, Expired, Refunded, Disputed] {
            assert!(preference(Paid) > preference(other));
        }
        assert!(preference(Pending) > preference(Expired), "an open session can still be paid");
    }
}
