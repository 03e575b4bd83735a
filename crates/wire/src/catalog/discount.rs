//! A discount code as a quote tells of it: what became of it, what it takes off, and for how long.

use serde::{Deserialize, Serialize};

/// A discount code in a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedDiscount {
    /// The code as it was given, trimmed and in the merchant's spelling when it exists.
    pub code: String,
    /// Whether it applies, and if not, why.
    pub outcome: DiscountOutcome,
    /// What it takes off a payment that it is for, in minor units; 0 unless applied.
    pub amount: i64,
    /// For how long it applies to a subscription; absent unless applied, and for what is charged once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<DiscountDuration>,
    /// For [`DiscountDuration::Repeating`]: for how many months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_in_months: Option<u32>,
}

/// What became of a discount code. A bad code is an outcome of a quote, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountOutcome {
    /// It lowers the total.
    Applied,
    /// No such code, or it was deleted.
    Unknown,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotStarted,
    /// It was redeemed as often as it may be.
    UsedUp,
    /// It is for another product.
    WrongProduct,
    /// It takes off an amount in another currency.
    WrongCurrency,
}

/// For how long a discount applies to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DiscountDuration {
    /// The first payment.
    Once,
    /// Every payment.
    Forever,
    /// The payments of some months.
    Repeating,
}
