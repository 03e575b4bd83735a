//! Reading a body as strictly as Creem does: unknown properties are refused by name, at every depth, and every problem
//! is reported at once. The sentences are those of the validator Creem's answers look like.
//!
//! A reader can also be asked what it would ask of a body; then nothing is there, and every question is noted.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::rc::Rc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use url::Url;

use super::described::{Notes, words};
use crate::api::error::ApiError;

/// What an enumeration's word must be. The validator's newer versions would name the words; Creem's does not.
pub(in crate::api) const ENUM_RULE: &str = "must be a valid enum value";

/// What an instant must be.
pub(in crate::api) const DATE_RULE: &str = "must be a valid ISO 8601 date string";

/// Reads a body: JSON, an object, without problems.
///
/// # Errors
/// 400 with every problem found.
pub(crate) fn read<T>(bytes: &[u8], shape: impl FnOnce(&Fields<'_>) -> Option<T>) -> Result<T, ApiError> {
    let body = if bytes.is_empty() { Value::Object(Map::new()) } else { parse(bytes)? };
    let Value::Object(map) = &body else {
        return Err(ApiError::bad_request(["the body must be a JSON object".to_owned()]));
    };
    let problems = RefCell::new(Vec::new());
    let shaped = shape(&Fields { map, path: String::new(), problems: &problems, notes: None });
    let problems = problems.into_inner();
    match shaped {
        Some(shaped) if problems.is_empty() => Ok(shaped),
        _ => Err(ApiError::bad_request(problems)),
    }
}

/// What a reader asks of a body.
pub(in crate::api) fn describe(reader: &dyn Fn(&Fields<'_>)) -> Notes {
    let (map, problems, notes) = (Map::new(), RefCell::new(Vec::new()), Notes::default());
    reader(&Fields { map: &map, path: String::new(), problems: &problems, notes: Some(Rc::clone(&notes)) });
    notes
}

/// Whether a text looks like an e-mail address: one `@`, something before it, a dotted name after it.
pub(crate) fn is_email(text: &str) -> bool {
    let plain = text.len() <= 254 && !text.chars().any(|character| character.is_whitespace() || character.is_control());
    let Some((name, host)) = text.split_once('@') else { return false };
    plain
        && !name.is_empty()
        && !host.contains('@')
        && host.split('.').count() > 1
        && host.split('.').all(|part| !part.is_empty())
}

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::bad_request([format!("Invalid JSON: {error}")]))
}

/// The properties of one object in the body.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
    problems: &'a RefCell<Vec<String>>,
    /// What is asked of this object, where that is all that is wanted.
    notes: Option<Notes>,
}

impl<'a> Fields<'a> {
    /// Refuses every property but these.
    pub(crate) fn only(&self, known: &[&str]) {
        if let Some(notes) = &self.notes {
            notes.borrow_mut().allow(known);
        }
        for name in self.map.keys().filter(|name| !known.contains(&name.as_str())) {
            self.problem(&format!("property {name} should not exist"));
        }
    }

    /// Reports a problem of this object.
    pub(crate) fn problem(&self, sentence: &str) {
        self.problems.borrow_mut().push(format!("{}{sentence}", self.path));
    }

