//! What a change in the middle of a period costs, or gives back: whole minor units, never more than the new price, and
//! never less than the old one back.

use serde::Deserialize;

/// What a change in the middle of a period costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum Proration {
    /// The difference for what is left of the period, charged or given back now.
    #[default]
    #[serde(rename = "proration-charge-immediately", alias = "proration-charge")]
    ChargeNow,
    /// Nothing; the next period has the new price.
    #[serde(rename = "proration-none")]
    None,
}

/// How much of a period is left, in any one unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remainder {
    pub(crate) left: i64,
    pub(crate) whole: i64,
}

impl Remainder {
    /// The share of an amount that belongs to what is left; rounded to the nearest unit, halves up.
    pub(crate) fn share(self, amount_minor: i64) -> i64 {
        let whole = i128::from(self.whole.max(1));
        let left = i128::from(self.left).clamp(0, whole);
        let amount = i128::from(amount_minor.max(0));
        i64::try_from((amount * left * 2 + whole) / (whole * 2)).unwrap_or(i64::MAX)
    }

    /// What is due now when the price of the running period changes; below 0 it goes back.
    pub(crate) fn difference(self, old_minor: i64, new_minor: i64) -> i64 {
        self.share(new_minor) - self.share(old_minor)
    }

    /// What is due now when a new period begins at once: its price, less what is left of the old one; below 0 it goes
    /// back.
    pub(crate) fn fresh_start(self, old_minor: i64, new_minor: i64) -> i64 {
        new_minor - self.share(old_minor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_share_is_between_nothing_and_all(amount in 0..1_000_000_000_000_i64, left in -10..10_000_i64, whole in 0..5_000_i64) {
            let share = Remainder { left, whole }.share(amount);
            prop_assert!((0..=amount).contains(&share));
        }

        #[test]
        fn used_and_left_make_the_whole(amount in 0..1_000_000_000_i64, left in 0..=10_000_i64) {
            let whole = 10_000;
            let parts = Remainder { left, whole }.share(amount) + Remainder { left: whole - left, whole }.share(amount);
            prop_assert!((parts - amount).abs() <= 1, "{parts} of {amount}");
        }

        #[test]
        fn more_time_left_moves_more_money(old in 0..1_000_000_i64, new in 0..1_000_000_i64, left in 0..9_999_i64) {
            let at = |left| Remainder { left, whole: 10_000 }.difference(old, new);
            prop_assert!(at(left).abs() <= at(left + 1).abs() + 1);
            prop_assert!((-old..=new).contains(&at(left)));
            prop_assert!(at(left) == 0 || (at(left) > 0) == (new > old), "more is charged, less is given back");
        }

        #[test]
        fn a_change_that_is_taken_back_at_once_costs_nothing(old in 0..1_000_000_i64, new in 0..1_000_000_i64, left in 0..9_999_i64) {
            let now = Remainder { left, whole: 10_000 };
            prop_assert_eq!(now.difference(old, new), -now.difference(new, old));
        }

        #[test]
        fn a_fresh_start_costs_the_new_price_at_most(old in 0..1_000_000_i64, new in 0..1_000_000_i64, left in 0..=10_000_i64) {
            let due = Remainder { left, whole: 10_000 }.fresh_start(old, new);
            prop_assert!((-old..=new).contains(&due));
        }
    }

    #[test]
    fn half_a_month_of_five_more_seats() {
        let half = Remainder { left: 15, whole: 30 };
        assert_eq!(half.difference(900, 5400), 2250);
        assert_eq!(half.difference(5400, 900), -2250);
        assert_eq!(half.fresh_start(1500, 15_000), 14_250);
        assert_eq!(half.fresh_start(15_000, 1500), -6000);
    }

    /// Measured at Creem on 21 July 2026: one of three seats of 60 dollars a year, for 350.4 of 365 days.
    #[test]
    fn a_seat_for_what_is_left_of_a_year_is_the_measured_amount() {
        let left = Remainder { left: 3504, whole: 3650 };
        assert_eq!((left.difference(12_000, 18_000), left.difference(18_000, 12_000)), (5760, -5760));
    }
}
