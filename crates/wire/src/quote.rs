//! The price before paying, as `GET /api/quote` tells it.

use serde::{Deserialize, Serialize};

use crate::{Currency, Due, ProductId};

/// What a choice of product, units and code would cost. All amounts in minor units of `currency`, before tax when
/// the product's tax mode is exclusive.
///
/// `D` is what a reader takes of `due`; one that computes it by [`crate::due()`] itself takes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote<D = Due> {
    /// The product asked for.
    pub product_id: ProductId,
    /// How many units of it.
    pub units: u32,
    /// What the amounts are in.
    pub currency: Currency,
    /// Price times units.
    pub subtotal: i64,
    /// `subtotal` less an applied discount: a full payment with it. With a trial another amount is due today.
    pub total: i64,
    /// What is charged when the order is paid, and what after that.
    pub due: D,
    /// Whether tax is inside these amounts or comes on top.
    pub tax: crate::TaxMode,
    /// The code asked about and what became of it; absent when none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<QuotedDiscount>,
}

impl<D> Quote<D> {
    /// Whether a code lowers these amounts.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.discount.as_ref().is_some_and(|discount| discount.outcome == DiscountOutcome::Applied)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_that_was_applied_lowers_the_price() {
        let quote = |discount: serde_json::Value| -> Quote<()> {
            serde_json::from_value(serde_json::json!({
                "product_id": "prod_1", "units": 1, "currency": "USD", "subtotal": 1500, "total": 1500, "due": null,
                "tax": "exclusive", "discount": discount
            }))
            .expect("a quote")
        };
        assert!(quote(serde_json::json!({ "code": "HALF", "outcome": "applied", "amount": 750 })).applies());
        assert!(!quote(serde_json::json!({ "code": "OLD", "outcome": "expired", "amount": 0 })).applies());
        assert!(!quote(serde_json::Value::Null).applies());
    }
}
