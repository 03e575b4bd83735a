//! What a price says beside its amount, in English; the app translates the same.

use crate::{BillingPeriod, IntervalUnit, Money, Product};

/// How often a product is charged, as it stands after its price; `None` when it is charged once.
#[must_use]
pub fn period(product: &Product) -> Option<String> {
    let (count, unit) = interval(product)?;
    Some(if count == 1 { ["per ", word(unit)].concat() } else { ["every ", &counted(count, unit)].concat() })
}

/// How many of which unit lie between two charges; `None` when it is charged once.
#[must_use]
pub fn interval(product: &Product) -> Option<(u32, IntervalUnit)> {
    match product.billing_period {
        BillingPeriod::Once => None,
        BillingPeriod::EveryDay => Some((1, IntervalUnit::Day)),
        BillingPeriod::EveryMonth => Some((1, IntervalUnit::Month)),
        BillingPeriod::EveryThreeMonths => Some((3, IntervalUnit::Month)),
        BillingPeriod::EverySixMonths => Some((6, IntervalUnit::Month)),
        BillingPeriod::EveryYear => Some((1, IntervalUnit::Year)),
        BillingPeriod::Custom => Some((product.recurring_interval_count.unwrap_or(1), product.recurring_interval?)),
    }
}

/// A number of days, weeks, months or years, such as `3 months`.
#[must_use]
pub fn counted(count: u32, unit: IntervalUnit) -> String {
    [count.to_string().as_str(), " ", word(unit), if count == 1 { "" } else { "s" }].concat()
}

/// The unit's name, which is also `Intl`'s.
#[must_use]
pub fn word(unit: IntervalUnit) -> &'static str {
    match unit {
        IntervalUnit::Day => "day",
        IntervalUnit::Week => "week",
        IntervalUnit::Month => "month",
        IntervalUnit::Year => "year",
    }
}

/// The name of a plan among the others of its product: `Monthly`.
#[must_use]
pub fn plan_name(product: &Product) -> &'static str {
    match product.billing_period {
        BillingPeriod::Once => "Once",
        BillingPeriod::EveryDay => "Daily",
        BillingPeriod::EveryMonth => "Monthly",
        BillingPeriod::EveryThreeMonths => "Quarterly",
        BillingPeriod::EverySixMonths => "Half-yearly",
        BillingPeriod::EveryYear => "Yearly",
        BillingPeriod::Custom => "Other",
    }
}

/// The trial of a product, if it has one.
#[must_use]
pub fn trial(product: &Product) -> Option<String> {
    let days = counted(trial_days(product)?, IntervalUnit::Day);
    Some(match trial_price(product) {
        Some(price) => ["Trial: ", &days, " for ", &price.plain()].concat(),
        None => [&days, " free"].concat(),
    })
}

/// How long a product's trial lasts, if it has one.
#[must_use]
pub fn trial_days(product: &Product) -> Option<u32> {
    product.trial_period_days.filter(|days| *days > 0)
}

/// What a product's trial costs; `None` when it is free.
#[must_use]
pub fn trial_price(product: &Product) -> Option<Money> {
    let amount_minor = product.trial_price.filter(|amount_minor| *amount_minor > 0)?;
    Some(Money { amount_minor, currency: product.currency })
}
