//! What is charged after today, in one sentence: each amount with how often, from when and for how long.

use wire::{Date, Due, DueStep, IntervalUnit, Product};

use super::{Text, duration, period};

/// `$7.50 per month for 3 months, then $15.00 per month from 22 Feb 2027 until you cancel.` Empty where nothing follows.
#[must_use]
pub fn charges(product: &Product, due: &Due, money: &dyn Fn(i64) -> String, day: &dyn Fn(Date) -> String) -> String {
    let Some((count, unit)) = product.interval().filter(|_| !due.is_free()) else { return String::new() };
    let period = period(product).unwrap_or_default();
    let say = |text: Text, amount: i64, date: &str, time: &str| {
        text.fill(&[("amount", &money(amount)), ("period", &period), ("date", date), ("time", time)])
    };
    let today = match (product.trial_days(), due.reduced_for(product)) {
        (Some(days), _) if due.today > 0 => {
            Some(say(Text::ChargeTrial, due.today, "", &duration(days, IntervalUnit::Day)))
        }
        // What is due today is the first of several equal payments.
        (None, Some((count, unit))) => Some(say(Text::ChargesFor, due.today, "", &duration(count, unit))),
        (Some(_) | None, _) => None,
    };
    let later = due.then.iter().filter(|step| product.trial_days().is_some() || step.times.is_none());
    let later = later.map(|DueStep { amount, from, times, .. }| match times {
        None => say(Text::ChargesOn, *amount, &day(*from), ""),
        Some(1) => say(Text::ChargeOnce, *amount, &day(*from), ""),
        Some(times) => say(Text::ChargesForFrom, *amount, &day(*from), &duration(times.saturating_mul(count), unit)),
    });
    let frame = if today.is_some() { Text::Charges } else { Text::ChargesThen };
    let in_turn = |first: String, next: String| Text::ChargesInTurn.fill(&[("first", &first), ("next", &next)]);
    let charges = today.into_iter().chain(later).reduce(in_turn).unwrap_or_default();
    frame.fill(&[("charges", &charges)])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wire::{QuotedDiscount, due};

    use super::*;

    fn product(more: Value) -> Product {
        let mut product = json!({
            "id": "prod_1", "name": "Pro", "price": 1500, "currency": "USD", "billing_type": "recurring",
            "billing_period": "every-month", "tax_mode": "exclusive"
        });
        product.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value(product).expect("a product")
    }

    fn off(amount: i64, duration: &str, months: Option<u32>) -> QuotedDiscount {
        serde_json::from_value(json!({
            "code": "HALF", "outcome": "applied", "amount": amount, "duration": duration, "duration_in_months": months
        }))
        .expect("a discount")
    }

    /// For an order on 22 November 2026.
    fn said(product: &Product, discount: Option<&QuotedDiscount>) -> String {
        let due = due(product, 1, discount, Date::parse("2026-11-22").expect("a date"));
        charges(product, &due, &|minor| format!("${}.{:02}", minor / 100, minor % 100), &String::from)
    }

    /// "Renews at $15.00 per month" stood beside "$7.50 off for the first 3 months", and was wrong for two of them.
    #[test]
    fn a_subscription_says_each_price_with_its_time() {
        let monthly = product(json!({}));
        assert_eq!(said(&monthly, None), "Then $15.00 per month from 2026-12-22 until you cancel.");
        let once = off(750, "once", None);
        assert_eq!(said(&monthly, Some(&once)), "Then $15.00 per month from 2026-12-22 until you cancel.");
        let forever = off(750, "forever", None);
        assert_eq!(said(&monthly, Some(&forever)), "Then $7.50 per month from 2026-12-22 until you cancel.");
        let three = off(750, "repeating", Some(3));
        assert_eq!(
            said(&monthly, Some(&three)),
            "$7.50 per month for 3 months, then $15.00 per month from 2027-02-22 until you cancel."
        );
        let weeks = product(json!({
            "billing_period": "custom", "recurring_interval": "week", "recurring_interval_count": 2
        }));
        assert_eq!(
            said(&weeks, Some(&off(750, "repeating", Some(1)))),
            "$7.50 every 2 weeks for 6 weeks, then $15.00 every 2 weeks from 2027-01-03 until you cancel."
        );
        let yearly = product(json!({ "billing_period": "every-year" }));
        assert_eq!(said(&yearly, Some(&three)), "Then $15.00 per year from 2027-11-22 until you cancel.");
    }

    #[test]
    fn a_trial_says_what_follows_it() {
        let free = product(json!({ "trial_period_days": 14 }));
        assert_eq!(said(&free, None), "Then $15.00 per month from 2026-12-06 until you cancel.");
        assert_eq!(
            said(&free, Some(&off(750, "once", None))),
            "Then $7.50 on 2026-12-06, then $15.00 per month from 2027-01-06 until you cancel."
        );
        let paid = product(json!({ "trial_period_days": 30, "trial_price": 100 }));
        assert_eq!(
            said(&paid, None),
            "$1.00 today for 30 days, then $15.00 per month from 2026-12-22 until you cancel."
        );
        assert_eq!(
            said(&paid, Some(&off(750, "repeating", Some(3)))),
            "$1.00 today for 30 days, then $7.50 per month for 3 months from 2026-12-22, then $15.00 per month from \
             2027-03-22 until you cancel."
        );
    }

    #[test]
    fn nothing_is_said_where_nothing_follows() {
        let once = product(json!({ "billing_type": "onetime", "billing_period": "once" }));
        assert_eq!(said(&once, None), "");
        assert_eq!(said(&product(json!({})), Some(&off(1500, "forever", None))), "");
        assert_eq!(
            said(&product(json!({})), Some(&off(1500, "repeating", Some(2)))),
            "$0.00 per month for 2 months, then $15.00 per month from 2027-01-22 until you cancel."
        );
    }
}