    /// Whether the property is there and not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether the property is there and null.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(Value::is_null)
    }

    /// Says so if the property is not there.
    pub(crate) fn require(&self, name: &str, rule: &str) {
        if let Some(notes) = &self.notes {
            notes.borrow_mut().require(name);
        }
        self.expect(name, rule);
    }

    /// Says so if the property is not there, where another makes it necessary.
    pub(crate) fn expect(&self, name: &str, rule: &str) {
        if !self.has(name) {
            self.problem(&format!("{name} {rule}"));
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    fn note(&self, name: &str, schema: impl FnOnce() -> Value) {
        if let Some(notes) = &self.notes {
            notes.borrow_mut().plain(name, schema);
        }
    }

    fn read<T>(&self, name: &str, rule: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Option<T> {
        let read = read(self.get(name)?);
        if read.is_none() {
            self.problem(&format!("{name} {rule}"));
        }
        read
    }

    /// Text.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        self.note(name, || json!({ "type": "string" }));
        self.read(name, "must be a string", |value| value.as_str().map(str::to_owned))
    }

    /// Text that must be there.
    pub(crate) fn required_string(&self, name: &str) -> Option<String> {
        self.require(name, "must be a string");
        self.string(name)
    }

    /// Text of at most so many characters.
    pub(crate) fn short_string(&self, name: &str, most: usize) -> Option<String> {
        self.note(name, || json!({ "type": "string", "maxLength": most }));
        let text = self.string(name)?;
        if text.chars().count() > most {
            self.problem(&format!("{name} must be shorter than or equal to {most} characters"));
        }
        Some(text)
    }

    /// Text of at most so many characters that must be there.
    pub(crate) fn required_short_string(&self, name: &str, most: usize) -> Option<String> {
        self.require(name, "must be a string");
        self.short_string(name, most)
    }

    /// An e-mail address.
    pub(crate) fn email(&self, name: &str) -> Option<String> {
        self.note(name, || json!({ "type": "string", "format": "email" }));
        let text = self.string(name)?;
        if !is_email(&text) {
            self.problem(&format!("{name} must be an email"));
        }
        Some(text)
    }

    /// Yes or no.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.note(name, || json!({ "type": "boolean" }));
        self.read(name, "must be a boolean value", Value::as_bool)
    }

    /// A whole number in a range.
    pub(crate) fn integer(&self, name: &str, least: i64, most: i64) -> Option<i64> {
        self.note(name, || json!({ "type": "integer", "minimum": least, "maximum": most }));
        let number = self.read(name, "must be an integer number", Value::as_i64)?;
        if number < least {
            self.problem(&format!("{name} must not be less than {least}"));
        } else if number > most {
            self.problem(&format!("{name} must not be greater than {most}"));
        }
        Some(number)
    }

    /// A number in a range.
    pub(crate) fn number(&self, name: &str, range: RangeInclusive<f64>) -> Option<f64> {
        let (least, most) = (*range.start(), *range.end());
        self.note(name, || json!({ "type": "number", "minimum": least, "maximum": most }));
        let within = |value: &Value| value.as_f64().filter(|number| range.contains(number));
        self.read(name, &format!("must be a number from {least} to {most}"), within)
    }

    /// A web address.
    pub(crate) fn url(&self, name: &str) -> Option<String> {
        self.note(name, || json!({ "type": "string", "format": "uri" }));
        let web = |text: &&str| Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        self.read(name, "must be a valid URL", |value| value.as_str().filter(web).map(str::to_owned))
    }

    /// A word of an enumeration.
    pub(crate) fn choice<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.note(name, || json!({ "enum": words::<T>() }));
        self.read(name, ENUM_RULE, |value| serde_json::from_value(value.clone()).ok())
    }

    /// A word of an enumeration that must be there.
    pub(crate) fn required_choice<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.require_choice(name);
        self.choice(name)
    }

    /// Whether a word of an enumeration is there; says so if not.
    pub(crate) fn require_choice(&self, name: &str) {
        self.require(name, ENUM_RULE);
    }

    /// An instant in ISO 8601.
    pub(crate) fn date(&self, name: &str) -> Option<Timestamp> {
        self.note(name, || json!({ "type": "string", "format": "date-time" }));
        self.read(name, DATE_RULE, |value| value.as_str().and_then(|text| text.parse().ok()))
    }

    /// Texts.
    pub(crate) fn strings(&self, name: &str) -> Option<Vec<String>> {
        self.note(name, || json!({ "type": "array", "items": { "type": "string" } }));
        self.read(name, "must be an array of strings", |value| serde_json::from_value(value.clone()).ok())
    }

    /// Texts of at most so many.
    pub(crate) fn few_strings(&self, name: &str, most: usize) -> Option<Vec<String>> {
        self.note(name, || json!({ "type": "array", "items": { "type": "string" }, "maxItems": most }));
        let texts = self.strings(name)?;
        if texts.len() > most {
            self.problem(&format!("{name} must contain no more than {most} elements"));
        }
        Some(texts)
    }

    /// Some of these words.
    pub(crate) fn words(&self, name: &str, known: &[&str]) -> Option<Vec<String>> {
        self.note(name, || json!({ "type": "array", "items": { "enum": known } }));
        let texts = self.strings(name)?;
        if texts.iter().any(|text| !known.contains(&text.as_str())) {
            self.problem(&format!("each value in {name} {ENUM_RULE}"));
        }
        Some(texts)
    }

    /// Anything structured.
    pub(crate) fn structure(&self, name: &str) -> Option<Value> {
        self.note(name, || json!({ "type": ["object", "array"] }));
        self.read(name, "must be an object", |value| (value.is_object() || value.is_array()).then(|| value.clone()))
    }

    /// An object of anything.
    pub(crate) fn object(&self, name: &str) -> Option<Map<String, Value>> {
        self.note(name, || json!({ "type": "object" }));
        self.read(name, "must be an object", |value| value.as_object().cloned())
    }

    /// A text, a number, yes or no, which must be there.
    pub(crate) fn required_scalar(&self, name: &str) -> Option<Value> {
        const RULE: &str = "must be a string, a number or a boolean";
        self.note(name, || json!({ "type": ["string", "number", "boolean"] }));
        self.require(name, RULE);
        let is_scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
        self.read(name, RULE, |value| is_scalar(value).then(|| value.clone()))
    }

    /// A whole number of at least so much, as text of at most so many digits.
    pub(crate) fn digits(&self, name: &str, least: i128, most_digits: usize) -> Option<i128> {
        let first = if least > 0 { "[1-9]" } else { "[0-9]" };
        self.note(
            name,
            || json!({ "type": "string", "pattern": format!("^{first}[0-9]{{0,{}}}$", most_digits.saturating_sub(1)) }),
        );
        let text = self.string(name)?;
        let digits = !text.is_empty() && text.len() <= most_digits && text.bytes().all(|byte| byte.is_ascii_digit());
        let amount = text.parse().ok().filter(|amount| digits && *amount >= least);
        if amount.is_none() {
            self.problem(&format!("{name} must be a whole number of at least {least}, as a string"));
        }
        amount
    }

    /// An object within.
    pub(crate) fn child(&self, name: &str) -> Option<Fields<'a>> {
        let notes = self.notes.as_ref().map(|notes| notes.borrow_mut().object(name));
        let map = match notes {
            Some(_) => self.map,
            None => self.read(name, "must be an object", Value::as_object)?,
        };
        Some(Fields { map, path: format!("{}{name}.", self.path), problems: self.problems, notes })
    }

    /// A list of objects within, of so many.
    pub(crate) fn children(&self, name: &str, many: RangeInclusive<usize>) -> Option<Vec<Fields<'a>>> {
        let (least, most) = many.into_inner();
        if let Some(notes) = &self.notes {
            let notes = Some(notes.borrow_mut().list(name, least, most));
            return Some(vec![Fields { map: self.map, path: String::new(), problems: self.problems, notes }]);
        }
        let items = self.read(name, "must be an array", Value::as_array)?;
        if items.len() > most {
            self.problem(&format!("{name} must contain no more than {most} elements"));
        } else if items.len() < least {
            self.problem(&format!("{name} must contain at least {least} elements"));
        }
        let child = |(place, item): (usize, &'a Value)| {
            let path = format!("{}{name}.{place}.", self.path);
            let Value::Object(map) = item else {
                self.problem(&format!("{name}.{place} must be an object"));
                return None;
            };
            Some(Fields { map, path, problems: self.problems, notes: None })
        };
        Some(items.iter().enumerate().filter_map(child).collect())
    }
}
