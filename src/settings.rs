//! What the page was asked to be: the address's query, then what the proxy served, then the defaults.
//!
//! Reading the address is not here (`browser::navigation`), nor is what the buyer types (`draft`).

use serde_json::{Map, Value};
use wire::{FormValues, MAX_UNITS};

/// The settings of one checkout, strongest source first already decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The product to start with; empty for the first one.
    pub product_id: String,
    /// How many units; `None` for one.
    pub units: Option<u32>,
    /// A code to start with.
    pub discount_code: String,
    /// An e-mail to start with.
    pub email: String,
    /// The merchant's reference, as given: the proxy judges it, so that a bad one is refused and not lost.
    pub request_id: Option<String>,
    /// What comes back in the merchant's webhooks.
    pub metadata: Map<String, Value>,
    /// Where the buyer returns.
    pub success_url: Option<String>,
    /// In which language amounts are written; `None` for the browser's.
    pub locale: Option<String>,
    /// A fixed look; `None` follows the system.
    pub theme: Option<Theme>,
}

/// A fixed look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word in the address and in `data-theme`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        match word {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

impl Settings {
    /// Merges the address's query, given as decoded pairs, with the values the proxy served.
    ///
    /// An empty value counts as absent, and of a repeated name the first one counts.
    #[must_use]
    pub fn resolve(query: &[(String, String)], served: &FormValues) -> Self {
        let asked = |name: &str| {
            let found = query.iter().find(|(key, value)| key == name && !value.is_empty());
            found.map(|(_, value)| value.as_str())
        };
        let or_served = |name: &str, served: &str| asked(name).unwrap_or(served).to_owned();
        Self {
            product_id: or_served("product", &served.product_id),
            units: asked("units").or(Some(&served.units)).and_then(parse_units),
            discount_code: or_served("discount_code", &served.discount_code),
            email: or_served("email", &served.email),
            request_id: asked("request_id").map(str::to_owned),
            metadata: metadata(query),
            success_url: asked("success_url").map(str::to_owned),
            locale: asked("locale").map(str::to_owned),
            theme: asked("theme").and_then(Theme::parse),
        }
    }
}

fn parse_units(text: &str) -> Option<u32> {
    text.parse().ok().filter(|units| (1..=MAX_UNITS).contains(units))
}

/// Collects `metadata[key]=value`.
fn metadata(query: &[(String, String)]) -> Map<String, Value> {
    let entries = query.iter().filter_map(|(name, value)| {
        let key = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        (!key.is_empty()).then(|| (key.to_owned(), Value::String(value.clone())))
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_address_is_stronger_than_what_was_served_and_that_than_nothing() {
        let served =
            FormValues { email: "served@example.com".into(), discount_code: "SERVED".into(), ..FormValues::default() };
        let settings = Settings::resolve(&query(&[("email", "asked@example.com"), ("discount_code", "")]), &served);
        assert_eq!(settings.email, "asked@example.com");
        assert_eq!(settings.discount_code, "SERVED");
        assert_eq!(settings.product_id, "");
        assert_eq!(settings.theme, None);
    }

    #[test]
    fn units_outside_the_limits_are_not_taken() {
        let units = |text| Settings::resolve(&query(&[("units", text)]), &FormValues::default()).units;
        assert_eq!(units("3"), Some(3));
        for bad in ["0", "-1", "three", "10000", "1.5"] {
            assert_eq!(units(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_the_merchant_passes_through_is_kept_as_given() {
        let settings = Settings::resolve(
            &query(&[("request_id", "a|b"), ("metadata[plan]", "pro"), ("metadata[]", "x"), ("theme", "dark")]),
            &FormValues::default(),
        );
        assert_eq!(settings.request_id.as_deref(), Some("a|b"));
        assert_eq!(settings.metadata.len(), 1);
        assert_eq!(settings.metadata["plan"], "pro");
        assert_eq!(settings.theme, Some(Theme::Dark));
    }
}
