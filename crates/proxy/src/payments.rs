//! What is known of payments: verified events and look-ups, folded into one state; who is told when it changes, and what
//! the merchant may read of it.
//!
//! Nothing a browser says counts: a returned URL is believed only with its signature, and paid only if a webhook or
//! Creem itself agrees. Without the merchant's token an answer speaks of the session that was asked for, and of no other.

pub(crate) mod changes;
mod delivery;
mod facts;
mod following;
pub(crate) mod merchant;
mod reconcile;

#[cfg(test)]
pub(crate) use facts::effect as effect_of_tests;
pub use reconcile::Reconciled;

use std::time::Duration;

use creem::return_url::{self, ReturnUrl};
use creem::{ApiError, ApiKey, Mode};
use url::form_urlencoded;
use wire::{CheckoutCreated, CheckoutId, ErrorCode, Payment, PaymentStatus, RequestId, Returned};

use crate::Config;
use crate::clock::Clock;
use crate::error::ProxyError;
use crate::ledger::{Cursor, Facts, KnownPayment, Learned, Ledger, Look, PastStatus, is_settled, iso};
use crate::telemetry;
use crate::text::log::sanitized;
use crate::upstream::Upstream;
use crate::upstream::budget::Purpose;
use changes::Changes;

/// How long a reader waits for the turn to ask Creem.
const TURN_AT_MOST: Duration = Duration::from_secs(1);

/// How long a reader waits for Creem's word on a session of which something is known already. What comes later is taken
/// in all the same, and told to those who listen.
const LOOK_UP_AT_MOST: Duration = Duration::from_millis(1_500);

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
    mode: Mode,
}

impl Payments {
    pub(crate) fn new(upstream: Upstream, ledger: Ledger, changes: Changes, config: &Config) -> Self {
        let keys = std::iter::once(&config.api_key).chain(&config.previous_api_key).cloned().collect();
        Self { upstream, ledger, changes, clock: config.clock.clone(), keys, mode: config.api_key.mode() }
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
        match self.ledger.known(&checkout_id).await? {
            Some(known) if is_settled(known.payment.status) && belongs_to(&known.payment, &url) => Ok(known.payment),
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
        let checkout = match self.upstream.checkout(Purpose::Return, checkout_id.as_str()).await {
            Ok(checkout) => checkout,
            Err(ApiError::NotFound { .. }) => return Err(not_confirmed()),
            Err(error) => return Err(error.into()),
        };
        let facts = self.facts_of(&checkout).filter(|facts| {
            facts.reached == PaymentStatus::Paid
                && facts.checkout_id == *checkout_id
                && facts.request_id.as_ref() == Some(request_id)
                && facts.product_id.as_ref().is_some_and(|product| product.as_str() == url.product_id)
                && url.order_id.as_ref().is_none_or(|order| facts.order_id.as_ref() == Some(order))
        });
        let Some(facts) = facts else { return Err(not_confirmed()) };
        self.learn(facts.clone()).await?;
        match self.ledger.known(checkout_id).await? {
            Some(known) if belongs_to(&known.payment, url) => Ok(known.payment),
            // What the ledger has under this id is another sale; Creem has just said what became of this one.
            Some(_) | None => payment_of(facts).ok_or_else(unknown),
        }
    }

    /// The license keys of a session, as Creem says them.
    pub(crate) async fn license_keys(
        &self,
        purpose: Purpose,
        checkout_id: &CheckoutId,
    ) -> Result<Vec<String>, ApiError> {
        Ok(self.upstream.checkout(purpose, checkout_id.as_str()).await?.license_keys)
    }

    /// What is known of one session, for one who also knows its reference.
    pub(crate) async fn asked(
        &self,
        request_id: &RequestId,
        checkout_id: &CheckoutId,
        look: Look,
    ) -> Result<Payment, ProxyError> {
        let known = self.ledger.known(checkout_id).await?;
        let known = known.filter(|known| known.payment.request_id == *request_id).ok_or_else(unknown)?;
        if self.ledger.may_look_up(&known, look) && self.look_up_soon(checkout_id, look).await? {
            let again = self.ledger.known(checkout_id).await?;
            return Ok(again.unwrap_or(known).payment);
        }
        Ok(known.payment)
    }

    /// Whether a session that was opened before can still be paid. While nobody can say otherwise, it can.
    pub(crate) async fn can_be_paid(&self, created: &CheckoutCreated) -> bool {
        let asked = self.asked(&created.request_id, &created.checkout_id, Look::AtOnce).await;
        asked.map_or(true, |payment| !payment.status.is_final())
    }

    /// What became of a returned address: by its signature, or, when it was tidied, by its pair of ids.
    pub(crate) async fn shown_to(&self, returned: &Returned) -> Result<Payment, ProxyError> {
        match (returned.is_signed(), &returned.request_id, &returned.checkout_id) {
            (true, _, _) => self.returned(&returned.query).await,
            (false, Some(request_id), Some(checkout_id)) => {
                let payment = self.asked(request_id, checkout_id, Look::AtOnce).await?;
                if names_another(&returned.query, &payment) { Err(unknown()) } else { Ok(payment) }
            }
            (false, _, _) => Err(unknown()),
        }
    }

    /// Looks a session up without keeping the reader waiting for long, and to the end, whoever hangs up meanwhile. True
    /// when something was learned in time.
    async fn look_up_soon(&self, checkout_id: &CheckoutId, look: Look) -> Result<bool, ProxyError> {
        let (payments, checkout_id) = (self.clone(), checkout_id.clone());
        let work = tokio::spawn(async move { payments.look_up(&checkout_id, look).await });
        match tokio::time::timeout(LOOK_UP_AT_MOST, work).await {
            Ok(done) => done.unwrap_or_else(|error| Err(ProxyError::internal(error))),
            Err(_) => Ok(false),
        }
    }

    /// Asks Creem about a session now and then, so that a lost webhook still shows. True when something was learned.
    /// What is known is told also when the ledger cannot take the turn now.
    async fn look_up(&self, checkout_id: &CheckoutId, look: Look) -> Result<bool, ProxyError> {
        match tokio::time::timeout(TURN_AT_MOST, self.ledger.take_look_up(checkout_id, look)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) | Err(_) => return Ok(false),
            Ok(Err(error)) => {
                tracing::warn!(cause = sanitized(error), "no turn could be taken to look a session up");
                return Ok(false);
            }
        }
        match self.upstream.checkout(Purpose::LookUp, checkout_id.as_str()).await {
            Ok(checkout) => match self.facts_of(&checkout).filter(|facts| facts.checkout_id == *checkout_id) {
                Some(facts) => self.learn(facts).await.map(|_| true),
                None => Ok(false),
            },
            Err(error) => {
                let cause = sanitized(&error);
                tracing::warn!(checkout = checkout_id.as_str(), cause, "the session could not be looked up");
                Ok(false)
            }
        }
    }

