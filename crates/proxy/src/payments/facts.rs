//! What Creem's sessions and events say, in our words.

use creem::webhook::{Dispute, Event, Notice, Refund};
use creem::{Checkout, CheckoutStatus, EventMode, Mode, Order, OrderStatus, Reference};
use serde_json::{Map, Value};
use wire::{CheckoutId, Currency, PaymentStatus, ProductId, RequestId};

use crate::ledger::{Effect, Facts, Mismatch, Movement, MovementKind};

/// How far ahead of our clock a moment of Creem's may be, in milliseconds; what is later is taken for that.
const AHEAD_AT_MOST_MS: i64 = 5 * 60 * 1000;

/// What of a customer is kept besides the id.
const CUSTOMER: [&str; 3] = ["email", "name", "country"];

/// Whether something of this mode counts under a key of that one; what names no mode does.
pub(super) fn is_of_mode(said: Option<&EventMode>, key: Mode) -> bool {
    match said {
        Some(EventMode::Test) => key == Mode::Test,
        Some(EventMode::Live) => key == Mode::Live,
        Some(EventMode::Other(_)) | None => true,
    }
}

/// What an event changes, and when it happened.
pub(crate) fn effect(event: &Event, now_ms: i64) -> (Effect, i64) {
    let changed_at = moment(event.created_at, now_ms);
    let effect = match event.notice() {
        Notice::CheckoutCompleted(checkout) => match paid(&checkout, changed_at) {
            Ok(facts) => Effect::Paid(Box::new(facts)),
            Err(why) => Effect::Unread(why),
        },
        Notice::Refunded(refund) => moved(refunded(&refund, changed_at)),
        Notice::Disputed(dispute) => moved(disputed(&dispute, changed_at)),
        Notice::Unread(why) => Effect::Unread(why.to_string()),
        Notice::Other => Effect::None,
    };
    (effect, changed_at)
}

/// A moment that Creem names, never far in the future: it would hide everything that comes after it.
fn moment(said: Option<i64>, now_ms: i64) -> i64 {
    said.map_or(now_ms, |said| said.clamp(0, now_ms.saturating_add(AHEAD_AT_MOST_MS)))
}

/// A session that an event says is paid, whatever word its status has.
fn paid(checkout: &Checkout, changed_at: i64) -> Result<Facts, String> {
    let mut facts =
        of_session(checkout, changed_at).ok_or_else(|| "object.id: it is not an identifier of a session".to_owned())?;
    let contradicts = match checkout.status {
        CheckoutStatus::Completed | CheckoutStatus::Unknown => {
            checkout.order.as_ref().is_some_and(|order| order.status == OrderStatus::Pending)
        }
        CheckoutStatus::Pending | CheckoutStatus::Processing | CheckoutStatus::Expired => true,
    };
    facts.reached = PaymentStatus::Paid;
    facts.mismatches.extend(contradicts.then_some(Mismatch::Status));
    Ok(facts)
}

fn moved(movement: Option<Movement>) -> Effect {
    movement.map_or_else(|| Effect::Unread("object: it names no payment".to_owned()), Effect::Moved)
}

fn refunded(refund: &Refund, changed_at: i64) -> Option<Movement> {
    let named = Named::new(&refund.checkout, &refund.order, &refund.subscription)?;
    let said = Said {
        kind: MovementKind::Refund,
        id: refund.id.as_deref(),
        counts: refund.took_effect(),
        amount: refund.amount,
        currency: refund.currency.as_deref(),
        changed_at,
    };
    Some(named.moved(&said))
}

fn disputed(dispute: &Dispute, changed_at: i64) -> Option<Movement> {
    let named = Named::new(&dispute.checkout, &dispute.order, &dispute.subscription)?;
    let said = Said {
        kind: MovementKind::Dispute,
        id: dispute.id.as_deref(),
        counts: dispute.took_effect(),
        amount: dispute.amount,
        currency: dispute.currency.as_deref(),
        changed_at,
    };
    Some(named.moved(&said))
}

/// Which payment is named, by what.
struct Named {
    checkout_id: Option<String>,
    order_id: Option<String>,
    subscription_id: Option<String>,
}

/// What is said of money that moves.
struct Said<'a> {
    kind: MovementKind,
    id: Option<&'a str>,
    counts: bool,
    amount: Option<i64>,
    currency: Option<&'a str>,
    changed_at: i64,
}

impl Named {
    fn new(checkout: &Option<Reference>, order: &Option<Reference>, subscription: &Option<Reference>) -> Option<Self> {
        let id = |reference: &Option<Reference>| {
            reference.as_ref().map(Reference::id).filter(|id| is_plain(id)).map(str::to_owned)
        };
        let named = Self { checkout_id: id(checkout), order_id: id(order), subscription_id: id(subscription) };
        let names_any = [&named.checkout_id, &named.order_id, &named.subscription_id].into_iter().any(Option::is_some);
        names_any.then_some(named)
    }

