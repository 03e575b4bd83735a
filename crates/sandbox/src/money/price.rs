//! What one payment comes to: whole minor units, discount before tax.

use crate::entity::{Discount, TaxMode};

/// What is due for one payment, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) subtotal: i64,
    pub(crate) discount: i64,
    pub(crate) tax: i64,
    pub(crate) total: i64,
}

impl Price {
    /// A price without a discount.
    pub(crate) fn plain(subtotal: i64) -> Self {
        Self::with(subtotal, None)
    }

    /// A price with the discount that applies to it, if one does.
    pub(crate) fn with(subtotal: i64, discount: Option<&Discount>) -> Self {
        let off = discount.map_or(0, |discount| discount.amount_off(subtotal));
        Self { subtotal, discount: off, tax: 0, total: subtotal - off }
    }

    /// The price with so many per cent of tax: in it already, or on top. Rounded to the nearest unit, halves up.
    pub(crate) fn taxed(self, percent: u32, mode: TaxMode) -> Self {
        let (net, percent) = (i128::from(self.subtotal - self.discount), i128::from(percent));
        let share = |whole: i128| i64::try_from((net * percent * 2 + whole) / (whole * 2)).unwrap_or(0);
        match mode {
            TaxMode::Exclusive => {
                let tax = share(100);
                Self { tax, total: self.subtotal - self.discount + tax, ..self }
            }
            TaxMode::Inclusive => Self { tax: share(100 + percent), ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tax_on_top_is_added_and_tax_inside_is_not(subtotal in 0..10_000_000_000_i64, percent in 0..=100_u32) {
            let plain = Price::plain(subtotal);
            let on_top = plain.taxed(percent, TaxMode::Exclusive);
            prop_assert_eq!(on_top.total, subtotal + on_top.tax);
            let inside = plain.taxed(percent, TaxMode::Inclusive);
            prop_assert_eq!(inside.total, subtotal);
            prop_assert!(inside.tax <= on_top.tax && inside.tax >= 0);
        }
    }

    #[test]
    fn the_published_order_has_twenty_one_per_cent() {
        let price = Price::plain(1100).taxed(21, TaxMode::Exclusive);
        assert_eq!((price.tax, price.total), (231, 1331));
        assert_eq!(Price::plain(1331).taxed(21, TaxMode::Inclusive).tax, 231);
    }
}
