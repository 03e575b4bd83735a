//! Plans: several products that are one thing, paid at different intervals.

use crate::{BillingPeriod, BillingType, IntervalUnit, Product};

/// The products as they are offered, in the merchant's order: plans of one thing stand together where the first does.
#[must_use]
pub fn offers(products: &[Product]) -> Vec<Vec<&Product>> {
    let mut offers: Vec<Vec<&Product>> = Vec::new();
    for product in products {
        match offers.iter_mut().find(|offer| offer.iter().all(|other| are_plans(other, product))) {
            Some(offer) => offer.push(product),
            None => offers.push(vec![product]),
        }
    }
    offers
}

/// The product that a page starts with: the named one, and where none is named the first plan of the only offer.
///
/// `None` when the named one is not for sale, or several things are and none is named: which of them is then the buyer's
/// choice, never ours.
#[must_use]
pub fn first_choice<'a>(products: &'a [Product], named: &str) -> Option<&'a Product> {
    if named.is_empty() {
        products.first().filter(|_| offers(products).len() == 1)
    } else {
        products.iter().find(|product| product.id.as_str() == named)
    }
}

/// Whether two products differ only in how often they are paid.
fn are_plans(one: &Product, other: &Product) -> bool {
    one.name == other.name
        && one.currency == other.currency
        && one.billing_type == BillingType::Recurring
        && other.billing_type == BillingType::Recurring
        && days(one) != days(other)
}

/// By how many per cent a plan is cheaper, over time, than the dearest of its offer; rounded down, `None` below one.
#[must_use]
pub fn saving_percent(plan: &Product, offer: &[&Product]) -> Option<i64> {
    let dearest = offer.iter().copied().max_by_key(|other| yearly(other))?;
    let saved = 100 - (yearly(plan) * 100 + yearly(dearest) - 1).checked_div(yearly(dearest))?;
    (saved > 0).then_some(saved)
}

/// What a plan of several months comes to in one of them, in minor units; rounded up, so that it is never understated.
#[must_use]
pub fn monthly(plan: &Product) -> Option<i64> {
    let months = match plan.interval()? {
        (count, IntervalUnit::Month) => i64::from(count),
        (count, IntervalUnit::Year) => i64::from(count).saturating_mul(12),
        (_, IntervalUnit::Day | IntervalUnit::Week) => 1,
    };
    (months > 1 && plan.price > 0).then(|| plan.price.saturating_add(months - 1) / months)
}

/// What a plan costs in 360 days, for comparison only: every month counts 30 days.
fn yearly(plan: &Product) -> i64 {
    plan.price.saturating_mul(360) / days(plan)
}

