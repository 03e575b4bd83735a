//! What stands beside a price: how often it is charged, its trial, what a plan is called and saves.

use wire::{BillingPeriod, CustomField, IntervalUnit, Product};

use super::Text;
use crate::language::is_translated;
use crate::notation;

/// A number of days, weeks, months or years, with the plural that the language asks for.
///
/// The tables of all languages write it by the language's rules, so that no language file needs up to six forms of each.
#[must_use]
pub fn duration(count: u32, unit: IntervalUnit) -> String {
    let localized = if is_translated() { notation::count(count, unit) } else { None };
    localized
        .unwrap_or_else(|| [count.to_string().as_str(), " ", unit.as_str(), if count == 1 { "" } else { "s" }].concat())
}

/// How often a product is charged, as it stands after its price; `None` when it is charged once.
#[must_use]
pub fn period(product: &Product) -> Option<String> {
    let (count, unit) = product.interval()?;
    Some(match count {
        1 => match unit {
            IntervalUnit::Day => Text::PeriodDay,
            IntervalUnit::Week => Text::PeriodWeek,
            IntervalUnit::Month => Text::PeriodMonth,
            IntervalUnit::Year => Text::PeriodYear,
        }
        .say(),
        _ => Text::PeriodOther.fill(&[("interval", &duration(count, unit))]),
    })
}

/// The trial of a product, if it has one. `price` is what [`Product::trial_charge`] is in words.
#[must_use]
pub fn trial(product: &Product, price: Option<&str>) -> Option<String> {
    let days = duration(product.trial_days()?, IntervalUnit::Day);
    Some(match price {
        Some(price) => Text::TrialPaid.fill(&[("days", &days), ("price", price)]),
        None => Text::TrialFree.fill(&[("days", &days)]),
    })
}

/// By how much a plan is cheaper than the dearest.
#[must_use]
pub fn saving(percent: i64) -> String {
    Text::Saving.fill(&[("percent", &[percent.to_string().as_str(), "%"].concat())])
}

/// What a plan comes to in a month.
#[must_use]
pub fn monthly(amount: &str) -> String {
    Text::Monthly.fill(&[("amount", amount)])
}

/// The name of a plan among the others of its product: `Monthly`.
#[must_use]
pub fn plan_name(product: &Product) -> String {
    if let Some(label) = &product.label {
        return label.clone();
    }
    match product.billing_period {
        BillingPeriod::Once => Text::PlanOnce,
        BillingPeriod::EveryDay => Text::PlanDaily,
        BillingPeriod::EveryMonth => Text::PlanMonthly,
        BillingPeriod::EveryThreeMonths => Text::PlanQuarterly,
        BillingPeriod::EverySixMonths => Text::PlanHalfYearly,
        BillingPeriod::EveryYear => Text::PlanYearly,
        BillingPeriod::Custom => Text::PlanOther,
    }
    .say()
}

/// What Creem's page asks besides the usual, `None` when nothing: the buyer who knows is not surprised there.
#[must_use]
pub fn asked(of_link: &[CustomField], of_product: &[CustomField]) -> Option<String> {
    let mut labels = String::new();
    for field in of_link.iter().chain(of_product) {
        if !labels.is_empty() {
            labels.push_str(", ");
        }
        labels.push_str(&field.label);
        if field.optional {
            for part in [" (", &Text::Optional.say(), ")"] {
                labels.push_str(part);
            }
        }
    }
    (!labels.is_empty()).then(|| Text::Asked.fill(&[("fields", &labels)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(period: &str) -> Product {
        serde_json::from_value(serde_json::json!({
            "id": "prod_1", "name": "Pro", "price": 1000, "currency": "USD", "billing_type": "recurring",
            "billing_period": period, "recurring_interval": "week", "recurring_interval_count": 2,
            "trial_period_days": 14, "tax_mode": "exclusive", "custom_fields": [
                {"type": "text", "key": "company", "label": "Company"},
                {"type": "checkbox", "key": "news", "label": "Newsletter", "optional": true}
            ]
        }))
        .expect("a product")
    }

    #[test]
    fn periods_and_trials_are_said_in_words() {
        let period = |name| period(&product(name));
        assert_eq!(period("once"), None);
        assert_eq!(period("every-month").as_deref(), Some("per month"));
        assert_eq!(period("every-three-months").as_deref(), Some("every 3 months"));
        assert_eq!(period("custom").as_deref(), Some("every 2 weeks"));
        let monthly = product("every-month");
        assert_eq!(trial(&monthly, Some("$1.00")).as_deref(), Some("Trial: 14 days for $1.00"));
        assert_eq!(trial(&monthly, None).as_deref(), Some("14 days free"));
        assert_eq!(duration(1, IntervalUnit::Month), "1 month", "one is no plural");
    }

    #[test]
    fn a_plan_is_named_after_how_often_it_is_paid() {
        let name = |period| plan_name(&product(period));
        assert_eq!((name("every-month").as_str(), name("every-six-months").as_str()), ("Monthly", "Every 6 months"));
        assert_eq!(saving(16), "Save 16%");
    }

    #[test]
    fn the_buyer_is_told_what_the_payment_page_asks() {
        let product = product("once");
        let said = asked(&[], &product.custom_fields);
        assert_eq!(said.as_deref(), Some("The payment page also asks for: Company, Newsletter (optional)."));
        assert_eq!(asked(&[], &[]), None);
    }
}
