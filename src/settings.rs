//! What the page was asked to be: the address's query, then what the proxy served, then the defaults.
//!
//! Reading the address is not here (`browser::navigation`), nor is what the buyer types (`draft`).

use wire::{CustomField, FormValues, MAX_UNITS, PageData};

/// The settings of one checkout, strongest source first already decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The product to start with; empty for the first one.
    pub product_id: String,
    /// How many units. Creem does not tell which products are sold by seats, so the buyer is asked how many exactly
    /// where the link or the served page names a number; `None` is one, unasked.
    pub units: Option<u32>,
    /// A code to start with.
    pub discount_code: String,
    /// An e-mail to start with.
    pub email: String,
    /// The merchant's reference, as given: the proxy judges it, so that a bad one is refused and not lost.
    pub request_id: Option<String>,
    /// What comes back in the merchant's webhooks.
    pub metadata: Vec<(String, String)>,
    /// What Creem's page shall ask, as JSON: passed on as given, for the proxy to judge.
    pub custom_fields: Option<String>,
    /// The same as far as it can be shown, from the address or from an intent.
    pub questions: Vec<CustomField>,
    /// Where the buyer returns.
    pub success_url: Option<String>,
    /// In which language amounts are written; `None` for the browser's.
    pub locale: Option<String>,
    /// A signed intent, which the proxy verifies and whose fields it fixes.
    pub intent: Option<String>,
    /// The fields that the intent fixes, by name: shown, but not to be changed.
    pub locked: Vec<String>,
    /// A fixed look; `None` follows the system.
    pub theme: Option<Theme>,
    /// The merchant's shop, for a link that cannot be mended here.
    pub shop_url: Option<String>,
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
    /// Merges the address's query, given as decoded pairs, with what the proxy served. What an intent fixes is the
    /// proxy's, whatever the address says.
    ///
    /// An empty value counts as absent, and of a repeated name the first one counts.
    #[must_use]
    pub fn resolve(query: &[(String, String)], page_data: &PageData) -> Self {
        let FormValues { product_id, units, discount_code, email } = &page_data.values;
        let is_locked = |name: &str| page_data.locked.iter().any(|locked| locked == name);
        let asked = |name: &str| {
            let found = query.iter().find(|(key, value)| key == name && !value.is_empty() && !is_locked(name));
            found.map(|(_, value)| value.as_str())
        };
        let or_served = |name: &str, served: &str| asked(name).unwrap_or(served).to_owned();
        Self {
            product_id: if is_locked("product_id") { product_id.clone() } else { or_served("product", product_id) },
            units: asked("units").or(Some(units)).and_then(parse_units),
            discount_code: or_served("discount_code", discount_code),
            email: or_served("email", email),
            request_id: asked("request_id").map(str::to_owned),
            metadata: metadata(query),
            custom_fields: asked("custom_fields").map(str::to_owned),
            questions: page_data.custom_fields.clone(),
            success_url: asked("success_url").map(str::to_owned),
            locale: asked("locale").map(str::to_owned),
            intent: asked("intent").map(str::to_owned),
            locked: page_data.locked.clone(),
            theme: asked("theme").and_then(Theme::parse),
            shop_url: page_data.shop_url.clone(),
        }
    }
}

impl Settings {
    /// The payment page's address with the language and the look that this page was asked for.
    #[must_use]
    pub fn pass_on(&self, address: &str) -> String {
        let mut address = address.to_owned();
        let theme = self.theme.map(Theme::as_str);
        for (name, value) in [("locale", self.locale.as_deref()), ("theme", theme)] {
            let Some(value) = value.filter(|value| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
            else {
                continue;
            };
            let separator = if address.contains('?') { '&' } else { '?' };
            address.push(separator);
            for part in [name, "=", value] {
                address.push_str(part);
            }
        }
        address
    }
}

fn parse_units(text: &str) -> Option<u32> {
    text.parse().ok().filter(|units| (1..=MAX_UNITS).contains(units))
}

/// Collects `metadata[key]=value`.
fn metadata(query: &[(String, String)]) -> Vec<(String, String)> {
    let entries = query.iter().filter_map(|(name, value)| {
        let key = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        (!key.is_empty()).then(|| (key.to_owned(), value.clone()))
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
        let values =
            FormValues { email: "served@example.com".into(), discount_code: "SERVED".into(), ..FormValues::default() };
        let served = PageData { values, ..PageData::default() };
        let settings = Settings::resolve(&query(&[("email", "asked@example.com"), ("discount_code", "")]), &served);
        assert_eq!(settings.email, "asked@example.com");
        assert_eq!(settings.discount_code, "SERVED");
        assert_eq!(settings.product_id, "");
        assert_eq!(settings.theme, None);
    }

    #[test]
    fn what_an_intent_fixes_no_address_changes() {
        let values =
            FormValues { product_id: "prod_1".into(), email: "signed@example.com".into(), ..FormValues::default() };
        let locked = ["product_id", "email", "custom_fields"].map(str::to_owned).to_vec();
        let served = PageData { values, locked, ..PageData::default() };
        let asked = query(&[
            ("product", "prod_2"),
            ("email", "other@example.com"),
            ("discount_code", "SAVE25"),
            ("custom_fields", "[]"),
        ]);
        let settings = Settings::resolve(&asked, &served);
        assert_eq!((settings.product_id.as_str(), settings.email.as_str()), ("prod_1", "signed@example.com"));
        assert_eq!((settings.discount_code.as_str(), settings.custom_fields), ("SAVE25", None));
    }

    #[test]
    fn the_payment_page_speaks_the_same_language() {
        let settings = Settings { locale: Some("pt-BR".into()), theme: Some(Theme::Dark), ..Settings::default() };
        assert_eq!(settings.pass_on("https://creem.io/c/1"), "https://creem.io/c/1?locale=pt-BR&theme=dark");
        assert_eq!(settings.pass_on("https://creem.io/c/1?a=b"), "https://creem.io/c/1?a=b&locale=pt-BR&theme=dark");
        let odd = Settings { locale: Some("x&y=z".into()), ..Settings::default() };
        assert_eq!(odd.pass_on("https://creem.io/c/1"), "https://creem.io/c/1");
    }

    #[test]
    fn units_outside_the_limits_are_not_taken() {
        let units = |text| Settings::resolve(&query(&[("units", text)]), &PageData::default()).units;
        assert_eq!(units("3"), Some(3));
        for bad in ["0", "-1", "three", "10000", "1.5"] {
            assert_eq!(units(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_the_merchant_passes_through_is_kept_as_given() {
        let settings = Settings::resolve(
            &query(&[("request_id", "a|b"), ("metadata[plan]", "pro"), ("metadata[]", "x"), ("theme", "dark")]),
            &PageData::default(),
        );
        assert_eq!(settings.request_id.as_deref(), Some("a|b"));
        assert_eq!(settings.metadata, query(&[("plan", "pro")]));
        assert_eq!(settings.theme, Some(Theme::Dark));
    }
}
