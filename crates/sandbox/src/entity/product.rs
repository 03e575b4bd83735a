//! Products and how often they are paid.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::collection::Identified;
use super::{CustomField, Feature, Kind, Mode, long_ago};

/// What is sold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) id: String,
    #[serde(default = "kind")]
    pub(crate) object: Kind,
    pub(crate) name: String,
    pub(crate) description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) image_urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) features: Vec<Feature>,
    /// Per unit and period, in minor units.
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) billing_type: BillingType,
    pub(crate) billing_period: BillingPeriod,
    /// With a count, for a period of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recurring_interval: Option<Interval>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recurring_interval_count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trial_period_days: Option<u32>,
    /// Per unit, for the whole trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trial_price: Option<i64>,
    #[serde(default)]
    pub(crate) status: ProductStatus,
    #[serde(default)]
    pub(crate) tax_mode: TaxMode,
    #[serde(default)]
    pub(crate) tax_category: TaxCategory,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) business_net_pricing: Option<bool>,
    #[serde(default)]
    pub(crate) default_success_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) custom_fields: Vec<CustomField>,
    #[serde(default = "long_ago")]
    pub(crate) created_at: String,
    #[serde(default = "long_ago")]
    pub(crate) updated_at: String,
    #[serde(default)]
    pub(crate) mode: Mode,
}

impl Product {
    /// A product of one price, paid once in dollars, tax on top; whatever else it is is said beside.
    pub(crate) fn once(id: String, name: &str, description: &str, price: i64) -> Self {
        Self {
            id,
            object: Kind::Product,
            name: name.to_owned(),
            description: description.to_owned(),
            image_url: None,
            image_urls: Vec::new(),
            features: Vec::new(),
            price,
            currency: Currency::Usd,
            billing_type: BillingType::Onetime,
            billing_period: BillingPeriod::Once,
            recurring_interval: None,
            recurring_interval_count: None,
            trial_period_days: None,
            trial_price: None,
            status: ProductStatus::default(),
            tax_mode: TaxMode::default(),
            tax_category: TaxCategory::default(),
            business_net_pricing: None,
            default_success_url: None,
            custom_fields: Vec::new(),
            created_at: long_ago(),
            updated_at: long_ago(),
            mode: Mode::default(),
        }
    }
}

fn kind() -> Kind {
    Kind::Product
}

impl Identified for Product {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The currencies Creem prices products in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Currency {
    #[serde(rename = "USD")]
    Usd,
    #[serde(rename = "EUR")]
    Eur,
}

impl Currency {
    /// The ISO 4217 code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
        }
    }

    /// An amount in minor units as people read it in English.
    pub(crate) fn show(self, amount_minor: i64) -> String {
        let (sign, whole, cents) = parts(amount_minor, ",");
        format!("{sign}{}{whole}.{cents:02}", self.symbol())
    }

    /// The same where a comma stands before the cents.
    pub(crate) fn show_with_comma(self, amount_minor: i64) -> String {
        let (sign, whole, cents) = parts(amount_minor, ".");
        format!("{sign}{whole},{cents:02}\u{a0}{}", self.symbol())
    }

    fn symbol(self) -> char {
        match self {
            Self::Usd => '$',
            Self::Eur => '€',
        }
    }
}

/// Sign, whole units in groups of three, and what is left of an amount.
fn parts(amount_minor: i64, between: &str) -> (&'static str, String, u64) {
    let amount = amount_minor.unsigned_abs();
    let whole = (amount / 100).to_string();
    let groups: Vec<&str> = whole.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    (if amount_minor < 0 { "−" } else { "" }, groups.join(between), amount % 100)
}

/// Paid once or again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BillingType {
    Onetime,
    Recurring,
}

/// How often a product is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BillingPeriod {
    Once,
    EveryDay,
    EveryMonth,
    EveryThreeMonths,
    EverySixMonths,
    EveryYear,
    Custom,
}

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Interval {
    Day,
    Week,
    Month,
    Year,
}

