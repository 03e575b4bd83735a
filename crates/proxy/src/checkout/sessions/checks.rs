//! What a session may carry besides product and buyer.

use serde_json::{Map, Value};
use wire::link::Parameter;
use wire::metadata::{MAX_BYTES, MAX_DEPTH, MAX_KEY_CHARS, MAX_KEYS, MAX_TEXT_CHARS};
use wire::{CustomFieldDefinition, CustomFieldType, DiscountOutcome, ErrorCode, Field, QuotedDiscount, RequestId};

use crate::error::ProxyError;

/// Bounds of `custom_fields`, which are Creem's.
const MAX_CUSTOM_FIELDS: usize = 3;
const MAX_FIELD_KEY_CHARS: usize = 200;
const MAX_FIELD_LABEL_CHARS: usize = 50;

/// Longest `affiliate_code`, in characters. Creem documents none.
const MAX_AFFILIATE_CODE_CHARS: usize = 64;

/// Only its shape; whether the affiliate exists is Creem's to say.
pub(super) fn affiliate_code(code: &str) -> Result<(), ProxyError> {
    let is_plain = !code.chars().any(|c| c.is_whitespace() || c.is_control());
    if is_plain && (1..=MAX_AFFILIATE_CODE_CHARS).contains(&code.chars().count()) {
        return Ok(());
    }
    let message = format!("affiliate_code must have 1 to {MAX_AFFILIATE_CODE_CHARS} characters and no spaces");
    Err(ProxyError::new(ErrorCode::BodyInvalid, message).in_field("affiliate_code"))
}

/// The merchant's reference, as it may be sent.
pub(crate) fn request_id(text: &str) -> Result<RequestId, ProxyError> {
    RequestId::parse(text)
        .map_err(|error| ProxyError::new(ErrorCode::RequestIdInvalid, error.to_string()).in_field(Parameter::RequestId))
}

pub(super) fn metadata(metadata: &Map<String, Value>) -> Result<(), ProxyError> {
    let invalid =
        |what: String| ProxyError::new(ErrorCode::MetadataInvalid, format!("metadata {what}")).in_field("metadata");
    let size = serde_json::to_vec(metadata).map_err(ProxyError::internal)?.len();
    if size > MAX_BYTES {
        return Err(invalid(format!("must have at most {MAX_BYTES} bytes as JSON")));
    }
    object(metadata, 1).map_err(invalid)
}

fn object(map: &Map<String, Value>, depth: usize) -> Result<(), String> {
    if map.len() > MAX_KEYS {
        return Err(format!("must have at most {MAX_KEYS} keys"));
    }
    for (key, entry) in map {
        if key.chars().count() > MAX_KEY_CHARS {
            return Err(format!("keys must have at most {MAX_KEY_CHARS} characters"));
        }
        value(entry, depth + 1)?;
    }
    Ok(())
}

fn value(value: &Value, depth: usize) -> Result<(), String> {
    match value {
        Value::Object(_) | Value::Array(_) if depth > MAX_DEPTH => {
            Err(format!("must be at most {MAX_DEPTH} levels deep"))
        }
        Value::Object(map) => object(map, depth),
        Value::Array(entries) => entries.iter().try_for_each(|entry| self::value(entry, depth + 1)),
        Value::String(text) if text.chars().count() > MAX_TEXT_CHARS => {
            Err(format!("texts must have at most {MAX_TEXT_CHARS} characters"))
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => Ok(()),
    }
}

/// Whether Creem takes these questions for its page. (Creem: section 3.2.)
pub(crate) fn custom_fields_fit(fields: &[CustomFieldDefinition]) -> Result<(), ProxyError> {
    let refused = |i: usize, name: &str, what: &str| {
        let field = format!("custom_fields[{i}].{name}");
        Err(ProxyError::new(ErrorCode::CustomFieldInvalid, format!("{field} {what}")).in_field(field))
    };
    if fields.len() > MAX_CUSTOM_FIELDS {
        let message = format!("there may be at most {MAX_CUSTOM_FIELDS} custom_fields");
        return Err(ProxyError::new(ErrorCode::CustomFieldInvalid, message).in_field(Parameter::CustomFields));
    }
    for (i, field) in fields.iter().enumerate() {
        let plain = field.key.chars().all(|c| c.is_ascii_alphanumeric());
        if field.key.is_empty() || field.key.len() > MAX_FIELD_KEY_CHARS || !plain {
            return refused(i, "key", "must be 1 to 200 letters and digits");
        }
        if fields[..i].iter().any(|earlier| earlier.key == field.key) {
            return refused(i, "key", "is used twice");
        }
        if field.label.trim().is_empty() || field.label.chars().count() > MAX_FIELD_LABEL_CHARS {
            return refused(i, "label", "must have 1 to 50 characters");
        }
        let bounds = field.text.unwrap_or_default();
        if bounds.min_length.zip(bounds.max_length).is_some_and(|(least, most)| least > most) {
            return refused(i, "text", "has a min_length above its max_length");
        }
        match field.kind {
            CustomFieldType::Text if field.checkbox.is_some() => return refused(i, "checkbox", "is for another type"),
            CustomFieldType::Checkbox if field.text.is_some() => return refused(i, "text", "is for another type"),
            CustomFieldType::Text | CustomFieldType::Checkbox => {}
        }
    }
    Ok(())
}

/// The code of a discount that applies.
pub(super) fn applied(discount: QuotedDiscount) -> Result<String, ProxyError> {
    if discount.outcome == DiscountOutcome::Applied { Ok(discount.code) } else { Err(does_not_apply(discount.outcome)) }
}

/// Why a code does not apply.
pub(super) fn does_not_apply(outcome: DiscountOutcome) -> ProxyError {
    let (code, message) = match outcome {
        DiscountOutcome::Applied | DiscountOutcome::Unknown => {
            (ErrorCode::DiscountUnknown, "there is no such discount code")
        }
        DiscountOutcome::Expired => (ErrorCode::DiscountExpired, "the discount has expired"),
        DiscountOutcome::NotStarted => (ErrorCode::DiscountNotStarted, "the discount has not started"),
        DiscountOutcome::UsedUp => (ErrorCode::DiscountUsedUp, "the discount was redeemed as often as it may be"),
        DiscountOutcome::WrongProduct => (ErrorCode::DiscountWrongProduct, "the discount is for another product"),
        DiscountOutcome::WrongCurrency => (ErrorCode::DiscountWrongCurrency, "the discount is in another currency"),
    };
    ProxyError::new(code, message).in_field(Field::DiscountCode)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(value: Value) -> bool {
        let Value::Object(map) = value else { panic!("metadata is an object") };
        metadata(&map).is_ok()
    }

    #[test]
    fn metadata_is_bounded_in_every_direction() {
        assert!(fits(json!({"plan": "pro", "seats": 3, "team": {"lead": {"name": "Ada"}}})));
        assert!(!fits(json!({"a": {"b": {"c": {}}}})), "four levels");
        assert!(!fits(json!({"a": "x".repeat(501)})));
        assert!(!fits(json!({"k".repeat(41): 1})));
        assert!(!fits((0..51).map(|i| (i.to_string(), Value::from(i))).collect::<Map<_, _>>().into()));
        assert!(!fits((0..20).map(|i| (i.to_string(), Value::from("x".repeat(500)))).collect::<Map<_, _>>().into()));
    }
}
