//! The price before paying, as `GET /api/quote` tells it.

use serde::{Deserialize, Serialize};

use crate::{Currency, DiscountOutcome, Due, ProductId, QuotedDiscount};

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