    /// What a session says, unless it is of the other mode.
    fn facts_of(&self, checkout: &creem::Checkout) -> Option<Facts> {
        if !facts::is_of_mode(checkout.mode.as_ref(), self.mode) {
            tracing::warn!(
                checkout = sanitized(&checkout.id),
                "a session of the other mode than the API key has no effect"
            );
            return None;
        }
        facts::of_session(checkout, self.clock.now_ms())
    }

    /// Everything that is known of a reference, for its merchant: the session that decides, and all of them, the oldest
    /// first.
    pub(crate) async fn all_of(
        &self,
        request_id: &RequestId,
    ) -> Result<(Payment, Vec<KnownPayment>, Vec<PastStatus>), ProxyError> {
        let mut known = self.ledger.known_of(request_id).await?;
        known.sort_by(|one, other| {
            let age = |known: &KnownPayment| (known.session.created_at, known.payment.checkout_id.clone());
            age(one).cmp(&age(other))
        });
        // Anybody can open a session under any reference; only the merchant can sign one.
        let deciding =
            known.iter().max_by_key(|known| (known.session.is_by_intent(), preference(known.payment.status)));
        let deciding = deciding.map(|known| known.payment.clone()).ok_or_else(unknown)?;
        let history = self.ledger.history_of(request_id).await?;
        Ok((deciding, known, history))
    }

    /// What changed after a place in the order of changes and after a moment, for the merchant.
    pub(crate) async fn changed(
        &self,
        after: &Cursor,
        after_ms: i64,
        at_most: i64,
    ) -> Result<Vec<KnownPayment>, ProxyError> {
        Ok(self.ledger.changed_after(after, after_ms, at_most).await?)
    }

    /// Takes in what Creem says of a session.
    async fn learn(&self, facts: Facts) -> Result<Learned, ProxyError> {
        let checkout_id = facts.checkout_id.clone();
        let learned = self.ledger.learn(facts).await?;
        self.changes.look_now();
        tell_of(&learned, &checkout_id);
        Ok(learned)
    }
}

/// What a merchant should look at is said once, when it is learned.
fn tell_of(learned: &Learned, checkout_id: &CheckoutId) {
    let checkout = checkout_id.as_str();
    if let Some(paid) = learned.settled_again {
        tracing::warn!(checkout, paid, "more than one session of this reference is paid");
        telemetry::paid_twice();
    }
    if !learned.mismatches.is_empty() {
        let fields: Vec<&str> = learned.mismatches.iter().map(|mismatch| mismatch.as_str()).collect();
        let fields = fields.join(" ");
        tracing::error!(checkout, fields, "what was paid contradicts what the session was opened with");
        telemetry::mismatch();
    }
}

/// Every mismatch gives the same error, so references cannot be enumerated.
pub(crate) fn unknown() -> ProxyError {
    ProxyError::new(ErrorCode::PaymentUnknown, "no payment with this request_id and checkout_id")
}

fn not_confirmed() -> ProxyError {
    ProxyError::new(ErrorCode::ReturnNotConfirmed, "the URL is genuine, but Creem does not say that it is paid")
}

/// Whether a known payment is the one a genuine URL speaks of, in every part.
fn belongs_to(payment: &Payment, url: &ReturnUrl) -> bool {
    url.request_id.as_deref() == Some(payment.request_id.as_str())
        && url.product_id == payment.product_id.as_str()
        && is_same(url.order_id.as_deref(), payment.order_id.as_deref())
}

/// Whether an address without a signature names another product or order than the payment has.
fn names_another(query: &str, payment: &Payment) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| match &*name {
        "product_id" => value != payment.product_id.as_str(),
        "order_id" => !is_same(Some(&value), payment.order_id.as_deref()),
        _ => false,
    })
}

fn is_same(named: Option<&str>, known: Option<&str>) -> bool {
    named.zip(known).is_none_or(|(named, known)| named == known)
}

/// A payment that Creem confirms and the ledger cannot keep.
fn payment_of(facts: Facts) -> Option<Payment> {
    Some(Payment {
        request_id: facts.request_id?,
        checkout_id: facts.checkout_id,
        status: facts.reached,
        product_id: facts.product_id?,
        amount: facts.amount,
        currency: facts.currency,
        order_id: facts.order_id,
        subscription_id: facts.subscription_id,
        updated_at: iso(facts.changed_at),
        receipt: None,
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
}
