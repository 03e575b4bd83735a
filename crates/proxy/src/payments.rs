//! What is known of payments: verified events and look-ups, folded into one state.
//!
//! Nothing a browser says counts: a returned URL is believed only with its signature, and paid only if a webhook or
//! Creem itself agrees.

use creem::return_url::{self, ReturnUrl};
use creem::webhook::{Event, Notice, PaymentReference};
use creem::{ApiError, Checkout, CheckoutStatus, Client, Reference};
use wire::{CheckoutId, Currency, ErrorCode, Payment, PaymentStatus, ProductId, RequestId};

use crate::Config;
use crate::clock::Clock;
use crate::error::ProxyError;
use crate::ledger::{Effect, Facts, Ledger, StoredEvent};

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
    client: Client,
    ledger: Ledger,
    clock: Clock,
    key: creem::ApiKey,
}

impl Payments {
    pub(crate) fn new(client: Client, ledger: Ledger, config: &Config) -> Self {
        Self { client, ledger, clock: config.clock.clone(), key: config.api_key.clone() }
    }

    /// Verifies a returned URL by its raw query, and says what is known of its payment.
    pub(crate) async fn returned(&self, query: &str) -> Result<Payment, ProxyError> {
        let url = return_url::verify(query, [&self.key]).map_err(|error| {
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
        let checkout = match self.client.checkout(checkout_id.as_str()).await {
            Ok(checkout) => checkout,
            Err(ApiError::NotFound { .. }) => return Err(not_confirmed()),
            Err(error) => return Err(error.into()),
        };
        let facts = facts(&checkout, self.clock.now_ms()).filter(|facts| {
            facts.status == PaymentStatus::Paid
                && facts.checkout_id == *checkout_id
                && facts.request_id == *request_id
                && facts.product_id.as_str() == url.product_id
                && url.order_id.as_ref().is_none_or(|order| facts.order_id.as_ref() == Some(order))
        });
        let Some(facts) = facts else { return Err(not_confirmed()) };
        self.ledger.fold(&facts, self.clock.now_ms()).await?;
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

    /// Asks Creem about a session now and then, so that a lost webhook still shows. True when something was learned.
    async fn look_up(&self, checkout_id: &CheckoutId) -> Result<bool, ProxyError> {
        let now_ms = self.clock.now_ms();
        if !self.ledger.take_look_up(checkout_id, now_ms, now_ms - LOOK_UP_AFTER_MS).await? {
            return Ok(false);
        }
        match self.client.checkout(checkout_id.as_str()).await {
            Ok(checkout) => match facts(&checkout, now_ms).filter(|facts| facts.checkout_id == *checkout_id) {
                Some(facts) => self.ledger.fold(&facts, now_ms).await.map(|()| true).map_err(ProxyError::from),
                None => Ok(false),
            },
            Err(error) => {
                tracing::warn!(checkout = checkout_id.as_str(), %error, "the session could not be looked up");
                Ok(false)
            }
        }
    }

    /// Stores a verified delivery durably and applies it, once. The payload is what was signed.
    pub(crate) async fn deliver(&self, event: Event, payload: String) -> Result<(), ProxyError> {
        let effect = effect(&event);
        let Event { id, event_type, created_at, .. } = event;
        let stored = StoredEvent { id, event_type, created_at, payload, effect };
        let is_new = self.ledger.record(&stored, self.clock.now_ms()).await?;
        tracing::info!(event = stored.id, event_type = stored.event_type, is_new, "webhook");
        Ok(())
    }
}

fn unknown() -> ProxyError {
    ProxyError::new(ErrorCode::PaymentUnknown, "no payment with this request_id and checkout_id")
}

fn not_confirmed() -> ProxyError {
    ProxyError::new(ErrorCode::ReturnNotConfirmed, "the URL is genuine, but Creem does not say that it is paid")
}

fn is_settled(status: PaymentStatus) -> bool {
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

fn effect(event: &Event) -> Effect {
    match event.notice() {
        Notice::CheckoutCompleted(checkout) => facts(&checkout, event.created_at)
            .map_or(Effect::None, |facts| Effect::Paid(Box::new(Facts { status: PaymentStatus::Paid, ..facts }))),
        Notice::Refunded(reference) => moved(&reference, PaymentStatus::Refunded),
        Notice::Disputed(reference) => moved(&reference, PaymentStatus::Disputed),
        Notice::Other => Effect::None,
    }
}

fn moved(reference: &PaymentReference, status: PaymentStatus) -> Effect {
    let id = |reference: &Option<Reference>| {
        reference.as_ref().map(Reference::id).filter(|id| !id.is_empty()).map(str::to_owned)
    };
    match (id(&reference.checkout), id(&reference.order)) {
        (None, None) => Effect::None,
        (checkout_id, order_id) => Effect::Moved { checkout_id, order_id, status },
    }
}

/// What Creem's session says; `None` when it has no reference of ours or a status of the future.
fn facts(checkout: &Checkout, changed_at: i64) -> Option<Facts> {
    let order = checkout.order.as_ref();
    Some(Facts {
        checkout_id: CheckoutId::parse(&checkout.id).ok()?,
        request_id: RequestId::parse(checkout.request_id.as_deref()?).ok()?,
        product_id: ProductId::parse(checkout.product.id()).ok()?,
        status: match checkout.status {
            CheckoutStatus::Pending => PaymentStatus::Pending,
            CheckoutStatus::Processing => PaymentStatus::Processing,
            CheckoutStatus::Completed => PaymentStatus::Paid,
            CheckoutStatus::Expired => PaymentStatus::Expired,
            CheckoutStatus::Unknown => return None,
        },
        changed_at,
        amount: order.and_then(creem::Order::charged),
        currency: order.and_then(|order| Currency::parse(&order.currency).ok()),
        order_id: order.map(|order| order.id.clone()),
        subscription_id: checkout.subscription.as_ref().map(|subscription| subscription.id().to_owned()),
    })
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

    #[test]
    fn a_session_without_a_reference_of_ours_is_nobodys_payment() {
        let event = Event::parse(
            br#"{"id":"evt_1","eventType":"checkout.completed","created_at":1,
                "object":{"id":"ch_1","product":"prod_1","status":"completed"}}"#,
        );
        assert!(matches!(effect(&event.expect("an event")), Effect::None));
    }
}
