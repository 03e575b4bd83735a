//! Creating a checkout session: `POST /api/checkouts`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::characters::trimmed;
use crate::{CheckoutId, CustomField, CustomFieldType, RequestId, lenient};

/// Most units one session may be for. Creem documents no limit; this one keeps price times units far from overflow.
pub const MAX_UNITS: u32 = 9_999;

/// Longest discount code that is looked up, in characters.
pub const MAX_DISCOUNT_CODE_CHARS: usize = 64;

/// Where the digits of some scripts begin: English, Arabic, Persian, Hindi, and the double-width ones of Japanese
/// keyboards.
const ZEROS: [char; 5] = ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}'];

/// A number of units as typed or linked; `None` when it is no whole number from 1 to [`MAX_UNITS`].
#[must_use]
pub fn parse_units(text: &str) -> Option<u32> {
    let mut units: u32 = 0;
    for c in trimmed(text).chars() {
        let digit =
            ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
        units = units.checked_mul(10)?.checked_add(digit?)?;
    }
    (1..=MAX_UNITS).contains(&units).then_some(units)
}

/// The body of `POST /api/checkouts`. The names are Creem's; the values are checked by the proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutRequest {
    /// What is bought; checked against the sellable products. May be left to the intent.
    #[serde(default)]
    pub product_id: String,
    /// The merchant's reference; made by the proxy when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How many; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::whole")]
    pub units: Option<u32>,
    /// A code that must apply; leave a doubtful one out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_code: Option<String>,
    /// The merchant's affiliate who sent the buyer; Creem refuses one it does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliate_code: Option<String>,
    /// Who buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// Questions that Creem's page asks besides the product's own; at most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<CustomFieldDefinition>,
    /// Where the buyer returns; the proxy's status page when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// Comes back in webhooks and on the subscription.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::object")]
    pub metadata: Option<Map<String, Value>>,
    /// That the buyer accepts the shop's terms, where it asks for that. Its time is added to the metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<bool>,
    /// A signed intent (JWT) whose fields the buyer must not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
}

/// Who buys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Prefilled and locked on Creem's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A question that Creem's page asks the buyer, in Creem's shape; the answer is typed there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomFieldDefinition {
    /// How it is answered.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// Alphanumeric, at most 200 characters, unique among the fields.
    pub key: String,
    /// What the buyer reads, at most 50 characters.
    pub label: String,
    /// Whether the answer may be left out; Creem requires it when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// Bounds of a text's length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextBounds>,
    /// What stands beside a checkbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkbox: Option<CheckboxLabel>,
}

impl From<&CustomFieldDefinition> for CustomField {
    fn from(definition: &CustomFieldDefinition) -> Self {
        let bounds = definition.text.unwrap_or_default();
        Self {
            kind: definition.kind,
            key: definition.key.clone(),
            label: definition.label.clone(),
            optional: definition.optional.unwrap_or_default(),
            min_length: bounds.min_length,
            max_length: bounds.max_length,
        }
    }
}

/// How long a text answer may be, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextBounds {
    /// At most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// At least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
}

/// What stands beside a checkbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckboxLabel {
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// The answer of `POST /api/checkouts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutCreated {
    /// The reference under which the payment can be asked for.
    pub request_id: RequestId,
    /// Creem's session.
    pub checkout_id: CheckoutId,
    /// Where the buyer pays.
    pub checkout_url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    // `３` in a link was one unit for the app and an error for the proxy.
    #[test]
    fn units_are_whole_numbers_in_any_digits() {
        for (text, units) in [
            ("1", 1),
            ("9999", 9999),
            (" 03\u{a0}", 3),
            ("３", 3),
            ("１２", 12),
            ("٣", 3),
            ("۴۲", 42),
            ("\u{200b}7", 7),
        ] {
            assert_eq!(parse_units(text), Some(units), "{text}");
        }
        for no_number in [
            "",
            " ",
            "0",
            "-1",
            "+3",
            "1.5",
            "1,5",
            "10000",
            "99999999999999999999",
            "1e3",
            "three",
            "½",
            "²",
            "1:",
            "1/",
        ] {
            assert_eq!(parse_units(no_number), None, "{no_number}");
        }
    }
}
