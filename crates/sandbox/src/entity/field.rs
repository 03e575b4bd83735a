//! Custom fields: what the merchant asks the buyer, and later the answer.

use serde::{Deserialize, Serialize};

/// One question on the payment page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomField {
    /// Unique among the fields of one session.
    pub(crate) key: String,
    /// Rules and answer of a text field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<TextPart>,
    /// Label and answer of a checkbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checkbox: Option<CheckboxPart>,
    /// Which of the two it is.
    #[serde(rename = "type")]
    pub(crate) kind: FieldType,
    /// What the buyer reads.
    pub(crate) label: String,
    /// Whether it may stay empty.
    #[serde(default)]
    pub(crate) optional: bool,
}

impl CustomField {
    /// The name and id of its control on the payment page; prefixed, so that a key `email` cannot clash.
    pub(crate) fn control(&self) -> String {
        format!("custom_{}", self.key)
    }

    /// Answers it with test data, unless it is answered.
    pub(crate) fn fill_in(&mut self) {
        if let Some(text) = &mut self.text {
            let answer = if self.optional { "" } else { "Sandbox" };
            text.value.get_or_insert_with(|| answer.to_owned());
        }
        if let Some(checkbox) = &mut self.checkbox {
            checkbox.value.get_or_insert(!self.optional);
        }
    }
}

/// What kind of answer a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldType {
    Text,
    Checkbox,
}

/// A text field's rules, and its answer once given. Requests say `min_length`, answers `minimum_length`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TextPart {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_length: Option<u32>,
    #[serde(default, rename = "minimum_length", alias = "min_length", skip_serializing_if = "Option::is_none")]
    pub(crate) min_length: Option<u32>,
}

/// A checkbox's own label, and its answer once given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CheckboxPart {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<bool>,
}