    /// The movement. Two events about the same one agree on its kind, its id and its payment.
    fn moved(self, said: &Said<'_>) -> Movement {
        let Self { checkout_id, order_id, subscription_id } = self;
        let payment = order_id.as_ref().or(checkout_id.as_ref()).or(subscription_id.as_ref());
        let parts = [said.kind.as_str(), said.id.unwrap_or_default(), payment.map_or("", String::as_str)];
        Movement {
            id: parts.join(" "),
            kind: said.kind,
            counts: said.counts,
            amount: said.amount,
            currency: said.currency.and_then(|code| Currency::parse(code).ok()),
            checkout_id,
            order_id,
            subscription_id,
            changed_at: said.changed_at,
        }
    }
}

/// What went back of an order by Creem's own account, when no event told of it.
pub(super) fn by_account(
    kind: MovementKind,
    order_id: &str,
    amount: Option<i64>,
    currency: Option<&str>,
    now_ms: i64,
) -> Movement {
    let named = Named { checkout_id: None, order_id: Some(order_id.to_owned()), subscription_id: None };
    named.moved(&Said { kind, id: Some("account"), counts: true, amount, currency, changed_at: now_ms })
}

/// No database keeps a NUL in a text.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains('\0')
}

/// What Creem's session says; `None` when its id cannot be one, or its status is a word of the future.
pub(super) fn of_session(checkout: &Checkout, changed_at: i64) -> Option<Facts> {
    let order = checkout.order.as_ref();
    let text = |json: Value| Some(json.to_string()).filter(|text| is_plain(text));
    let plain = |id: &str| Some(id.to_owned()).filter(|id| is_plain(id));
    let checkout_id = CheckoutId::parse(&checkout.id).ok()?;
    Some(Facts {
        request_id: checkout.request_id.as_deref().and_then(|id| RequestId::parse(id).ok()),
        product_id: checkout.product.as_ref().and_then(|product| ProductId::parse(product.id()).ok()),
        units: checkout.units,
        amount: order.and_then(Order::charged),
        currency: order.and_then(|order| Currency::parse(order.currency.as_deref()?).ok()),
        order_id: order.and_then(|order| plain(order.id.as_deref()?)),
        subscription_id: checkout.subscription.as_ref().and_then(|subscription| plain(subscription.id())),
        customer: checkout.customer.as_ref().and_then(customer).and_then(text),
        order: order.and_then(|order| serde_json::to_value(order).ok()).and_then(text),
        metadata: checkout.metadata.clone().filter(|metadata| !metadata.is_null()).and_then(text),
        ..Facts::new(checkout_id, reached(checkout.status), changed_at)
    })
}

fn reached(status: CheckoutStatus) -> PaymentStatus {
    match status {
        CheckoutStatus::Pending | CheckoutStatus::Unknown => PaymentStatus::Pending,
        CheckoutStatus::Processing => PaymentStatus::Processing,
        CheckoutStatus::Completed => PaymentStatus::Paid,
        CheckoutStatus::Expired => PaymentStatus::Expired,
    }
}

fn customer(reference: &Reference) -> Option<Value> {
    let id = Some(reference.id().to_owned()).filter(|id| !id.is_empty());
    let texts = CUSTOMER.iter().map(|name| (*name, reference.text(name)));
    let known = std::iter::once(("id", id)).chain(texts);
    let known: Map<String, Value> = known.filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect();
    (!known.is_empty()).then_some(Value::Object(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect_of(body: &[u8]) -> Effect {
        effect(&Event::parse(body).expect("an event"), 1).0
    }

    #[test]
    fn a_session_without_a_reference_of_ours_is_nobodys_payment() {
        let effect = effect_of(
            br#"{"id":"evt_1","eventType":"checkout.completed","created_at":1,
                "object":{"id":"ch_1","product":"prod_1","status":"completed"}}"#,
        );
        assert!(matches!(effect, Effect::Paid(facts) if facts.request_id.is_none()));
    }

    /// A date of the far future on one event hid every later one, because the newest wins.
    #[test]
    fn a_moment_of_the_far_future_is_taken_for_now() {
        let event = Event::parse(
            br#"{"id":"evt_1","eventType":"refund.created","created_at":4102444800000,
                "object":{"id":"ref_1","order":"ord_1"}}"#,
        );
        let now_ms = 1_800_000_000_000;
        assert_eq!(effect(&event.expect("an event"), now_ms).1, now_ms + AHEAD_AT_MOST_MS);
    }
}
