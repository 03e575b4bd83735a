//! What a field may look like. A function here reads one raw value: `None` is as good as absent.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Fields, Name, Object, Scaled, scaled};

/// What is wrong with a value, in words that continue the name of its field.
pub(crate) type Fault = &'static str;

/// The longest identifier, in bytes. PostgreSQL indexes no more than 2704.
const MAX_ID_BYTES: usize = 1024;

/// The deepest level of JSON that is kept when it cannot be read in one go.
const MAX_DEPTH: u8 = 32;

/// Numbers below are seconds, not milliseconds: as milliseconds they would be before 1973-03-03, as seconds all of
/// them are before the year 5138.
const FIRST_MILLISECONDS: u64 = 100_000_000_000;

/// A text; a number counts as one.
pub(crate) fn text(raw: &RawValue) -> Result<Option<String>, Fault> {
    spelled(raw).map(|text| Some(text.into_owned())).ok_or("is not a text")
}

/// A text that says something.
pub(crate) fn filled(raw: &RawValue) -> Result<Option<String>, Fault> {
    Ok(text(raw)?.filter(|text| !text.is_empty()))
}

/// An identifier.
pub(crate) fn id(raw: &RawValue) -> Result<Option<String>, Fault> {
    match filled(raw)? {
        Some(id) if id.len() > MAX_ID_BYTES => Err("is too long for an id"),
        id => Ok(id),
    }
}

/// One of Creem's words, in lower case.
pub(crate) fn word(raw: &RawValue) -> Result<Option<String>, Fault> {
    Ok(filled(raw)?.map(|word| word.trim().to_ascii_lowercase()))
}

/// An ISO 4217 code, in upper case.
pub(crate) fn currency(raw: &RawValue) -> Result<Option<String>, Fault> {
    match word(raw)? {
        Some(code) if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_lowercase()) => {
            Ok(Some(code.to_ascii_uppercase()))
        }
        Some(_) => Err("is not a currency code"),
        None => Ok(None),
    }
}

/// A whole number, however it is written.
pub(crate) fn whole(raw: &RawValue) -> Result<Option<i64>, Fault> {
    number(raw, 0, |number| number.is_exact.then_some(number.value), "is not a whole number")
}

/// A whole number that has a smaller type, such as one that cannot be negative.
pub(crate) fn small<T: TryFrom<i64>>(raw: &RawValue) -> Result<Option<T>, Fault> {
    match whole(raw)?.map(T::try_from) {
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err("is out of range"),
        None => Ok(None),
    }
}

/// Yes or no, also as text or number.
pub(crate) fn flag(raw: &RawValue) -> Result<Option<bool>, Fault> {
    let written = match raw.get() {
        literal @ ("true" | "false") => Some(literal.to_owned()),
        _ => word(raw).map_err(|_| "is neither true nor false")?,
    };
    match written.as_deref() {
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        Some(_) => Err("is neither true nor false"),
        None => Ok(None),
    }
}

/// A moment: milliseconds or seconds since 1970, or ISO 8601, which is UTC when it does not say otherwise.
pub(crate) fn moment(raw: &RawValue) -> Result<Option<Timestamp>, Fault> {
    const FAULT: Fault = "is not a moment";
    let text = spelled(raw).ok_or(FAULT)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let iso = || {
        let local = || Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
        text.parse().ok().or_else(local)
    };
    since_1970(text).or_else(iso).map(Some).ok_or(FAULT)
}

fn since_1970(text: &str) -> Option<Timestamp> {
    let milliseconds = match scaled(text, 0)?.value {
        seconds if seconds.unsigned_abs() < FIRST_MILLISECONDS => scaled(text, 3)?.value,
        milliseconds => milliseconds,
    };
    Timestamp::from_millisecond(milliseconds).ok()
}

/// The entries of a list, still unread.
pub(crate) fn list(raw: &RawValue) -> Result<Option<Vec<&RawValue>>, Fault> {
    serde_json::from_str(raw.get()).map(Some).map_err(|_| "is not a list")
}

/// A list of identifiers or of what they belong to; one alone counts as a list of one.
pub(crate) fn ids(raw: &RawValue) -> Result<Option<Vec<String>>, Fault> {
    const FAULT: Fault = "is not a list of ids";
    let entries = if raw.get().starts_with('[') { list(raw)?.unwrap_or_default() } else { vec![raw] };
    let ids = entries.into_iter().map(|entry| {
        let object = Object::from_raw("", String::new(), entry)?.ok_or(FAULT)?;
        object.required("id", id).map_err(|_| FAULT)
    });
    ids.collect::<Result<_, _>>().map(Some)
}

/// JSON in pieces, with null for what cannot be kept.
pub(super) fn json(raw: &RawValue) -> Value {
    json_within(raw, MAX_DEPTH)
}

fn json_within(raw: &RawValue, depth: u8) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    if let Ok(Some(entries)) = list(raw) {
        return entries.into_iter().map(|entry| json_within(entry, depth)).collect();
    }
    match serde_json::from_str::<Fields<'_>>(raw.get()) {
        Ok(fields) => {
            let fields = fields.into_iter().map(|(name, entry)| (name.0.into_owned(), json_within(entry, depth)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Err(_) => serde_json::from_str(raw.get()).unwrap_or(Value::Null),
    }
}

/// Reads a number, or a text that is one, times ten to the power of `places`.
pub(crate) fn number<T>(
    raw: &RawValue,
    places: i64,
    read: impl FnOnce(Scaled) -> Option<T>,
    fault: Fault,
) -> Result<Option<T>, Fault> {
    let text = spelled(raw).ok_or(fault)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    scaled(text, places).and_then(read).map(Some).ok_or(fault)
}

/// What a text says or a number's digits are; `None` for anything else.
fn spelled(raw: &RawValue) -> Option<Cow<'_, str>> {
    match raw.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str::<Name<'_>>(raw.get()).ok().map(|text| text.0),
        Some(b'-' | b'0'..=b'9') => Some(Cow::Borrowed(raw.get())),
        _ => None,
    }
}
