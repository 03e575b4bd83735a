//! What Creem's sessions and events say, in our words.

use creem::webhook::{Event, Notice};
use creem::{Checkout, CheckoutStatus, Reference};
use serde_json::{Map, Value};
use wire::{CheckoutId, Currency, PaymentStatus, ProductId, RequestId};

use crate::ledger::{About, Effect, Facts};

/// What of a customer is kept.
const CUSTOMER: [&str; 4] = ["id", "email", "name", "country"];

/// What an event changes, which came about at `changed_at`.
pub(crate) fn effect(event: &Event, changed_at: i64) -> Effect {
    match event.notice() {
        Notice::CheckoutCompleted(checkout) => of_session(&checkout, changed_at)
            .map_or(Effect::None, |facts| Effect::Paid(Box::new(Facts { status: PaymentStatus::Paid, ..facts }))),
        Notice::Refunded(refund) if refund.took_effect() => {
            moved([&refund.checkout, &refund.order, &refund.subscription], PaymentStatus::Refunded)
        }
        Notice::Disputed(dispute) if dispute.took_effect() => {
            moved([&dispute.checkout, &dispute.order, &dispute.subscription], PaymentStatus::Disputed)
        }
        Notice::Unread(error) => {
            tracing::error!(event = event.id, %error, "an event about money cannot be read");
            Effect::None
        }
        Notice::Refunded(_) | Notice::Disputed(_) | Notice::Other => Effect::None,
    }
}

/// The reference that an effect says is paid.
pub(super) fn paid_reference(effect: &Effect) -> Option<RequestId> {
    match effect {
        Effect::Paid(facts) => Some(facts.request_id.clone()),
        Effect::Moved { .. } | Effect::None => None,
    }
}

/// A subscription counts only where nothing more precise is named: its renewals have orders of their own.
fn moved(named: [&Option<Reference>; 3], status: PaymentStatus) -> Effect {
    let [checkout_id, order_id, subscription_id] =
        named.map(|reference| reference.as_ref().map(Reference::id).filter(|id| is_plain(id)).map(str::to_owned));
    let about = match (checkout_id, order_id, subscription_id) {
        (None, None, None) => return Effect::None,
        (None, None, subscription_id) => About { subscription_id, ..About::default() },
        (checkout_id, order_id, _) => About { checkout_id, order_id, subscription_id: None },
    };
    Effect::Moved { about, status }
}

/// Neither database keeps a NUL in a text.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains('\0')
}

/// What Creem's session says; `None` when it has no reference of ours or a status of the future.
pub(super) fn of_session(checkout: &Checkout, changed_at: i64) -> Option<Facts> {
    let order = checkout.order.as_ref();
    let text = |json: Value| Some(json.to_string()).filter(|text| is_plain(text));
    Some(Facts {
        checkout_id: CheckoutId::parse(&checkout.id).ok()?,
        request_id: RequestId::parse(checkout.request_id.as_deref()?).ok()?,
        product_id: ProductId::parse(checkout.product.as_ref()?.id()).ok()?,
        status: match checkout.status {
            CheckoutStatus::Pending => PaymentStatus::Pending,
            CheckoutStatus::Processing => PaymentStatus::Processing,
            CheckoutStatus::Completed => PaymentStatus::Paid,
            CheckoutStatus::Expired => PaymentStatus::Expired,
            CheckoutStatus::Unknown => return None,
        },
        changed_at,
        amount: order.and_then(creem::Order::charged),
        currency: order.and_then(|order| Currency::parse(order.currency.as_deref()?).ok()),
        order_id: order.and_then(|order| order.id.clone()).filter(|id| is_plain(id)),
        subscription_id: checkout.subscription.as_ref().map(Reference::id).filter(|id| is_plain(id)).map(str::to_owned),
        customer: checkout.customer.as_ref().and_then(customer).and_then(text),
        order: order.and_then(|order| serde_json::to_value(order).ok()).and_then(text),
        metadata: checkout.metadata.clone().filter(|metadata| !metadata.is_null()).and_then(text),
    })
}

fn customer(reference: &Reference) -> Option<Value> {
    let known: Map<String, Value> =
        CUSTOMER.iter().filter_map(|name| Some(((*name).to_owned(), reference.text(name)?.into()))).collect();
    (!known.is_empty()).then_some(Value::Object(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_without_a_reference_of_ours_is_nobodys_payment() {
        let event = Event::parse(
            br#"{"id":"evt_1","eventType":"checkout.completed","created_at":1,
                "object":{"id":"ch_1","product":"prod_1","status":"completed"}}"#,
        );
        assert!(matches!(effect(&event.expect("an event"), 1), Effect::None));
    }
}