impl Product {
    /// How often it is paid: every so many of a unit of the calendar; `None` for one-time products.
    pub(crate) fn rhythm(&self) -> Option<(u32, Interval)> {
        match self.billing_period {
            BillingPeriod::Once => None,
            BillingPeriod::EveryDay => Some((1, Interval::Day)),
            BillingPeriod::EveryMonth => Some((1, Interval::Month)),
            BillingPeriod::EveryThreeMonths => Some((3, Interval::Month)),
            BillingPeriod::EverySixMonths => Some((6, Interval::Month)),
            BillingPeriod::EveryYear => Some((1, Interval::Year)),
            BillingPeriod::Custom => {
                Some((self.recurring_interval_count.unwrap_or(1), self.recurring_interval.unwrap_or(Interval::Month)))
            }
        }
    }

    /// The instant so many periods after another, by the calendar: a month after 31 January is the end of February.
    pub(crate) fn periods_after(&self, start: Timestamp, periods: u32) -> Timestamp {
        let Some((count, unit)) = self.rhythm() else { return start };
        let count = i64::from(count) * i64::from(periods);
        let span = match unit {
            Interval::Day => Span::new().try_days(count),
            Interval::Week => Span::new().try_weeks(count),
            Interval::Month => Span::new().try_months(count),
            Interval::Year => Span::new().try_years(count),
        };
        let date: DateTime = TimeZone::UTC.to_datetime(start);
        let end = span.and_then(|span| date.checked_add(span)).and_then(|end| TimeZone::UTC.to_timestamp(end));
        end.unwrap_or(Timestamp::MAX)
    }

    /// The price of a month, for statistics.
    pub(crate) fn monthly(&self, amount_minor: i64) -> i64 {
        match self.rhythm() {
            None => 0,
            Some((count, Interval::Day)) => amount_minor.saturating_mul(365) / 12 / i64::from(count.max(1)),
            Some((count, Interval::Week)) => amount_minor.saturating_mul(52) / 12 / i64::from(count.max(1)),
            Some((count, Interval::Month)) => amount_minor / i64::from(count.max(1)),
            Some((count, Interval::Year)) => amount_minor / 12 / i64::from(count.max(1)),
        }
    }

    /// As the price line says it; nothing for one-time products.
    pub(crate) fn rhythm_words(&self) -> Option<String> {
        let (count, unit) = self.rhythm()?;
        let unit = match unit {
            Interval::Day => "day",
            Interval::Week => "week",
            Interval::Month => "month",
            Interval::Year => "year",
        };
        Some(if count == 1 { format!("per {unit}") } else { format!("every {count} {unit}s") })
    }
}

/// Whether it can be bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProductStatus {
    #[default]
    Active,
    Archived,
}

/// Whether the price has the tax in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaxMode {
    Inclusive,
    #[default]
    Exclusive,
}

/// What it is for the tax office.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TaxCategory {
    #[default]
    Saas,
    DigitalGoodsService,
    Ebooks,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_month_of_the_calendar() {
        let after = |billing_period, start: &str, periods| {
            let product = Product { billing_period, ..crate::Seed::default().products[0].clone() };
            product.periods_after(start.parse().expect("a date"), periods).to_string()
        };
        assert_eq!(after(BillingPeriod::EveryMonth, "2026-01-31T12:00:00Z", 1), "2026-02-28T12:00:00Z");
        assert_eq!(after(BillingPeriod::EveryMonth, "2026-01-31T12:00:00Z", 2), "2026-03-31T12:00:00Z");
        assert_eq!(after(BillingPeriod::EveryYear, "2024-02-29T12:00:00Z", 1), "2025-02-28T12:00:00Z");
    }

    #[test]
    fn amounts_read_like_money() {
        assert_eq!(Currency::Usd.show(1999), "$19.99");
        assert_eq!(Currency::Eur.show(123_456_705), "€1,234,567.05");
        assert_eq!(Currency::Usd.show(-5), "−$0.05");
        assert_eq!(Currency::Eur.show_with_comma(123_456_705), "1.234.567,05\u{a0}€");
    }
}
