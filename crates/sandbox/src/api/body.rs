//! Reading a body as strictly as Creem does: unknown properties are refused by name, at every depth, and every problem
//! is reported at once. The sentences are those of the validator Creem's answers look like.

use std::cell::RefCell;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use super::error::ApiError;

/// What an enumeration's word must be. The validator's newer versions would name the words; Creem's does not.
pub(super) const ENUM_RULE: &str = "must be a valid enum value";

/// What an instant must be.
pub(super) const DATE_RULE: &str = "must be a valid ISO 8601 date string";

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
    let shaped = shape(&Fields { map, path: String::new(), problems: &problems });
    let problems = problems.into_inner();
    match shaped {
        Some(shaped) if problems.is_empty() => Ok(shaped),
        _ => Err(ApiError::bad_request(problems)),
    }
}

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::bad_request([format!("Invalid JSON: {error}")]))
}

/// The properties of one object in the body.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
    problems: &'a RefCell<Vec<String>>,
}

impl<'a> Fields<'a> {
    /// Refuses every property but these.
    pub(crate) fn only(&self, known: &[&str]) {
        for name in self.map.keys().filter(|name| !known.contains(&name.as_str())) {
            self.problem(&format!("property {name} should not exist"));
        }
    }

    /// Reports a problem of this object.
    pub(crate) fn problem(&self, sentence: &str) {
        self.problems.borrow_mut().push(format!("{}{sentence}", self.path));
    }

    /// The property, if it is there and not null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Whether the property is there and null.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(Value::is_null)
    }

    /// Whether the property is there; says so if not.
    pub(crate) fn require(&self, name: &str, rule: &str) {
        if self.get(name).is_none() {
            self.problem(&format!("{name} {rule}"));
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
        self.read(name, "must be a string", |value| value.as_str().map(str::to_owned))
    }

    /// Text that must be there.
    pub(crate) fn required_string(&self, name: &str) -> Option<String> {
        self.require(name, "must be a string");
        self.string(name)
    }

    /// Text of at most so many characters.
    pub(crate) fn short_string(&self, name: &str, most: usize) -> Option<String> {
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

    /// Yes or no.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.read(name, "must be a boolean value", Value::as_bool)
    }

    /// A whole number in a range.
    pub(crate) fn integer(&self, name: &str, least: i64, most: i64) -> Option<i64> {
        let number = self.read(name, "must be an integer number", Value::as_i64)?;
        if number < least {
            self.problem(&format!("{name} must not be less than {least}"));
        } else if number > most {
            self.problem(&format!("{name} must not be greater than {most}"));
        }
        Some(number)
    }

    /// A web address.
    pub(crate) fn url(&self, name: &str) -> Option<String> {
        let web = |text: &&str| Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        self.read(name, "must be a valid URL", |value| value.as_str().filter(web).map(str::to_owned))
    }

    /// A word of an enumeration.
    pub(crate) fn choice<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
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
        self.read(name, DATE_RULE, |value| value.as_str().and_then(|text| text.parse().ok()))
    }

    /// Texts.
    pub(crate) fn strings(&self, name: &str) -> Option<Vec<String>> {
        self.read(name, "must be an array of strings", |value| serde_json::from_value(value.clone()).ok())
    }

    /// Anything structured.
    pub(crate) fn structure(&self, name: &str) -> Option<Value> {
        self.read(name, "must be an object", |value| (value.is_object() || value.is_array()).then(|| value.clone()))
    }

    /// An object within.
    pub(crate) fn child(&self, name: &str) -> Option<Fields<'a>> {
        let map = self.read(name, "must be an object", Value::as_object)?;
        Some(Fields { map, path: format!("{}{name}.", self.path), problems: self.problems })
    }

    /// A list of objects within, of at most so many.
    pub(crate) fn children(&self, name: &str, most: usize) -> Option<Vec<Fields<'a>>> {
        let items = self.read(name, "must be an array", Value::as_array)?;
        if items.len() > most {
            self.problem(&format!("{name} must contain no more than {most} elements"));
        }
        let child = |(place, item): (usize, &'a Value)| {
            let path = format!("{}{name}.{place}.", self.path);
            let Value::Object(map) = item else {
                self.problem(&format!("{name}.{place} must be an object"));
                return None;
            };
            Some(Fields { map, path, problems: self.problems })
        };
        Some(items.iter().enumerate().filter_map(child).collect())
    }
}
