//! Webhooks: the `creem-signature` header and the events.
//!
//! The signature is the lower-case hex HMAC-SHA256 of the raw body, keyed with the whole secret, prefix included.
//! It has no date, so a replay is told by the event's `id` alone. (Creem: webhooks, section 12.)

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use crate::entities::{Checkout, Reference};
use crate::signature::{hex, same};

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "creem-signature";

/// The signature of a body under a webhook secret.
///
/// ```
/// assert_eq!(creem::webhook::sign("whsec_example", b"{}").len(), 64);
/// ```
#[must_use]
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    hex(&mac.finalize().into_bytes())
}

/// Whether the header's signature is right for exactly these bytes. Compares in constant time.
#[must_use]
pub fn verify(secret: &str, body: &[u8], signature: &str) -> bool {
    same(&sign(secret, body), signature)
}

/// An event, read as far as a checkout needs. Key order and unknown keys do not matter.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// `evt_…`; the same for every delivery of one event.
    pub id: String,
    /// Such as `checkout.completed`; kept as text because new types appear.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// When it happened at Creem, in milliseconds since 1970.
    pub created_at: i64,
    /// The entity it is about.
    pub object: Value,
}

/// The types of event Creem names. (Creem: webhooks, section 12.3.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A session is paid, of a one-time product or a subscription.
    CheckoutCompleted,
    /// A subscription began with its first payment.
    SubscriptionActive,
    /// A payment of a subscription was collected, the first one included.
    SubscriptionPaid,
    /// A trial began.
    SubscriptionTrialing,
    /// A subscription will end with its period.
    SubscriptionScheduledCancel,
    /// A subscription ended.
    SubscriptionCanceled,
    /// A charge failed, and is tried again.
    SubscriptionPastDue,
    /// All attempts to charge failed.
    SubscriptionUnpaid,
    /// A period ended without a payment.
    SubscriptionExpired,
    /// A subscription rests.
    SubscriptionPaused,
    /// Items, product or units changed.
    SubscriptionUpdate,
    /// Money went back.
    RefundCreated,
    /// The buyer's bank asks for the money back.
    DisputeCreated,
    /// One of the customer credits' events.
    Credits,
    /// A type of the future.
    Unknown,
}

/// What an event says about a payment.
#[derive(Clone, Debug)]
pub enum Notice {
    /// `checkout.completed`: the session is paid.
    CheckoutCompleted(Box<Checkout>),
    /// `refund.created`: the money of this order went back.
    Refunded(PaymentReference),
    /// `dispute.created`: the buyer's bank asks the money of this order back.
    Disputed(PaymentReference),
    /// Nothing that changes what a buyer is shown.
    Other,
}

/// Which payment a refund or dispute is about: whatever of these the event carries.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PaymentReference {
    /// The session, a string or an object.
    #[serde(default)]
    pub checkout: Option<Reference>,
    /// The order, a string or an object.
    #[serde(default)]
    pub order: Option<Reference>,
    /// The subscription, a string or an object.
    #[serde(default)]
    pub subscription: Option<Reference>,
}

impl Event {
    /// Reads the body of a verified delivery.
    ///
    /// # Errors
    /// When it is not JSON or lacks the envelope; sending it again cannot help.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// Which of Creem's types it is; [`Event::event_type`] has the word itself.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.event_type.as_str() {
            "checkout.completed" => Kind::CheckoutCompleted,
            "subscription.active" => Kind::SubscriptionActive,
            "subscription.paid" => Kind::SubscriptionPaid,
            "subscription.trialing" => Kind::SubscriptionTrialing,
            "subscription.scheduled_cancel" => Kind::SubscriptionScheduledCancel,
            "subscription.canceled" => Kind::SubscriptionCanceled,
            "subscription.past_due" => Kind::SubscriptionPastDue,
            "subscription.unpaid" => Kind::SubscriptionUnpaid,
            "subscription.expired" => Kind::SubscriptionExpired,
            "subscription.paused" => Kind::SubscriptionPaused,
            "subscription.update" => Kind::SubscriptionUpdate,
            "refund.created" => Kind::RefundCreated,
            "dispute.created" => Kind::DisputeCreated,
            "credits.granted" | "credits.consumed" | "credits.auto_recharged" | "customer_credits.exhausted" => {
                Kind::Credits
            }
            _ => Kind::Unknown,
        }
    }

    /// What the event says about a payment. An object that cannot be read says nothing.
    #[must_use]
    pub fn notice(&self) -> Notice {
        let reference = || PaymentReference::deserialize(&self.object).ok();
        match self.kind() {
            Kind::CheckoutCompleted => Checkout::deserialize(&self.object)
                .map_or(Notice::Other, |checkout| Notice::CheckoutCompleted(Box::new(checkout))),
            Kind::RefundCreated => reference().map_or(Notice::Other, Notice::Refunded),
            Kind::DisputeCreated => reference().map_or(Notice::Other, Notice::Disputed),
            Kind::SubscriptionActive
            | Kind::SubscriptionPaid
            | Kind::SubscriptionTrialing
            | Kind::SubscriptionScheduledCancel
            | Kind::SubscriptionCanceled
            | Kind::SubscriptionPastDue
            | Kind::SubscriptionUnpaid
            | Kind::SubscriptionExpired
            | Kind::SubscriptionPaused
            | Kind::SubscriptionUpdate
            | Kind::Credits
            | Kind::Unknown => Notice::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with `printf '{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_vector`.
    const SIGNATURE: &str = "741abd9c0014e1d82faf48c628400837a6f6d8d83ccbe845f6f4f438d65a9580";

    #[test]
    fn known_vector() {
        assert!(verify("whsec_vector", br#"{"id":"evt_1"}"#, SIGNATURE));
    }

    #[test]
    fn a_changed_byte_secret_or_signature_is_refused() {
        assert!(!verify("whsec_vector", br#"{"id":"evt_2"}"#, SIGNATURE));
        assert!(!verify("vector", br#"{"id":"evt_1"}"#, SIGNATURE), "the prefix belongs to the key");
        assert!(!verify("whsec_vector", br#"{"id":"evt_1"}"#, &SIGNATURE[1..]));
        assert!(!verify("whsec_vector", br#"{"id":"evt_1"}"#, ""));
    }

    #[test]
    fn key_order_and_unknown_keys_do_not_matter() {
        let body = br#"{"object":{"id":"ch_1","product":{"id":"prod_1","x":1},"status":"completed","new":[1]},
            "later":true,"eventType":"checkout.completed","created_at":1,"id":"evt_1"}"#;
        let event = Event::parse(body).expect("an event");
        let Notice::CheckoutCompleted(checkout) = event.notice() else { panic!("{event:?}") };
        assert_eq!(checkout.product.id(), "prod_1");
    }

    #[test]
    fn an_unknown_type_says_nothing() {
        let event = Event::parse(br#"{"id":"evt_1","eventType":"credits.granted","created_at":1,"object":{}}"#);
        assert!(matches!(event.expect("an event").notice(), Notice::Other));
    }

    #[test]
    fn a_refund_names_its_payment_as_string_or_object() {
        let event = Event::parse(
            br#"{"id":"evt_1","eventType":"refund.created","created_at":1,
                "object":{"id":"ref_1","order":{"id":"ord_1"},"checkout":"ch_1"}}"#,
        );
        let Notice::Refunded(reference) = event.expect("an event").notice() else { panic!("not a refund") };
        assert_eq!(reference.order.as_ref().map(Reference::id), Some("ord_1"));
        assert_eq!(reference.checkout.as_ref().map(Reference::id), Some("ch_1"));
    }
}
