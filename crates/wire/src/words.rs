//! What a price says beside its amount, and how a sentence is filled.
//!
//! The sentences are English, which is also how other languages find their own; those are not here.

use crate::{BillingPeriod, CustomField, IntervalUnit, Money, Product};

/// What the served page says besides the price, to people without scripts, whom the amounts do not follow.
pub const PRICE_LATER: &str = "The payment page shows the total, with discount and tax, before you pay.";

/// What the page says at an address where nothing is.
pub const NOT_FOUND: &str = "Page not found";

/// What may be wrong with it.
pub const NOT_FOUND_LEAD: &str = "The link may be mistyped or out of date.";
/// The price of what costs nothing.
pub const FREE: &str = "Free";

const EVERY: &str = "every {interval}";
const TRIAL_FREE: &str = "{days} free";
const TRIAL_PAID: &str = "Trial: {days} for {price}";
const SAVING: &str = "Save {percent}";
const ASKED: &str = "The payment page also asks for: {fields}.";
const OPTIONAL: &str = "optional";

/// Every sentence here, for the languages' completeness.
pub const SENTENCES: [&str; 21] = [
    PRICE_LATER,
    NOT_FOUND,
    NOT_FOUND_LEAD,
    FREE,
    EVERY,
    TRIAL_FREE,
    TRIAL_PAID,
    SAVING,
    ASKED,
    OPTIONAL,
    per(IntervalUnit::Day),
    per(IntervalUnit::Week),
    per(IntervalUnit::Month),
    per(IntervalUnit::Year),
    plan(BillingPeriod::Once),
    plan(BillingPeriod::EveryDay),
    plan(BillingPeriod::EveryMonth),
    plan(BillingPeriod::EveryThreeMonths),
    plan(BillingPeriod::EverySixMonths),
    plan(BillingPeriod::EveryYear),
    plan(BillingPeriod::Custom),
];

/// One language.
pub trait Words {
    /// Its words for an English sentence; the English ones where it has none.
    fn say(&self, english: &str) -> String;

    /// A number of days, weeks, months or years, with the plural that the language asks for.
    fn counted(&self, count: u32, unit: IntervalUnit) -> String;

    /// Its words for a sentence, with the `{names}` replaced.
    fn fill(&self, english: &str, values: &[(&str, &str)]) -> String {
        fill(&self.say(english), values)
    }
}

/// The text with its `{names}` replaced; a name without a value is left out.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(before);
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// How often a product is charged, as it stands after its price; `None` when it is charged once.
#[must_use]
pub fn period(product: &Product, words: &impl Words) -> Option<String> {
    let (count, unit) = product.interval()?;
    Some(match count {
        1 => words.say(per(unit)),
        _ => words.fill(EVERY, &[("interval", &words.counted(count, unit))]),
    })
}

/// The trial of a product, if it has one. `price` is what [`trial_price`] is in words.
#[must_use]
pub fn trial(product: &Product, price: Option<&str>, words: &impl Words) -> Option<String> {
    let days = words.counted(product.trial_days()?, IntervalUnit::Day);
    Some(match price {
        Some(price) => words.fill(TRIAL_PAID, &[("days", &days), ("price", price)]),
        None => words.fill(TRIAL_FREE, &[("days", &days)]),
    })
}

/// By how much a plan is cheaper than the dearest.
#[must_use]
pub fn saving(percent: i64, words: &impl Words) -> String {
    words.fill(SAVING, &[("percent", &[percent.to_string().as_str(), "%"].concat())])
}

/// The name of a plan among the others of its product: `Monthly`.
#[must_use]
pub fn plan_name(product: &Product, words: &impl Words) -> String {
    words.say(plan(product.billing_period))
}

/// What Creem's page asks besides the usual, `None` when nothing: the buyer who knows is not surprised there.
#[must_use]
pub fn asked(of_link: &[CustomField], of_product: &[CustomField], words: &impl Words) -> Option<String> {
    let mut labels = String::new();
    for field in of_link.iter().chain(of_product) {
        if !labels.is_empty() {
            labels.push_str(", ");
        }
        labels.push_str(&field.label);
        if field.optional {
            for part in [" (", &words.say(OPTIONAL), ")"] {
                labels.push_str(part);
            }
        }
    }
    (!labels.is_empty()).then(|| words.fill(ASKED, &[("fields", &labels)]))
}

