//! What can be bought, as `GET /api/products` tells it.

use serde::{Deserialize, Serialize};

use crate::{Currency, Money, ProductId};

/// The answer of `GET /api/products`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Products {
    /// The sellable products, in the merchant's order.
    pub items: Vec<Product>,
}

/// A sellable product. Field names and values are Creem's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// `prod_…`.
    pub id: ProductId,
    /// Shown as the choice's name. Plans of one product share it.
    pub name: String,
    /// What it is, in words; may be empty.
    #[serde(default)]
    pub description: String,
    /// The same as HTML of paragraphs, lists, emphasis and links, made by the proxy; empty where words say it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description_html: String,
    /// Address of a picture, if the merchant gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Price of one unit in minor units of `currency`.
    pub price: i64,
    /// What `price` is in.
    pub currency: Currency,
    /// Once, or again each period.
    pub billing_type: BillingType,
    /// How often a recurring product is charged.
    pub billing_period: BillingPeriod,
    /// For [`BillingPeriod::Custom`]: the unit of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring_interval: Option<IntervalUnit>,
    /// For [`BillingPeriod::Custom`]: how many units make one interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring_interval_count: Option<u32>,
    /// Days before the first full charge, if there is a trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_period_days: Option<u32>,
    /// Price of the trial in minor units; absent when it is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_price: Option<i64>,
    /// What the merchant says is in it, each in a few words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<String>,
    /// A word beside its name, such as `Popular`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
    /// What the merchant calls it among the plans of its product; absent for how often it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether `price` already contains the tax.
    pub tax_mode: TaxMode,
    /// Questions the buyer answers with the order, at most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<CustomField>,
}

impl Product {
    /// The price of one unit.
    #[must_use]
    pub fn unit_price(&self) -> Money {
        Money { amount_minor: self.price, currency: self.currency }
    }

    /// How many of which unit lie between two charges; `None` when it is charged once, or does not say how often.
    #[must_use]
    pub fn interval(&self) -> Option<(u32, IntervalUnit)> {
        match self.billing_period {
            BillingPeriod::Once => None,
            BillingPeriod::EveryDay => Some((1, IntervalUnit::Day)),
            BillingPeriod::EveryMonth => Some((1, IntervalUnit::Month)),
            BillingPeriod::EveryThreeMonths => Some((3, IntervalUnit::Month)),
            BillingPeriod::EverySixMonths => Some((6, IntervalUnit::Month)),
            BillingPeriod::EveryYear => Some((1, IntervalUnit::Year)),
            BillingPeriod::Custom => {
                let count = self.recurring_interval_count.unwrap_or(1);
                self.recurring_interval.filter(|_| count > 0).map(|unit| (count, unit))
            }
        }
    }

    /// Days before the first full charge; `None` without a trial, and for what is charged once.
    #[must_use]
    pub fn trial_days(&self) -> Option<u32> {
        self.trial_period_days.filter(|days| *days > 0 && self.interval().is_some())
    }

    /// What the trial costs; `None` when it is free.
    #[must_use]
    pub fn trial_charge(&self) -> Option<Money> {
        let amount_minor = self.trial_price.filter(|amount_minor| *amount_minor > 0)?;
        Some(Money { amount_minor, currency: self.currency })
    }
}

/// Whether a product is charged once or again each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BillingType {
    /// Charged once.
    Onetime,
    /// A subscription.
    Recurring,
}

/// How often a product is charged, in Creem's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BillingPeriod {
    /// Never again.
    Once,
    /// Each day.
    EveryDay,
    /// Each month.
    EveryMonth,
    /// Each quarter.
    EveryThreeMonths,
    /// Each half year.
    EverySixMonths,
    /// Each year.
    EveryYear,
    /// `recurring_interval` and `recurring_interval_count` say.
    Custom,
}

/// The unit of a custom billing interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntervalUnit {
    /// 24 hours.
    Day,
    /// Seven days.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl IntervalUnit {
    /// Its name in English, which is also `Intl`'s.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Whether a price contains the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaxMode {
    /// Tax is inside the price.
    Inclusive,
    /// Tax is added on Creem's page.
    Exclusive,
}

/// A question that goes with an order (Creem: custom fields, at most three per checkout).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// How the answer is given.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// Alphanumeric, at most 200 characters, unique among the fields.
    pub key: String,
    /// What the buyer reads, at most 50 characters.
    pub label: String,
    /// Whether the answer may be left out.
    #[serde(default)]
    pub optional: bool,
    /// Fewest characters of a text answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Most characters of a text answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
}

/// How a custom field is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CustomFieldType {
    /// A line of text.
    Text,
    /// Yes or no.
    Checkbox,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str, more: serde_json::Value) -> Product {
        let mut product = serde_json::json!({
            "id": id, "name": "Pro", "price": 1500, "currency": "USD", "billing_type": "recurring",
            "billing_period": "custom", "tax_mode": "exclusive"
        });
        product.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value(product).expect("a product")
    }

    #[test]
    fn an_interval_of_the_merchants_own_is_one_unit_or_more() {
        let interval = |more| product("prod_1", more).interval();
        assert_eq!(interval(serde_json::json!({ "recurring_interval": "week" })), Some((1, IntervalUnit::Week)));
        for (count, expected) in [(2, Some((2, IntervalUnit::Week))), (1, Some((1, IntervalUnit::Week))), (0, None)] {
            let more = serde_json::json!({ "recurring_interval": "week", "recurring_interval_count": count });
            assert_eq!(interval(more), expected, "{count}");
        }
        assert_eq!(interval(serde_json::json!({ "recurring_interval_count": 2 })), None);
    }

    #[test]
    fn a_trial_that_costs_nothing_has_no_charge() {
        let charge = |more| product("prod_1", more).trial_charge().map(|charge| charge.plain());
        assert_eq!(charge(serde_json::json!({ "trial_price": 100 })).as_deref(), Some("USD 1.00"));
        assert_eq!(charge(serde_json::json!({ "trial_price": 0 })), None);
        assert_eq!(charge(serde_json::json!({})), None);
    }
}
