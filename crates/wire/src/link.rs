//! What a link to the page asks for, read once for the proxy and for the app.
//!
//! Of a repeated name the first value counts that is not blank. What would make another sale than the link meant stays
//! as it is, to be refused where everybody sees it; metadata that does not fit is luggage and left behind. What is not
//! here: whether a product is sold and an address may be returned to, which only the proxy knows.

use std::fmt;

use crate::characters::{count, trimmed};
use crate::metadata::{MAX_BYTES, MAX_KEY_CHARS, MAX_KEYS, MAX_TEXT_CHARS};
use crate::query::{decoded, pairs};
use crate::{Email, Field, ProductId, RequestId, code, locale, parse_units};

/// Something a link may say, besides `metadata[…]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as in the link")]
pub enum Parameter {
    ProductId,
    Units,
    DiscountCode,
    Email,
    RequestId,
    SuccessUrl,
    CustomFields,
    Intent,
    Locale,
    Theme,
    Accent,
    Surface,
    Text,
    Radius,
    Font,
}

/// Every parameter and its name, in the order of the enum: first what the form shows, last how the page is shown.
const NAMES: [(Parameter, &str); Parameter::COUNT] = [
    (Parameter::ProductId, Field::Product.name()),
    (Parameter::Units, Field::Units.name()),
    (Parameter::DiscountCode, Field::DiscountCode.name()),
    (Parameter::Email, Field::Email.name()),
    (Parameter::RequestId, "request_id"),
    (Parameter::SuccessUrl, "success_url"),
    (Parameter::CustomFields, "custom_fields"),
    (Parameter::Intent, "intent"),
    (Parameter::Locale, "locale"),
    (Parameter::Theme, "theme"),
    (Parameter::Accent, "accent"),
    (Parameter::Surface, "surface"),
    (Parameter::Text, "text"),
    (Parameter::Radius, "radius"),
    (Parameter::Font, "font"),
];

impl Parameter {
    /// How many there are.
    pub const COUNT: usize = 15;

    /// Its name, which is also that of the form's field.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The parameter with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(parameter, _)| *parameter)
    }

    /// Whether it says how the page is shown, and not what is bought.
    #[must_use]
    pub fn is_manner(self) -> bool {
        self as usize >= Self::Locale as usize
    }

    /// Whether it fills a field that the buyer sees.
    #[must_use]
    pub fn is_seen(self) -> bool {
        self as usize <= Self::Email as usize
    }

    /// What a value that is not blank says.
    fn read(self, value: &str) -> String {
        let text = trimmed(value);
        match self {
            Self::ProductId => once_more(text, |text| ProductId::parse(text).is_ok()),
            Self::Units => {
                let text = once_more(text, |text| parse_units(text).is_some());
                parse_units(&text).map_or(text, |units| units.to_string())
            }
            Self::DiscountCode => code::typed(value),
            Self::Email => email(text),
            Self::RequestId => once_more(value, |text| RequestId::parse(text).is_ok()),
            Self::SuccessUrl => once_more(value, |text| text.starts_with("https://") || text.starts_with("http://")),
            Self::Locale => locale::tag(text).unwrap_or_default(),
            Self::Theme => theme(text).unwrap_or_default().to_owned(),
            Self::CustomFields | Self::Intent => text.to_owned(),
            Self::Accent | Self::Surface | Self::Text | Self::Radius | Self::Font => text.to_owned(),
        }
    }
}

impl From<Parameter> for String {
    fn from(parameter: Parameter) -> Self {
        parameter.name().to_owned()
    }
}

/// What a link asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    texts: [String; Parameter::COUNT],
    /// The merchant's own entries that fit, by key.
    pub metadata: Vec<(String, String)>,
    /// Entries that do not fit; of very many the first.
    pub left_out: Vec<LeftOut>,
}

/// An entry of the metadata that the sale goes without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What stands between the brackets.
    pub key: String,
    /// What is wrong with it.
    pub why: Unfit,
}

/// Why an entry of the metadata does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Its key is longer than [`MAX_KEY_CHARS`].
    LongKey,
    /// Its value is longer than [`MAX_TEXT_CHARS`].
    LongValue,
    /// A control character is in it.
    ControlCharacter,
    /// There are [`MAX_KEYS`] already.
    TooMany,
    /// With it they would have more than [`MAX_BYTES`].
    TooLarge,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LongKey => write!(f, "its key has more than {MAX_KEY_CHARS} characters"),
            Self::LongValue => write!(f, "its value has more than {MAX_TEXT_CHARS} characters"),
            Self::ControlCharacter => f.write_str("it has a control character"),
            Self::TooMany => write!(f, "there are more than {MAX_KEYS} keys"),
            Self::TooLarge => write!(f, "the whole has more than {MAX_BYTES} bytes"),
        }
    }
}

