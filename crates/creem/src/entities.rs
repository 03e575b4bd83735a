//! Creem's entities, read with tolerance: unknown keys ignored, nulls and absent keys alike, a string wherever an
//! object may be, enum values of the future kept as `Unknown`. (Creem: sections 3 to 5.)

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Another entity, given by its id or in full.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Reference {
    /// Only the id.
    Id(String),
    /// The whole entity.
    Entity(Map<String, Value>),
}

impl Reference {
    /// The entity's id; empty when an object came without one.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Entity(entity) => entity.get("id").and_then(Value::as_str).unwrap_or_default(),
        }
    }
}

/// A checkout session.
#[derive(Clone, Debug, Deserialize)]
pub struct Checkout {
    /// `ch_…`.
    pub id: String,
    /// Where it stands.
    #[serde(default)]
    pub status: CheckoutStatus,
    /// What is bought.
    pub product: Reference,
    /// The reference sent at creation.
    #[serde(default)]
    pub request_id: Option<String>,
    /// Where the buyer pays; may be missing when the session is read later.
    #[serde(default)]
    pub checkout_url: Option<String>,
    /// The order, once paid.
    #[serde(default)]
    pub order: Option<Order>,
    /// The subscription of a recurring product, once paid.
    #[serde(default)]
    pub subscription: Option<Reference>,
    /// Who paid.
    #[serde(default)]
    pub customer: Option<Reference>,
    /// What was sent at creation.
    #[serde(default)]
    pub metadata: Option<Value>,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutStatus {
    /// Open.
    Pending,
    /// Creem is working on the payment.
    Processing,
    /// Paid.
    Completed,
    /// Ended without a payment.
    Expired,
    /// A value of the future.
    #[default]
    #[serde(other)]
    Unknown,
}

/// An order. Amounts in minor units of `currency`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Order {
    /// `ord_…`.
    pub id: String,
    /// The price before discount and tax.
    #[serde(default)]
    pub amount: Option<i64>,
    /// What was to pay, tax and discount counted.
    #[serde(default)]
    pub amount_due: Option<i64>,
    /// What was paid. One delivery of a paid order said 0, so it proves nothing alone.
    #[serde(default)]
    pub amount_paid: Option<i64>,
    /// ISO 4217 code.
    pub currency: String,
}

impl Order {
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

/// A product.
#[derive(Clone, Debug, Deserialize)]
pub struct Product {
    /// `prod_…`.
    pub id: String,
    /// Shown to buyers.
    pub name: String,
    /// Shown to buyers.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
    /// A picture.
    #[serde(default)]
    pub image_url: Option<String>,
    /// Minor units of `currency`.
    pub price: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// `onetime` or `recurring`.
    pub billing_type: String,
    /// `once`, `every-month`, …
    #[serde(default, deserialize_with = "null_as_default")]
    pub billing_period: String,
    /// `day`, `week`, `month` or `year`, for a custom period.
    #[serde(default)]
    pub recurring_interval: Option<String>,
    /// How many of those.
    #[serde(default)]
    pub recurring_interval_count: Option<u32>,
    /// Days of trial.
    #[serde(default)]
    pub trial_period_days: Option<u32>,
    /// Price of the trial, minor units.
    #[serde(default)]
    pub trial_price: Option<i64>,
    /// `active` or `archived`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: String,
    /// `inclusive` or `exclusive`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub tax_mode: String,
    /// Questions that go with an order, as Creem's objects.
    #[serde(default, deserialize_with = "null_as_default")]
    pub custom_fields: Vec<Value>,
}

/// A discount.
#[derive(Clone, Debug, Deserialize)]
pub struct Discount {
    /// `dis_…`.
    pub id: String,
    /// The code buyers type, in the merchant's spelling.
    pub code: String,
    /// Whether it may be used at all.
    #[serde(default)]
    pub status: DiscountStatus,
    /// `percentage` or `fixed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// For `fixed`: minor units of `currency`.
    #[serde(default)]
    pub amount: Option<i64>,
    /// For `fixed`.
    #[serde(default)]
    pub currency: Option<String>,
    /// For `percentage`: per cent.
    #[serde(default)]
    pub percentage: Option<u32>,
    /// The last moment, ISO 8601.
    #[serde(default)]
    pub expiry_date: Option<String>,
    /// How often it may be redeemed.
    #[serde(default)]
    pub max_redemptions: Option<u64>,
    /// How often it was redeemed.
    #[serde(default)]
    pub redeem_count: Option<u64>,
    /// `once`, `forever` or `repeating`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub duration: String,
    /// For `repeating`.
    #[serde(default)]
    pub duration_in_months: Option<u32>,
    /// Products it is for; empty means all.
    #[serde(default, deserialize_with = "null_as_default")]
    pub applies_to_products: Vec<String>,
}

/// Whether a discount may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountStatus {
    /// Yes.
    Active,
    /// Not yet published.
    Draft,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    Scheduled,
    /// It is gone.
    Deleted,
    /// A value of the future.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Page<T> {
    /// The entries of this page.
    pub items: Vec<T>,
    /// Where this page stands.
    pub pagination: Pagination,
}

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Pagination {
    /// The number of the next page, if there is one.
    #[serde(default)]
    pub next_page: Option<u32>,
}

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_and_values_of_the_future_are_read() {
        let product: Product = serde_json::from_str(
            r#"{"id":"prod_1","name":"A","description":null,"price":100,"currency":"USD","billing_type":"onetime",
                "custom_fields":null,"image_url":null,"features":[{"new":1}]}"#,
        )
        .expect("readable");
        assert!(product.custom_fields.is_empty());
        let checkout: Checkout =
            serde_json::from_str(r#"{"id":"ch_1","status":"paused_by_robots","product":"prod_1"}"#).expect("readable");
        assert_eq!(checkout.status, CheckoutStatus::Unknown);
        assert_eq!(checkout.product.id(), "prod_1");
    }

    #[test]
    fn a_paid_order_that_says_zero_paid_is_charged_what_was_due() {
        let order: Order =
            serde_json::from_str(r#"{"id":"ord_1","amount":1900,"amount_due":1900,"amount_paid":0,"currency":"USD"}"#)
                .expect("readable");
        assert_eq!(order.charged(), Some(1900));
    }
}
