//! Products and how often they are paid.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::{CustomField, Kind, Mode};
use crate::shelf::Identified;

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
    /// Per unit and period, in minor units.
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) billing_type: BillingType,
    pub(crate) billing_period: BillingPeriod,
    #[serde(default)]
    pub(crate) status: ProductStatus,
    #[serde(default)]
    pub(crate) tax_mode: TaxMode,
    #[serde(default)]
    pub(crate) tax_category: TaxCategory,
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

fn kind() -> Kind {
    Kind::Product
}

/// When seeded products were made: a fixed date, so that two runs agree.
fn long_ago() -> String {
    "2026-01-01T00:00:00.000Z".to_owned()
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
        let symbol = match self {
            Self::Usd => '$',
            Self::Eur => '€',
        };
        let sign = if amount_minor < 0 { "−" } else { "" };
        let amount = amount_minor.unsigned_abs();
        let whole = (amount / 100).to_string();
        let groups: Vec<&str> =
            whole.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
        format!("{sign}{symbol}{}.{:02}", groups.join(","), amount % 100)
    }
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
}

impl BillingPeriod {
    /// When a period that starts at `start` ends, by the calendar: a month after 31 January is the end of February.
    pub(crate) fn end(self, start: Timestamp) -> Timestamp {
        let span = match self {
            Self::Once => Span::new(),
            Self::EveryDay => Span::new().days(1),
            Self::EveryMonth => Span::new().months(1),
            Self::EveryThreeMonths => Span::new().months(3),
            Self::EverySixMonths => Span::new().months(6),
            Self::EveryYear => Span::new().years(1),
        };
        let date: DateTime = TimeZone::UTC.to_datetime(start);
        date.checked_add(span).ok().and_then(|end| TimeZone::UTC.to_timestamp(end).ok()).unwrap_or(Timestamp::MAX)
    }

    /// As the price line says it; nothing for one-time products.
    pub(crate) fn words(self) -> Option<&'static str> {
        match self {
            Self::Once => None,
            Self::EveryDay => Some("per day"),
            Self::EveryMonth => Some("per month"),
            Self::EveryThreeMonths => Some("every 3 months"),
            Self::EverySixMonths => Some("every 6 months"),
            Self::EveryYear => Some("per year"),
        }
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
        let end = |start: &str, period: BillingPeriod| period.end(start.parse().expect("a date")).to_string();
        assert_eq!(end("2026-07-31T12:00:00Z", BillingPeriod::EveryMonth), "2026-08-31T12:00:00Z");
        assert_eq!(end("2026-01-31T12:00:00Z", BillingPeriod::EveryMonth), "2026-02-28T12:00:00Z");
        assert_eq!(end("2024-02-29T12:00:00Z", BillingPeriod::EveryYear), "2025-02-28T12:00:00Z");
    }

    #[test]
    fn amounts_read_like_money() {
        assert_eq!(Currency::Usd.show(1999), "$19.99");
        assert_eq!(Currency::Eur.show(123_456_705), "€1,234,567.05");
        assert_eq!(Currency::Usd.show(-5), "−$0.05");
    }
}