fn days(plan: &Product) -> i64 {
    match plan.billing_period {
        BillingPeriod::Once | BillingPeriod::EveryYear => 360,
        BillingPeriod::EveryDay => 1,
        BillingPeriod::EveryMonth => 30,
        BillingPeriod::EveryThreeMonths => 90,
        BillingPeriod::EverySixMonths => 180,
        BillingPeriod::Custom => {
            let unit = match plan.recurring_interval {
                Some(IntervalUnit::Day) => 1,
                Some(IntervalUnit::Week) => 7,
                Some(IntervalUnit::Month) => 30,
                Some(IntervalUnit::Year) | None => 360,
            };
            unit * i64::from(plan.recurring_interval_count.unwrap_or(1).max(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str, name: &str, period: &str, price: i64) -> Product {
        let billing = if period == "once" { "onetime" } else { "recurring" };
        serde_json::from_value(serde_json::json!({
            "id": id, "name": name, "price": price, "currency": "USD", "billing_type": billing,
            "billing_period": period, "tax_mode": "exclusive"
        }))
        .expect("a product")
    }

    #[test]
    fn plans_of_one_product_stand_together_and_other_products_apart() {
        let products = [
            product("prod_1", "Pro", "every-month", 1500),
            product("prod_2", "Lifetime", "once", 9900),
            product("prod_3", "Pro", "every-year", 15_000),
            product("prod_4", "Pro", "once", 30_000),
        ];
        let offers = offers(&products);
        let ids: Vec<Vec<&str>> = offers.iter().map(|o| o.iter().map(|p| p.id.as_str()).collect()).collect();
        assert_eq!(ids, [vec!["prod_1", "prod_3"], vec!["prod_2"], vec!["prod_4"]]);
    }

    // The first of several products was chosen by us, and bought by whoever did not look.
    #[test]
    fn a_page_starts_with_what_is_named_or_the_only_offer_and_never_with_one_of_several() {
        let plans = [product("prod_1", "Pro", "every-month", 1500), product("prod_2", "Pro", "every-year", 15_000)];
        let several = [plans[0].clone(), plans[1].clone(), product("prod_3", "Lifetime", "once", 9900)];
        let chosen = |products, named| first_choice(products, named).map(|product| product.id.as_str().to_owned());
        assert_eq!(chosen(&plans, "").as_deref(), Some("prod_1"));
        assert_eq!(chosen(&several, ""), None);
        assert_eq!(chosen(&several, "prod_2").as_deref(), Some("prod_2"));
        assert_eq!(chosen(&plans, "prod_3"), None);
        assert_eq!(chosen(&[], ""), None);
    }

    #[test]
    fn a_saving_is_against_the_dearest_plan_and_never_overstated() {
        let (monthly, yearly) =
            (product("prod_1", "Pro", "every-month", 1500), product("prod_2", "Pro", "every-year", 15_000));
        let offer = [&monthly, &yearly];
        assert_eq!(saving_percent(&yearly, &offer), Some(16));
        assert_eq!(saving_percent(&monthly, &offer), None);
        let free = product("prod_3", "Pro", "every-year", 0);
        assert_eq!(saving_percent(&free, &[&free]), None);
    }

    #[test]
    fn what_a_month_comes_to_is_never_understated() {
        for (period, price, expected) in [
            ("every-year", 15_000, Some(1250)),
            ("every-year", 10_000, Some(834)),
            ("every-three-months", 4000, Some(1334)),
            ("every-month", 1500, None),
            ("every-day", 100, None),
            ("every-year", 0, None),
        ] {
            assert_eq!(monthly(&product("prod_1", "Pro", period, price)), expected, "{period} {price}");
        }
    }

    #[test]
    fn half_the_price_saves_fifty_per_cent() {
        let (monthly, yearly) =
            (product("prod_1", "Pro", "every-month", 1000), product("prod_2", "Pro", "every-year", 6000));
        assert_eq!(saving_percent(&yearly, &[&monthly, &yearly]), Some(50));
    }

    #[test]
    fn plans_of_any_interval_are_compared() {
        let daily = product("prod_1", "Pro", "every-day", 100);
        let custom = |unit, count| {
            let mut plan = product("prod_2", "Pro", "custom", 200);
            (plan.recurring_interval, plan.recurring_interval_count) = (unit, count);
            plan
        };
        // 200 for so many days, instead of 100 for each of them.
        for (unit, count, saved) in [
            (Some(IntervalUnit::Day), Some(4), Some(50)),
            (Some(IntervalUnit::Week), Some(2), Some(85)),
            (Some(IntervalUnit::Month), None, Some(93)),
            (Some(IntervalUnit::Day), Some(2), None),
            (Some(IntervalUnit::Day), Some(0), None),
            (Some(IntervalUnit::Year), Some(1), Some(99)),
        ] {
            let plan = custom(unit, count);
            assert_eq!(saving_percent(&plan, &[&daily, &plan]), saved, "{count:?} {unit:?}");
        }
        for (period, saved) in [("every-three-months", 97), ("every-six-months", 98)] {
            let plan = product("prod_3", "Pro", period, 200);
            assert_eq!(saving_percent(&plan, &[&daily, &plan]), Some(saved), "{period}");
        }
    }
}
