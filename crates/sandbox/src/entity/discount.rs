//! Discount codes, and whether they apply.

use creem::discount::Reduction;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::collection::Identified;
use super::{Currency, Kind, Mode, Product, STORE_ID, long_ago};

/// A discount code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Discount {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) mode: Mode,
    #[serde(default = "kind")]
    pub(crate) object: Kind,
    #[serde(default)]
    pub(crate) status: DiscountStatus,
    pub(crate) name: String,
    pub(crate) code: String,
    #[serde(rename = "type")]
    pub(crate) kind: DiscountType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<Currency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) percentage: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expiry_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_redemptions: Option<u64>,
    pub(crate) duration: Duration,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) duration_in_months: Option<u32>,
    #[serde(default)]
    pub(crate) applies_to_products: Vec<String>,
    #[serde(default)]
    pub(crate) redeem_count: u64,
    #[serde(skip_deserializing, default = "store")]
    pub(crate) store_id: &'static str,
    #[serde(default = "long_ago")]
    pub(crate) created_at: String,
}

fn kind() -> Kind {
    Kind::Discount
}

fn store() -> &'static str {
    STORE_ID
}

impl Identified for Discount {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Where a discount is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DiscountStatus {
    #[default]
    Active,
    Draft,
    Expired,
    Scheduled,
    Deleted,
}

/// What it takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DiscountType {
    Percentage,
    Fixed,
}

/// How many payments of a subscription it takes something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Duration {
    Once,
    Forever,
    Repeating,
}

/// Why a code does not apply. What Creem answers is not published; these sentences are the sandbox's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Discount not found")]
    Unknown,
    #[error("Discount has expired")]
    Expired,
    #[error("Discount is not active yet")]
    NotStarted,
    #[error("Discount has reached its redemption limit")]
    UsedUp,
    #[error("Discount does not apply to this product")]
    WrongProduct,
    #[error("Discount currency does not match the product currency")]
    WrongCurrency,
}

impl Discount {
    /// Its last moment.
    pub(crate) fn end(&self) -> Option<Timestamp> {
        self.expiry_date.as_deref().and_then(|date| date.parse().ok())
    }

    /// Whether it applies to this product now.
    pub(crate) fn judge(&self, product: &Product, now: Timestamp) -> Result<(), Refusal> {
        match self.status {
            DiscountStatus::Active => {}
            DiscountStatus::Expired => return Err(Refusal::Expired),
            DiscountStatus::Scheduled => return Err(Refusal::NotStarted),
            DiscountStatus::Draft | DiscountStatus::Deleted => return Err(Refusal::Unknown),
        }
        if self.end().is_some_and(|end| end <= now) {
            return Err(Refusal::Expired);
        }
        if self.max_redemptions.is_some_and(|most| self.redeem_count >= most) {
            return Err(Refusal::UsedUp);
        }
        if !self.applies_to_products.is_empty() && !self.applies_to_products.contains(&product.id) {
            return Err(Refusal::WrongProduct);
        }
        if self.kind == DiscountType::Fixed && self.currency != Some(product.currency) {
            return Err(Refusal::WrongCurrency);
        }
        Ok(())
    }

    /// Whether it lowers the payment of the full-price period that begins at `start`. Its time is counted from the first
    /// such period; `None` while there was none.
    pub(crate) fn lowers(&self, first: Option<Timestamp>, start: Timestamp) -> bool {
        match self.duration {
            Duration::Once => first.is_none(),
            Duration::Forever => true,
            Duration::Repeating => {
                first.is_none_or(|first| start < months_after(first, self.duration_in_months.unwrap_or(0)))
            }
        }
    }

    /// What it takes off a subtotal.
    pub(crate) fn amount_off(&self, subtotal_minor: i64) -> i64 {
        match self.kind {
            DiscountType::Percentage => Reduction::Percentage(self.percentage.unwrap_or(0).into()),
            DiscountType::Fixed => Reduction::Fixed {
                amount_minor: self.amount.unwrap_or(0),
                currency: self.currency.map_or("", Currency::code),
            },
        }
        .amount_off(subtotal_minor)
    }

    /// How a checkout carries it: camelCase inside, unlike everything around it, and `amount` is a percentage there.
    pub(crate) fn in_checkout(&self) -> Value {
        let amount = match self.kind {
            DiscountType::Percentage => i64::from(self.percentage.unwrap_or(0)),
            DiscountType::Fixed => self.amount.unwrap_or(0),
        };
        let mut value = json!({
            "id": self.id, "discountCode": self.code, "name": self.name, "type": self.kind,
            "amount": amount, "duration": self.duration,
        });
        if let Some(months) = self.duration_in_months {
            value["durationInMonths"] = months.into();
        }
        value
    }
}

fn months_after(from: Timestamp, months: u32) -> Timestamp {
    let date = TimeZone::UTC.to_datetime(from);
    let end = Span::new().try_months(months).and_then(|span| date.checked_add(span));
    end.and_then(|end| TimeZone::UTC.to_timestamp(end)).unwrap_or(Timestamp::MAX)
}