impl Link {
    /// Reads the query of an address, with or without `?`.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        Self::read(pairs(query))
    }

    /// Reads names and values that are decoded already.
    #[must_use]
    pub fn read(pairs: Vec<(String, String)>) -> Self {
        let mut link = Self::default();
        let mut seen = [false; Parameter::COUNT];
        for (name, value) in pairs {
            if trimmed(&value).is_empty() {
                continue;
            }
            let name = plain_name(&name);
            let parameter = if name == "product" { Some(Parameter::ProductId) } else { Parameter::named(name) };
            if let Some(key) = metadata_key(name) {
                link.take_metadata(key, &value);
            } else if let Some(parameter) = parameter
                && !std::mem::replace(&mut seen[parameter as usize], true)
            {
                link.texts[parameter as usize] = parameter.read(&value);
            }
        }
        link
    }

    /// What it says about this; empty when nothing.
    #[must_use]
    pub fn text(&self, parameter: Parameter) -> &str {
        &self.texts[parameter as usize]
    }

    /// What it says about this, if anything.
    #[must_use]
    pub fn get(&self, parameter: Parameter) -> Option<&str> {
        Some(self.text(parameter)).filter(|text| !text.is_empty())
    }

    /// Lets it say this instead.
    pub fn set(&mut self, parameter: Parameter, text: &str) {
        text.clone_into(&mut self.texts[parameter as usize]);
    }

    /// Everything it says about the parameters, with their names.
    pub fn said(&self) -> impl Iterator<Item = (Parameter, &str)> {
        NAMES.iter().filter_map(|(parameter, _)| Some((*parameter, self.get(*parameter)?)))
    }

    /// Forgets what a signed intent says instead, by the names of the form's fields.
    pub fn forget(&mut self, fixed: &[String]) {
        for name in fixed {
            if name == "metadata" {
                self.metadata.clear();
                self.left_out.clear();
            } else if let Some(parameter) = Parameter::named(name) {
                self.set(parameter, "");
            }
        }
    }

    fn take_metadata(&mut self, key: &str, value: &str) {
        if self.metadata.iter().any(|(known, _)| known == key) || self.left_out.iter().any(|out| out.key == key) {
            return;
        }
        match self.unfit(key, value) {
            None => self.metadata.push((key.to_owned(), value.to_owned())),
            Some(why) if self.left_out.len() < MAX_KEYS => self.left_out.push(LeftOut { key: key.to_owned(), why }),
            Some(_) => {}
        }
    }

    fn unfit(&self, key: &str, value: &str) -> Option<Unfit> {
        let entries = self.metadata.iter().map(|(key, value)| json_bytes(key, value)).sum::<usize>();
        Some(if count(key) > MAX_KEY_CHARS {
            Unfit::LongKey
        } else if count(value) > MAX_TEXT_CHARS {
            Unfit::LongValue
        } else if key.chars().chain(value.chars()).any(char::is_control) {
            Unfit::ControlCharacter
        } else if self.metadata.len() == MAX_KEYS {
            Unfit::TooMany
        } else if entries + json_bytes(key, value) + 1 > MAX_BYTES {
            Unfit::TooLarge
        } else {
            return None;
        })
    }
}

/// What stands between the brackets of `metadata[…]`.
#[must_use]
pub fn metadata_key(name: &str) -> Option<&str> {
    name.strip_prefix("metadata[")?.strip_suffix(']').filter(|key| !key.is_empty())
}

/// The look that a word asks for: `light` or `dark`.
#[must_use]
pub fn theme(word: &str) -> Option<&'static str> {
    ["light", "dark"].into_iter().find(|known| known.eq_ignore_ascii_case(word))
}

/// The name as it was before HTML wrote its `&` as `&amp;`.
fn plain_name(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("amp;") {
        name = rest;
    }
    name
}

/// The value, or what it says when it is decoded once more, where only that can be meant.
fn once_more(value: &str, fits: fn(&str) -> bool) -> String {
    if !fits(value) {
        let again = decoded(value, b'+');
        if fits(&again) {
            return again;
        }
    }
    value.to_owned()
}

/// An address as it was meant: one with `%40` was encoded twice, and a blank in the name was a bare `+`.
fn email(text: &str) -> String {
    let again = decoded(text, b'+');
    if Email::parse(&again).is_ok() {
        return again;
    }
    let with_plus: String = again.chars().map(|c| if c == ' ' { '+' } else { c }).collect();
    if Email::parse(&with_plus).is_ok() { with_plus } else { text.to_owned() }
}

/// How many bytes an entry adds to a JSON object of texts without control characters.
fn json_bytes(key: &str, value: &str) -> usize {
    let text = |text: &str| text.len() + 2 + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
    text(key) + text(value) + 2
}

#[cfg(test)]
mod tests;
