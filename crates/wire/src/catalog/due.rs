//! What a choice will be charged, today and later: the one place where trials, discounts and units meet a price.
//!
//! A trial costs its own price per unit; a discount waits for the first full payment. A discount for some months
//! counts from that payment and lowers each one that begins before they are over, so that a yearly plan has it once.

use serde::{Deserialize, Serialize};

use crate::{BillingPeriod, Date, DiscountDuration, IntervalUnit, Product, QuotedDiscount};

/// What will be charged, in minor units of the product's currency, before tax when its tax mode is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// When the order is paid.
    pub today: i64,
    /// Afterwards, in the order of time; empty for what is charged once.
    pub then: Vec<DueStep>,
}

/// Charges of one amount, again each period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueStep {
    /// Each of them, in minor units.
    pub amount: i64,
    /// How often; for [`BillingPeriod::Custom`] the product's interval says.
    pub period: BillingPeriod,
    /// The day of the first one, in UTC.
    pub from: Date,
    /// How many there are; `null` until the buyer cancels.
    pub times: Option<u32>,
}

/// What `units` of a product will be charged when they are ordered on `today`. The discount is for the price of all
/// units; one that does not apply takes nothing off.
#[must_use]
pub fn due(product: &Product, units: u32, discount: Option<&QuotedDiscount>, today: Date) -> Due {
    let of_all = |price: i64| price.max(0).saturating_mul(i64::from(units));
    let full = of_all(product.price);
    let reduced = full - discount.map_or(0, |discount| discount.amount).max(0).min(full);
    let Some((count, unit)) = product.interval() else { return Due { today: reduced, then: Vec::new() } };
    let trial = product.trial_days();
    let start = trial.map_or(today, |days| today.after(days, IntervalUnit::Day));
    let paid_today = u32::from(trial.is_none());
    let step = |amount, nth: u32, times| DueStep {
        amount,
        period: product.billing_period,
        from: start.after(nth.saturating_mul(count), unit),
        times,
    };
    let mut then = Vec::new();
    let reductions = match discount.filter(|_| reduced < full) {
        Some(discount) => reductions(discount, start, count, unit),
        None => Some(0),
    };
    match reductions {
        None => then.push(step(reduced, paid_today, None)),
        Some(times) => {
            if times > paid_today {
                then.push(step(reduced, paid_today, Some(times - paid_today)));
            }
            then.push(step(full, times.max(paid_today), None));
        }
    }
    Due { today: if trial.is_some() { of_all(product.trial_price.unwrap_or(0)) } else { reduced }, then }
}

/// How many full payments, of which the first is on `start`, a discount lowers; `None` for all of them.
fn reductions(discount: &QuotedDiscount, start: Date, count: u32, unit: IntervalUnit) -> Option<u32> {
    let months = match discount.duration {
        Some(DiscountDuration::Forever) => return None,
        Some(DiscountDuration::Repeating) => discount.duration_in_months.unwrap_or(0),
        Some(DiscountDuration::Once) | None => 0,
    };
    let days = || start.after(months, IntervalUnit::Month).days_since(start);
    let begun = match unit {
        IntervalUnit::Day => days(),
        IntervalUnit::Week => days().div_ceil(7),
        IntervalUnit::Month => months,
        IntervalUnit::Year => months.div_ceil(12),
    };
    Some(begun.div_ceil(count.max(1)).max(1))
}

