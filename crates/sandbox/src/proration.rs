//! What a change in the middle of a period costs: whole minor units, never negative, never more than the new price.

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

    /// What is due now when the price of the running period changes. Nothing is given back.
    pub(crate) fn difference(self, old_minor: i64, new_minor: i64) -> i64 {
        (self.share(new_minor) - self.share(old_minor)).max(0)
    }

    /// What is due now when a new period begins at once: its price, less what is left of the old one.
    pub(crate) fn fresh_start(self, old_minor: i64, new_minor: i64) -> i64 {
        (new_minor - self.share(old_minor)).max(0)
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
        fn more_time_left_never_costs_less(old in 0..1_000_000_i64, new in 0..1_000_000_i64, left in 0..9_999_i64) {
            let at = |left| Remainder { left, whole: 10_000 }.difference(old, new);
            prop_assert!(at(left) <= at(left + 1) + 1);
            prop_assert!(at(left) <= new);
            prop_assert!(new > old || at(left) == 0, "a cheaper plan costs nothing now");
        }

        #[test]
        fn a_fresh_start_costs_the_new_price_at_most(old in 0..1_000_000_i64, new in 0..1_000_000_i64, left in 0..=10_000_i64) {
            let due = Remainder { left, whole: 10_000 }.fresh_start(old, new);
            prop_assert!((0..=new).contains(&due));
        }
    }

    #[test]
    fn half_a_month_of_five_more_seats() {
        let half = Remainder { left: 15, whole: 30 };
        assert_eq!(half.difference(900, 5400), 2250);
        assert_eq!(half.difference(5400, 900), 0);
        assert_eq!(half.fresh_start(1500, 15_000), 14_250);
    }
}
