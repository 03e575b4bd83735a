//! Checkout sessions and what they lead to. (Creem: sections 3.3 and 3.4.)

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::reader::value::{self, Fault};
use crate::reader::{Entity, Object, Reference, Unreadable};

/// A checkout session. Only its id is sure to be there.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// `ch_…`; any text that is not empty.
    pub id: String,
    /// Where it stands.
    pub status: CheckoutStatus,
    /// What is bought; the order's product where the session names none.
    pub product: Option<Reference>,
    /// The reference sent at creation.
    pub request_id: Option<String>,
    /// How many are bought.
    pub units: Option<u32>,
    /// Where the buyer pays; may be missing when the session is read later.
    pub checkout_url: Option<String>,
    /// The order, once paid.
    pub order: Option<Order>,
    /// The subscription of a recurring product, once paid.
    pub subscription: Option<Reference>,
    /// Who paid.
    pub customer: Option<Reference>,
    /// The code of the discount that applies.
    pub discount_code: Option<String>,
    /// The license keys that were issued, once paid.
    pub license_keys: Vec<String>,
    /// What was sent at creation.
    pub metadata: Option<Value>,
    /// Whether real money moves.
    pub mode: Option<EventMode>,
}

impl Entity for Checkout {
    const NAME: &'static str = "checkout";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        let order = object.object("order").map(|order| Order::from_object(&order));
        let discount = object.object("discount");
        let product = object.named("product");
        Ok(Self {
            id: object.required("id", value::id)?,
            status: object.optional("status", CheckoutStatus::from_raw).unwrap_or_default(),
            product: product.or_else(|| order.as_ref()?.product.clone()),
            request_id: object.optional("request_id", value::id),
            units: object.optional("units", value::small),
            checkout_url: object.optional("checkout_url", value::filled),
            order,
            subscription: object.named("subscription"),
            customer: object.reference("customer"),
            // The one place where Creem writes camelCase inside an entity.
            discount_code: discount.and_then(|discount| discount.optional("discountCode", value::filled)),
            license_keys: license_keys(object.json("license_keys")),
            metadata: object.json("metadata"),
            mode: object.optional("mode", EventMode::from_raw),
        })
    }
}

/// The keys of entities; one that cannot be read hides no other.
fn license_keys(entities: Option<Value>) -> Vec<String> {
    let Some(Value::Array(entities)) = entities else { return Vec::new() };
    entities.iter().filter_map(|entity| entity["key"].as_str().map(str::to_owned)).collect()
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckoutStatus {
    /// Open.
    Pending,
    /// Creem is working on the payment.
    Processing,
    /// Paid.
    Completed,
    /// Ended without a payment.
    Expired,
    /// Absent, unreadable, or a word of the future.
    #[default]
    Unknown,
}

impl CheckoutStatus {
    fn from_raw(raw: &RawValue) -> Result<Option<Self>, Fault> {
        Ok(value::word(raw)?.map(|word| match word.as_str() {
            "pending" => Self::Pending,
            "processing" => Self::Processing,
            "completed" => Self::Completed,
            "expired" => Self::Expired,
            _ => Self::Unknown,
        }))
    }
}

/// Whether real money moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventMode {
    /// It does not: `test`, or what Creem's published samples say, `sandbox` and `local`.
    Test,
    /// It does: `prod`, `production` or `live`.
    Live,
    /// A word of the future.
    Other(String),
}

impl EventMode {
    pub(crate) fn from_raw(raw: &RawValue) -> Result<Option<Self>, Fault> {
        Ok(value::word(raw)?.map(|word| match word.as_str() {
            "test" | "sandbox" | "local" => Self::Test,
            "prod" | "production" | "live" => Self::Live,
            _ => Self::Other(word),
        }))
    }
}

/// An order. Amounts in minor units of `currency`.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// `ord_…`.
    pub id: Option<String>,
    /// The price before discount and tax.
    pub amount: Option<i64>,
    /// What was to pay, tax and discount counted.
    pub amount_due: Option<i64>,
    /// What was paid. One delivery of a paid order said 0, so it proves nothing alone.
    pub amount_paid: Option<i64>,
    /// ISO 4217 code, in upper case.
    pub currency: Option<String>,
    /// Whether it is paid. It stays so when the money goes back.
    #[serde(skip)]
    pub status: OrderStatus,
    #[serde(skip)]
    product: Option<Reference>,
}

