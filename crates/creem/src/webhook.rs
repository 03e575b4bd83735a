//! Webhooks: the `creem-signature` header and the events.
//!
//! The signature is the lower-case hex HMAC-SHA256 of the raw body, keyed with the whole secret, prefix included.
//! It has no date, so a replay is told by the event's `id` alone. (Creem: webhooks, section 12.)

mod reversal;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::Checkout;
use crate::checkout::EventMode;
use crate::reader::{Entity, Object, Raw, Unreadable, ok_or_warn, text, value};
use crate::signature::{hex, same};

pub use reversal::{Dispute, Refund, RefundStatus};

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
#[derive(Clone, Debug)]
pub struct Event {
    /// `evt_…`, the same for every delivery of one event; without a readable one, `sha256_…` of the body, because
    /// what says paid is not lost for want of an id.
    pub id: String,
    /// Such as `checkout.completed`; kept as text because new types appear.
    pub event_type: String,
    /// When it happened at Creem, in milliseconds since 1970.
    pub created_at: Option<i64>,
    /// Whether real money moves, as the entity says that the event is about.
    pub mode: Option<EventMode>,
    object: Option<Raw>,
}

/// Every type of event Creem names. (Creem: webhooks, section 12.3.)
pub const EVENT_TYPES: [&str; 17] = [
    "checkout.completed",
    "refund.created",
    "dispute.created",
    "subscription.active",
    "subscription.trialing",
    "subscription.canceled",
    "subscription.scheduled_cancel",
    "subscription.paid",
    "subscription.expired",
    "subscription.unpaid",
    "subscription.update",
    "subscription.past_due",
    "subscription.paused",
    "customer_credits.exhausted",
    "credits.granted",
    "credits.consumed",
    "credits.auto_recharged",
];

/// What the types of event are to a checkout.
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
    /// `refund.created`: money of a payment goes back, if the refund [took effect](Refund::took_effect).
    Refunded(Refund),
    /// `dispute.created`: the buyer's bank asks the money of a payment back.
    Disputed(Dispute),
    /// Nothing that changes what a buyer is shown.
    Other,
    /// One of the three above, which cannot be read. It must not pass unseen.
    Unread(Unreadable),
}

impl Event {
    /// Reads the body of a verified delivery.
    ///
    /// # Errors
    /// When it is no JSON object or does not say its type; sending it again cannot help.
    pub fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        let json = text(body);
        let envelope = Object::parse("event", &json)?;
        let event_type = envelope.required("eventType", value::id)?;
        let id = ok_or_warn(envelope.required("id", value::id));
        let id = id.unwrap_or_else(|| format!("sha256_{}", hex(&Sha256::digest(body))));
        let created_at = envelope.optional("created_at", value::moment).map(|moment| moment.as_millisecond());
        let mode = envelope.object("object").and_then(|object| object.optional("mode", EventMode::from_raw));
        let object = envelope.raw("object").map(|raw| Raw(raw.to_owned()));
        Ok(Self { id, event_type, created_at, mode, object })
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

    /// What the event says about a payment.
    #[must_use]
    pub fn notice(&self) -> Notice {
        let notice = match self.kind() {
            Kind::CheckoutCompleted => self.entity().map(|checkout| Notice::CheckoutCompleted(Box::new(checkout))),
            Kind::RefundCreated => self.entity().map(Notice::Refunded),
            Kind::DisputeCreated => self.entity().map(Notice::Disputed),
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
            | Kind::Unknown => Ok(Notice::Other),
        };
        notice.unwrap_or_else(Notice::Unread)
    }

