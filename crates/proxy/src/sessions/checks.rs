//! What a session may carry besides product and buyer.

use serde_json::{Map, Value};
use wire::{CustomFieldAnswer, DiscountOutcome, ErrorCode, QuotedDiscount};

use crate::error::ProxyError;

/// Bounds of `metadata`. Creem documents none; these keep every webhook and row small.
const MAX_KEYS: usize = 50;
const MAX_KEY_CHARS: usize = 40;
const MAX_TEXT_CHARS: usize = 500;
const MAX_DEPTH: usize = 3;
const MAX_BYTES: usize = 8 * 1024;

pub(super) fn metadata(metadata: &Map<String, Value>) -> Result<(), ProxyError> {
    let invalid =
        |what: String| ProxyError::new(ErrorCode::MetadataInvalid, format!("metadata {what}")).in_field("metadata");
    let size = serde_json::to_vec(metadata).map_err(ProxyError::internal)?.len();
    if size > MAX_BYTES {
        return Err(invalid(format!("must have at most {MAX_BYTES} bytes as JSON")));
    }
    object(metadata, 1).map_err(|what| invalid(what.to_owned()))
}

fn object(map: &Map<String, Value>, depth: usize) -> Result<(), &'static str> {
    if map.len() > MAX_KEYS {
        return Err("must have at most 50 keys");
    }
    for (key, entry) in map {
        if key.chars().count() > MAX_KEY_CHARS {
            return Err("keys must have at most 40 characters");
        }
        value(entry, depth + 1)?;
    }
    Ok(())
}

fn value(value: &Value, depth: usize) -> Result<(), &'static str> {
    match value {
        Value::Object(_) | Value::Array(_) if depth > MAX_DEPTH => Err("must be at most three levels deep"),
        Value::Object(map) => object(map, depth),
        Value::Array(entries) => entries.iter().try_for_each(|entry| self::value(entry, depth + 1)),
        Value::String(text) if text.chars().count() > MAX_TEXT_CHARS => Err("texts must have at most 500 characters"),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => Ok(()),
    }
}

/// Creem takes the questions of a session, not their answers: those are typed on its own page.
pub(super) fn custom_fields(answers: &[CustomFieldAnswer]) -> Result<(), ProxyError> {
    if answers.is_empty() {
        return Ok(());
    }
    let message = "custom fields are answered on Creem's page";
    Err(ProxyError::new(ErrorCode::CustomFieldInvalid, message).in_field("custom_fields"))
}

/// An intent locks fields; one that cannot be verified here must not be passed over in silence.
pub(super) fn intent(intent: Option<&str>) -> Result<(), ProxyError> {
    match intent {
        None => Ok(()),
        Some(_) => {
            let message = "this proxy has no secret to verify intents with";
            Err(ProxyError::new(ErrorCode::IntentInvalid, message).in_field("intent"))
        }
    }
}

/// The code of a discount that applies.
pub(super) fn applied(discount: QuotedDiscount) -> Result<String, ProxyError> {
    let (code, message) = match discount.outcome {
        DiscountOutcome::Applied => return Ok(discount.code),
        DiscountOutcome::Unknown => (ErrorCode::DiscountUnknown, "there is no such discount code"),
        DiscountOutcome::Expired => (ErrorCode::DiscountExpired, "the discount has expired"),
        DiscountOutcome::NotStarted => (ErrorCode::DiscountNotStarted, "the discount has not started"),
        DiscountOutcome::UsedUp => (ErrorCode::DiscountUsedUp, "the discount was redeemed as often as it may be"),
        DiscountOutcome::WrongProduct => (ErrorCode::DiscountWrongProduct, "the discount is for another product"),
        DiscountOutcome::WrongCurrency => (ErrorCode::DiscountWrongCurrency, "the discount is in another currency"),
    };
    Err(ProxyError::new(code, message).in_field("discount_code"))
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