impl Order {
    fn from_object(object: &Object<'_>) -> Self {
        Self {
            id: object.optional("id", value::id),
            amount: object.optional("amount", value::whole),
            amount_due: object.optional("amount_due", value::whole),
            amount_paid: object.optional("amount_paid", value::whole),
            currency: object.optional("currency", value::currency),
            status: object.optional("status", OrderStatus::from_raw).unwrap_or_default(),
            product: object.named("product"),
        }
    }

    /// What the buyer was charged, in minor units: the first of paid, due and amount that is there and not zero.
    ///
    /// A free order is 0 by all of them.
    #[must_use]
    pub fn charged(&self) -> Option<i64> {
        match (self.amount_paid, self.amount_due) {
            (Some(paid), _) if paid > 0 => Some(paid),
            (_, Some(due)) => Some(due),
            (paid, None) => paid.or(self.amount),
        }
    }
}

/// Whether an order is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderStatus {
    /// Not yet.
    Pending,
    /// Yes.
    Paid,
    /// Absent, unreadable, or a word of the future.
    #[default]
    Unknown,
}

impl OrderStatus {
    fn from_raw(raw: &RawValue) -> Result<Option<Self>, Fault> {
        Ok(value::word(raw)?.map(|word| match word.as_str() {
            "pending" => Self::Pending,
            "paid" => Self::Paid,
            _ => Self::Unknown,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader;

    #[test]
    fn a_paid_order_that_says_zero_paid_is_charged_what_was_due() {
        let body = br#"{"id":"ch_1","order":{"id":"ord_1","amount":1900,"amount_due":1900,"amount_paid":0}}"#;
        let checkout: Checkout = reader::entity(body).expect("readable");
        assert_eq!(checkout.order.and_then(|order| order.charged()), Some(1900));
    }

    #[test]
    fn what_was_paid_counts_before_what_was_due() {
        let body = br#"{"id":"ch_1","order":{"id":"ord_1","amount":1900,"amount_due":1900,"amount_paid":1500}}"#;
        let checkout: Checkout = reader::entity(body).expect("readable");
        assert_eq!(checkout.order.and_then(|order| order.charged()), Some(1500));
    }

    #[test]
    fn every_status_of_a_session_has_its_own_word() {
        for (word, status) in [
            ("pending", CheckoutStatus::Pending),
            ("PROCESSING", CheckoutStatus::Processing),
            ("completed", CheckoutStatus::Completed),
            ("expired", CheckoutStatus::Expired),
            ("frozen", CheckoutStatus::Unknown),
        ] {
            let body = format!(r#"{{"id":"ch_1","status":"{word}"}}"#);
            let checkout: Checkout = reader::entity(body.as_bytes()).expect("readable");
            assert_eq!(checkout.status, status, "{word}");
        }
    }

    #[test]
    fn samples_of_the_documentation_move_no_real_money() {
        for (word, mode) in [
            ("local", EventMode::Test),
            ("Sandbox", EventMode::Test),
            ("prod", EventMode::Live),
            ("moon", EventMode::Other("moon".to_owned())),
        ] {
            let body = format!(r#"{{"id":"ch_1","mode":"{word}"}}"#);
            let checkout: Checkout = reader::entity(body.as_bytes()).expect("readable");
            assert_eq!(checkout.mode, Some(mode));
        }
    }

    #[test]
    fn an_order_that_is_not_paid_yet_is_told_from_a_paid_one() {
        for (word, status) in
            [("pending", OrderStatus::Pending), ("Paid", OrderStatus::Paid), ("settled", OrderStatus::Unknown)]
        {
            let body = format!(r#"{{"id":"ch_1","order":{{"id":"ord_1","status":"{word}"}}}}"#);
            let checkout: Checkout = reader::entity(body.as_bytes()).expect("readable");
            assert_eq!(checkout.order.map(|order| order.status), Some(status), "{word}");
        }
    }
}