    /// The entity that the event is about.
    fn entity<T: Entity>(&self) -> Result<T, Unreadable> {
        let unreadable = |reason: &str| Unreadable { entity: T::NAME, path: String::new(), reason: reason.to_owned() };
        let raw = self.object.as_ref().ok_or_else(|| unreadable("is missing"))?;
        let object = Object::from_raw(T::NAME, String::new(), &raw.0).map_err(unreadable)?;
        T::read(&object.ok_or_else(|| unreadable("is missing"))?)
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
            "later":true,"eventType":"checkout.completed","created_at":1785500777229,"id":"evt_1"}"#;
        let event = Event::parse(body).expect("an event");
        assert_eq!((event.id.as_str(), event.created_at), ("evt_1", Some(1_785_500_777_229)));
        let Notice::CheckoutCompleted(checkout) = event.notice() else { panic!("{event:?}") };
        assert_eq!(checkout.product.as_ref().map(crate::Reference::id), Some("prod_1"));
    }

    #[test]
    fn every_type_of_creems_is_a_kind_of_its_own() {
        let kind = |word: &str| {
            let body = format!(r#"{{"id":"evt_1","eventType":"{word}"}}"#);
            Event::parse(body.as_bytes()).expect("an event").kind()
        };
        let mut kinds: Vec<Kind> = Vec::new();
        for word in EVENT_TYPES {
            let kind = kind(word);
            assert_ne!(kind, Kind::Unknown, "{word}");
            assert!(kind == Kind::Credits || !kinds.contains(&kind), "{word} is taken for another");
            kinds.push(kind);
        }
        assert_eq!(kind("subscription.past_due"), Kind::SubscriptionPastDue);
        assert_eq!(kind("planet.aligned"), Kind::Unknown);
    }

    #[test]
    fn an_unknown_type_says_nothing() {
        let event = Event::parse(br#"{"id":"evt_1","eventType":"credits.granted","created_at":1,"object":{}}"#);
        assert!(matches!(event.expect("an event").notice(), Notice::Other));
    }

    #[test]
    fn an_event_about_money_that_cannot_be_read_says_so() {
        for (event_type, object, path, reason) in [
            ("checkout.completed", "{}", "id", "is missing"),
            ("checkout.completed", r#"{"id":""}"#, "id", "is missing"),
            ("checkout.completed", r#"{"id":["ch_1"]}"#, "id", "is not a text"),
            ("checkout.completed", "null", "", "is missing"),
            ("checkout.completed", "[]", "", "is neither an object nor an id"),
            (
                "refund.created",
                r#"{"id":"ref_1","order":{}}"#,
                "order",
                "is missing, and so are checkout and subscription",
            ),
            ("dispute.created", r#"{"id":"disp_1"}"#, "order", "is missing, and so are checkout and subscription"),
        ] {
            let body = format!(r#"{{"id":"evt_1","eventType":"{event_type}","created_at":1,"object":{object}}}"#);
            let event = Event::parse(body.as_bytes()).expect("an event");
            let Notice::Unread(unreadable) = event.notice() else { panic!("{event:?}") };
            assert_eq!((unreadable.path.as_str(), unreadable.reason.as_str()), (path, reason), "{body}");
        }
    }

    #[test]
    fn an_event_without_an_id_has_the_same_one_each_time() {
        let body = br#"{"id":{},"eventType":"checkout.completed","object":"ch_1"}"#;
        let id = Event::parse(body).expect("an event").id;
        assert!(id.starts_with("sha256_") && id.len() == 71, "{id}");
        assert_eq!(Event::parse(body).expect("an event").id, id);
        let other = Event::parse(br#"{"eventType":"checkout.completed","object":"ch_2"}"#).expect("an event");
        assert_ne!(other.id, id);
    }

    #[test]
    fn a_buyer_is_not_in_what_debugging_shows() {
        let event = Event::parse(
            br#"{"id":"evt_1","eventType":"checkout.completed","object":{"id":"ch_1","customer":{"email":"ada@example.com"}}}"#,
        )
        .expect("an event");
        let shown = format!("{event:?} {:?}", event.notice());
        assert!(shown.contains('…') && !shown.contains("ada@example.com"), "{shown}");
    }
}
