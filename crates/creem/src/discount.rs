//! What a discount takes off, and whether it applies: integer arithmetic, said in one place.

use crate::{Discount, DiscountStatus};

/// What a discount takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction<'a> {
    /// This many per cent of the subtotal.
    Percentage(u32),
    /// This many minor units of one currency, once per checkout however many units it has.
    Fixed {
        /// Minor units.
        amount_minor: i64,
        /// ISO 4217 code.
        currency: &'a str,
    },
}

impl Reduction<'_> {
    /// The amount taken off a subtotal, both in minor units of one currency; never more than the subtotal.
    ///
    /// A percentage is rounded to the nearest minor unit, halves in the buyer's favour: 50 % of 2999 is 1500.
    ///
    /// ```
    /// use creem::discount::Reduction;
    ///
    /// assert_eq!(Reduction::Percentage(25).amount_off(5997), 1499);
    /// assert_eq!(Reduction::Fixed { amount_minor: 1000, currency: "USD" }.amount_off(600), 600);
    /// ```
    #[must_use]
    pub fn amount_off(&self, subtotal_minor: i64) -> i64 {
        let subtotal = subtotal_minor.max(0);
        let off = match *self {
            Self::Percentage(percent) => {
                let exact = i128::from(subtotal) * i128::from(percent.min(100));
                i64::try_from((exact + 50) / 100).unwrap_or(subtotal)
            }
            Self::Fixed { amount_minor, .. } => amount_minor.max(0),
        };
        off.min(subtotal)
    }
}

/// Whether a discount applies to a purchase, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It takes this off.
    Applies(Reduction<'a>),
    /// It was deleted, is a draft, or says nothing we understand.
    Unknown,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotStarted,
    /// It was redeemed as often as it may be.
    UsedUp,
    /// It is for other products.
    WrongProduct,
    /// It takes off an amount in another currency.
    WrongCurrency,
}

impl Discount {
    /// Judges this discount for one product, priced in `currency`, at `now`.
    #[must_use]
    pub fn judge(&self, product_id: &str, currency: &str, now: jiff::Timestamp) -> Verdict<'_> {
        match self.status {
            DiscountStatus::Active => {}
            DiscountStatus::Expired => return Verdict::Expired,
            DiscountStatus::Scheduled => return Verdict::NotStarted,
            DiscountStatus::Draft | DiscountStatus::Deleted | DiscountStatus::Unknown => return Verdict::Unknown,
        }
        if self.expiry_date.as_deref().and_then(|date| date.parse().ok()).is_some_and(|end: jiff::Timestamp| end <= now)
        {
            return Verdict::Expired;
        }
        if self.max_redemptions.is_some_and(|most| self.redeem_count.unwrap_or(0) >= most) {
            return Verdict::UsedUp;
        }
        if !self.applies_to_products.is_empty() && !self.applies_to_products.iter().any(|id| id == product_id) {
            return Verdict::WrongProduct;
        }
        match (self.kind.as_str(), self.percentage, self.amount, self.currency.as_deref()) {
            ("percentage", Some(percent), _, _) => Verdict::Applies(Reduction::Percentage(percent)),
            ("fixed", _, Some(_), Some(own)) if own != currency => Verdict::WrongCurrency,
            ("fixed", _, Some(amount_minor), Some(own)) => {
                Verdict::Applies(Reduction::Fixed { amount_minor, currency: own })
            }
            _ => Verdict::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_percentage_rounds_halves_for_the_buyer() {
        assert_eq!(Reduction::Percentage(50).amount_off(2999), 1500);
        assert_eq!(Reduction::Percentage(25).amount_off(5997), 1499);
        assert_eq!(Reduction::Percentage(100).amount_off(1), 1);
        assert_eq!(Reduction::Percentage(0).amount_off(1999), 0);
    }

    proptest! {
        #[test]
        fn nothing_ever_costs_less_than_nothing(subtotal in 0_i64..i64::MAX, percent in 0_u32..500, fixed in i64::MIN..i64::MAX) {
            for reduction in [Reduction::Percentage(percent), Reduction::Fixed { amount_minor: fixed, currency: "USD" }] {
                let off = reduction.amount_off(subtotal);
                prop_assert!((0..=subtotal).contains(&off));
            }
        }

        #[test]
        fn a_larger_percentage_never_takes_off_less(subtotal in 0_i64..1_000_000_000, percent in 0_u32..100) {
            let less = Reduction::Percentage(percent).amount_off(subtotal);
            prop_assert!(less <= Reduction::Percentage(percent + 1).amount_off(subtotal));
        }
    }
}