impl Due {
    /// Whether nothing is ever charged.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.today == 0 && self.then.iter().all(|step| step.amount == 0)
    }

    /// For how long a discount lowers more than one payment and then no more, in the product's own units.
    #[must_use]
    pub fn reduced_for(&self, product: &Product) -> Option<(u32, IntervalUnit)> {
        let (count, unit) = product.interval()?;
        let times = self.then.first()?.times? + u32::from(product.trial_days().is_none());
        (times > 1).then(|| (times.saturating_mul(count), unit))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn product(period: &str, more: Value) -> Product {
        let billing = if period == "once" { "onetime" } else { "recurring" };
        let mut product = json!({
            "id": "prod_1", "name": "Pro", "price": 1500, "currency": "USD", "billing_type": billing,
            "billing_period": period, "tax_mode": "exclusive"
        });
        product.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value(product).expect("a product")
    }

    fn half(duration: &str, months: Option<u32>) -> QuotedDiscount {
        serde_json::from_value(json!({
            "code": "HALF", "outcome": "applied", "amount": 750, "duration": duration, "duration_in_months": months
        }))
        .expect("a discount")
    }

    /// The answer as the quote carries it, for an order on 30 November 2026.
    fn told(product: &Product, units: u32, discount: Option<&QuotedDiscount>) -> Value {
        let today = Date::parse("2026-11-30").expect("a date");
        serde_json::to_value(due(product, units, discount, today)).expect("JSON")
    }

    fn step(amount: i64, period: &str, from: &str, times: Option<u32>) -> Value {
        json!({ "amount": amount, "period": period, "from": from, "times": times })
    }

    #[test]
    fn what_is_charged_once_is_charged_today() {
        let once = product("once", json!({}));
        assert_eq!(told(&once, 3, None), json!({ "today": 4500, "then": [] }));
        assert_eq!(told(&once, 1, Some(&half("repeating", Some(3)))), json!({ "today": 750, "then": [] }));
        let dearer = QuotedDiscount { amount: 9999, ..half("once", None) };
        assert_eq!(told(&once, 1, Some(&dearer)), json!({ "today": 0, "then": [] }));
        let upside_down = QuotedDiscount { amount: -1, ..half("once", None) };
        assert_eq!(told(&once, 1, Some(&upside_down)), json!({ "today": 1500, "then": [] }));
    }

    #[test]
    fn a_subscription_is_charged_again_after_each_period() {
        for (period, from) in [
            ("every-day", "2026-12-01"),
            ("every-month", "2026-12-30"),
            ("every-three-months", "2027-02-28"),
            ("every-six-months", "2027-05-30"),
            ("every-year", "2027-11-30"),
        ] {
            let told = told(&product(period, json!({})), 2, None);
            assert_eq!(told, json!({ "today": 3000, "then": [step(3000, period, from, None)] }));
        }
        for (unit, from) in
            [("day", "2026-12-10"), ("week", "2027-02-08"), ("month", "2027-09-30"), ("year", "2036-11-30")]
        {
            let product = product("custom", json!({ "recurring_interval": unit, "recurring_interval_count": 10 }));
            assert_eq!(told(&product, 1, None)["then"], json!([step(1500, "custom", from, None)]), "{unit}");
        }
    }

    /// The page said the full price, or the reduced one, for every payment after the first.
    #[test]
    fn a_discount_lowers_the_payments_it_is_for() {
        let monthly = product("every-month", json!({}));
        let then = |discount: &QuotedDiscount| {
            let told = told(&monthly, 1, Some(discount));
            assert_eq!(told["today"], 750);
            told["then"].clone()
        };
        assert_eq!(then(&half("once", None)), json!([step(1500, "every-month", "2026-12-30", None)]));
        assert_eq!(then(&half("forever", None)), json!([step(750, "every-month", "2026-12-30", None)]));
        let three = [step(750, "every-month", "2026-12-30", Some(2)), step(1500, "every-month", "2027-02-28", None)];
        assert_eq!(then(&half("repeating", Some(3))), json!(three));
        assert_eq!(then(&half("repeating", None)), then(&half("once", None)), "no number of months is no promise");
        let unsaid = QuotedDiscount { duration: None, ..half("once", None) };
        assert_eq!(then(&unsaid), then(&half("once", None)), "what is not said is not promised");
        let nothing = QuotedDiscount { amount: 0, ..half("repeating", Some(3)) };
        assert_eq!(told(&monthly, 1, Some(&nothing)), told(&monthly, 1, None));
    }

    #[test]
    fn some_months_lower_each_payment_that_begins_before_they_are_over() {
        let monthly_for = |months, product: &Product| {
            due(product, 1, Some(&half("repeating", Some(months))), Date::parse("2026-11-30").expect("a date"))
        };
        let custom =
            |unit, count| product("custom", json!({ "recurring_interval": unit, "recurring_interval_count": count }));
        // 30 November to 28 February are 90 days.
        for (product, months, reduced_later) in [
            (product("every-day", json!({})), 3, Some(89)),
            (custom("day", 10), 3, Some(8)),
            (custom("day", 89), 3, Some(1)),
            (custom("day", 90), 3, None),
            (custom("week", 1), 3, Some(12)),
            (custom("week", 12), 3, Some(1)),
            (custom("week", 13), 3, None),
            (product("every-three-months", json!({})), 3, None),
            (product("every-three-months", json!({})), 4, Some(1)),
            (product("every-year", json!({})), 12, None),
            (product("every-year", json!({})), 13, Some(1)),
            (custom("year", 2), 25, Some(1)),
        ] {
            let due = monthly_for(months, &product);
            assert_eq!(due.today, 750);
            let times = due.then.first().and_then(|step| step.times);
            assert_eq!(times, reduced_later, "{months} months of {product:?}");
            assert_eq!(due.then.len(), 1 + usize::from(reduced_later.is_some()));
            assert_eq!(due.then.last().map(|step| (step.amount, step.times)), Some((1500, None)));
        }
    }

    /// A free trial was shown as the full price, due at once, and a paid one too.
    #[test]
    fn a_trial_costs_its_own_price_and_a_discount_waits_for_its_end() {
        let free = product("every-month", json!({ "trial_period_days": 14 }));
        assert_eq!(
            told(&free, 2, None),
            json!({ "today": 0, "then": [step(3000, "every-month", "2026-12-14", None)] })
        );
        let paid = product("every-month", json!({ "trial_period_days": 62, "trial_price": 100 }));
        let told_of = |discount: &QuotedDiscount| {
            let told = told(&paid, 1, Some(discount));
            assert_eq!(told["today"], 100);
            told["then"].clone()
        };
        assert_eq!(told(&paid, 2, None)["today"], 200);
        let once = [step(750, "every-month", "2027-01-31", Some(1)), step(1500, "every-month", "2027-02-28", None)];
        assert_eq!(told_of(&half("once", None)), json!(once));
        let two = [step(750, "every-month", "2027-01-31", Some(2)), step(1500, "every-month", "2027-03-31", None)];
        assert_eq!(told_of(&half("repeating", Some(2))), json!(two));
        assert_eq!(told_of(&half("forever", None)), json!([step(750, "every-month", "2027-01-31", None)]));
    }

    #[test]
    fn what_has_no_trial_has_no_trial_price() {
        let odd = product("every-month", json!({ "trial_price": 100 }));
        assert_eq!(told(&odd, 1, None)["today"], 1500);
        let none = product("every-month", json!({ "trial_period_days": 0, "trial_price": 100 }));
        assert_eq!(told(&none, 1, None)["today"], 1500);
        let once = product("once", json!({ "trial_period_days": 14, "trial_price": 100 }));
        assert_eq!(told(&once, 1, None), json!({ "today": 1500, "then": [] }));
    }

    #[test]
    fn free_is_what_never_costs_anything() {
        let today = Date::parse("2026-11-30").expect("a date");
        let is_free = |product: &Product, discount: Option<&QuotedDiscount>| due(product, 1, discount, today).is_free();
        let whole = |duration| QuotedDiscount { amount: 1500, ..half(duration, Some(3)) };
        assert!(is_free(&product("once", json!({ "price": 0 })), None));
        assert!(is_free(&product("once", json!({})), Some(&whole("once"))));
        assert!(is_free(&product("every-month", json!({})), Some(&whole("forever"))));
        assert!(!is_free(&product("every-month", json!({})), Some(&whole("repeating"))));
        assert!(!is_free(&product("every-month", json!({ "trial_period_days": 14 })), None));
        let paid = product("every-month", json!({ "trial_period_days": 14, "trial_price": 100 }));
        assert!(!is_free(&paid, Some(&whole("forever"))));
    }

    #[test]
    fn a_discount_lasts_as_long_as_the_payments_it_lowers() {
        let today = Date::parse("2026-11-30").expect("a date");
        let lasts =
            |product: &Product, discount: &QuotedDiscount| due(product, 1, Some(discount), today).reduced_for(product);
        let (monthly, quarterly) = (product("every-month", json!({})), product("every-three-months", json!({})));
        let trial = product("every-month", json!({ "trial_period_days": 14 }));
        assert_eq!(lasts(&monthly, &half("repeating", Some(3))), Some((3, IntervalUnit::Month)));
        assert_eq!(lasts(&quarterly, &half("repeating", Some(4))), Some((6, IntervalUnit::Month)));
        assert_eq!(lasts(&trial, &half("repeating", Some(3))), Some((3, IntervalUnit::Month)));
        for (product, discount) in [
            (&monthly, half("once", None)),
            (&monthly, half("forever", None)),
            (&quarterly, half("repeating", Some(3))),
            (&trial, half("once", None)),
            (&product("once", json!({})), half("repeating", Some(3))),
        ] {
            assert_eq!(lasts(product, &discount), None, "{discount:?}");
        }
    }

    #[test]
    fn numbers_of_any_size_are_no_panic() {
        let product = product(
            "custom",
            json!({ "price": i64::MAX, "recurring_interval": "year", "recurring_interval_count": u32::MAX,
                "trial_period_days": u32::MAX, "trial_price": i64::MAX }),
        );
        let told = told(&product, u32::MAX, Some(&half("repeating", Some(u32::MAX))));
        assert_eq!((&told["today"], &told["then"][0]["from"]), (&json!(i64::MAX), &json!("9999-12-31")));
        let negative = self::product("once", json!({ "price": -1 }));
        assert_eq!(self::told(&negative, 1, None)["today"], 0);
    }
}