/// What a product's trial costs; `None` when it is free.
#[must_use]
pub fn trial_price(product: &Product) -> Option<Money> {
    let amount_minor = product.trial_price.filter(|amount_minor| *amount_minor > 0)?;
    Some(Money { amount_minor, currency: product.currency })
}

/// A number of days, weeks, months or years in English, such as `3 months`.
#[must_use]
pub fn counted_in_english(count: u32, unit: IntervalUnit) -> String {
    [count.to_string().as_str(), " ", unit_name(unit), if count == 1 { "" } else { "s" }].concat()
}

/// The unit's name in English, which is also `Intl`'s.
#[must_use]
pub fn unit_name(unit: IntervalUnit) -> &'static str {
    match unit {
        IntervalUnit::Day => "day",
        IntervalUnit::Week => "week",
        IntervalUnit::Month => "month",
        IntervalUnit::Year => "year",
    }
}

const fn per(unit: IntervalUnit) -> &'static str {
    match unit {
        IntervalUnit::Day => "per day",
        IntervalUnit::Week => "per week",
        IntervalUnit::Month => "per month",
        IntervalUnit::Year => "per year",
    }
}

const fn plan(period: BillingPeriod) -> &'static str {
    match period {
        BillingPeriod::Once => "Once",
        BillingPeriod::EveryDay => "Daily",
        BillingPeriod::EveryMonth => "Monthly",
        BillingPeriod::EveryThreeMonths => "Quarterly",
        BillingPeriod::EverySixMonths => "Half-yearly",
        BillingPeriod::EveryYear => "Yearly",
        BillingPeriod::Custom => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct English;

    impl Words for English {
        fn say(&self, english: &str) -> String {
            english.to_owned()
        }

        fn counted(&self, count: u32, unit: IntervalUnit) -> String {
            counted_in_english(count, unit)
        }
    }

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
        let period = |name| period(&product(name), &English);
        assert_eq!(period("once"), None);
        assert_eq!(period("every-month").as_deref(), Some("per month"));
        assert_eq!(period("every-three-months").as_deref(), Some("every 3 months"));
        assert_eq!(period("custom").as_deref(), Some("every 2 weeks"));
        let monthly = product("every-month");
        assert_eq!(trial(&monthly, Some("$1.00"), &English).as_deref(), Some("Trial: 14 days for $1.00"));
        assert_eq!(trial(&monthly, None, &English).as_deref(), Some("14 days free"));
    }

    #[test]
    fn the_buyer_is_told_what_the_payment_page_asks() {
        let product = product("once");
        let said = asked(&[], &product.custom_fields, &English);
        assert_eq!(said.as_deref(), Some("The payment page also asks for: Company, Newsletter (optional)."));
        assert_eq!(asked(&[], &[], &English), None);
    }

    #[test]
    fn names_are_replaced_in_any_order() {
        assert_eq!(fill("{b} nach {a}", &[("a", "eins"), ("b", "zwei")]), "zwei nach eins");
        assert_eq!(fill("nothing {else}", &[]), "nothing ");
    }

    #[test]
    fn a_plan_is_named_after_how_often_it_is_paid() {
        let name = |period| plan_name(&product(period), &English);
        assert_eq!((name("every-month").as_str(), name("every-six-months").as_str()), ("Monthly", "Half-yearly"));
        assert_eq!(saving(16, &English), "Save 16%");
    }

    #[test]
    fn a_trial_that_costs_nothing_has_no_price() {
        let price =
            |amount| trial_price(&Product { trial_price: amount, ..product("every-month") }).map(|price| price.plain());
        assert_eq!(price(Some(100)).as_deref(), Some("USD 1.00"));
        assert_eq!((price(Some(0)), price(None)), (None, None));
    }

    #[test]
    fn one_is_no_plural() {
        let counted = |count| counted_in_english(count, IntervalUnit::Month);
        assert_eq!((counted(1).as_str(), counted(2).as_str()), ("1 month", "2 months"));
    }
}
