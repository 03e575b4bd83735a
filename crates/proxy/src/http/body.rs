//! Reading bodies: bounded, and refused by the name of the field at fault.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::BodyExt as _;
use wire::{CheckoutRequest, ErrorCode};

use super::numbers;
use crate::catalog::quotes::units_invalid;
use crate::error::ProxyError;

/// The largest body, in bytes, of every call but webhooks.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// The largest webhook, in bytes: a session with its product, customer and metadata is a few kilobytes.
pub(crate) const MAX_WEBHOOK_BYTES: usize = 1024 * 1024;

/// How much memory a body takes at a time while it is read.
pub(crate) const STEP_BYTES: usize = 64 * 1024;

/// Most bytes of a rejected body that are read and thrown away.
const MAX_DISCARDED_BYTES: usize = 2 * 1024 * 1024;

/// Reads a body to its end, however it is sent, but not for ever. Before so many bytes of it are kept, `room` is asked
/// for them.
pub(crate) async fn read(
    mut body: Body,
    limit_bytes: usize,
    patience: Duration,
    room: impl FnMut(usize) -> Result<(), ProxyError>,
) -> Result<Bytes, ProxyError> {
    let read = tokio::time::timeout(patience, kept(&mut body, limit_bytes, room)).await;
    let read = read.map_err(|_| ProxyError::new(ErrorCode::BodyInvalid, "the body did not arrive in time"))?;
    if read.is_err() {
        discard(body, patience);
    }
    read
}

async fn kept(
    body: &mut Body,
    limit_bytes: usize,
    mut room: impl FnMut(usize) -> Result<(), ProxyError>,
) -> Result<Bytes, ProxyError> {
    // A body that is announced as too large is not waited for.
    if body.size_hint().lower() > u64::try_from(limit_bytes).unwrap_or(u64::MAX) {
        return Err(ProxyError::too_large(limit_bytes));
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|error| ProxyError::new(ErrorCode::BodyInvalid, "the body did not arrive whole").because(error))?;
        let Ok(data) = frame.into_data() else { continue };
        let length = bytes.len() + data.len();
        if length > limit_bytes {
            return Err(ProxyError::too_large(limit_bytes));
        }
        if length > bytes.capacity() {
            let capacity = length.next_multiple_of(STEP_BYTES);
            room(capacity)?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.into())
}

/// Reads the rest of a rejected body and keeps none of it. Closing the connection while the other end still sends would
/// reset it, and the response would be lost on its way.
pub(crate) fn discard(mut body: Body, patience: Duration) {
    if body.is_end_stream() {
        return;
    }
    tokio::spawn(tokio::time::timeout(patience, async move {
        let mut discarded = 0;
        while let Some(Ok(frame)) = body.frame().await
            && discarded < MAX_DISCARDED_BYTES
        {
            discarded += frame.data_ref().map_or(0, Bytes::len);
        }
    }));
}

/// Reads the JSON of a session's creation.
pub(crate) fn checkout_request(body: &[u8]) -> Result<CheckoutRequest, ProxyError> {
    // Some editors and .NET's writers begin UTF-8 with it; JSON has no such mark.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // Serde would read an array as the fields in their order, too.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(ProxyError::new(ErrorCode::BodyInvalid, "the body is not a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let request: CheckoutRequest = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| refusal(".", &error))?;
    if request.metadata.is_some() && !numbers::are_kept(body) {
        let message = "metadata has a number with more digits than can be kept; send it as text";
        return Err(ProxyError::new(ErrorCode::MetadataInvalid, message).in_field("metadata"));
    }
    Ok(request)
}

fn refusal(path: &str, error: &serde_json::Error) -> ProxyError {
    let message = error.to_string();
    let named = message.split('`').nth(1);
    let prefix = if path == "." { "" } else { path };
    match named {
        Some(name) if message.starts_with("unknown field") => {
            let field = dotted(prefix, name);
            ProxyError::new(ErrorCode::FieldUnknown, format!("there is no field {field}")).in_field(field)
        }
        Some(name) if message.starts_with("missing field") => {
            let field = dotted(prefix, name);
            ProxyError::new(ErrorCode::BodyInvalid, format!("{field} is missing")).in_field(field)
        }
        Some(_) | None if prefix == "units" && message.starts_with("invalid value") => units_invalid(),
        Some(_) | None if error.is_data() && !prefix.is_empty() => {
            ProxyError::new(ErrorCode::BodyInvalid, format!("{prefix}: {message}")).in_field(prefix)
        }
        Some(_) | None => ProxyError::new(ErrorCode::BodyInvalid, format!("the body is not a JSON object: {message}")),
    }
}

/// The name below a path, unless the path already ends in it.
pub(crate) fn dotted(path: &str, name: &str) -> String {
    if path.is_empty() || path == name {
        name.to_owned()
    } else if path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (ErrorCode, Option<String>) {
        let error = checkout_request(body.as_bytes()).expect_err(body);
        (error.code(), error.field().map(str::to_owned))
    }

    #[test]
    fn the_field_at_fault_is_named() {
        let field = |name: &str| Some(name.to_owned());
        assert_eq!(refused(r#"{"product_id":"p","price":1}"#), (ErrorCode::FieldUnknown, field("price")));
        assert_eq!(
            refused(r#"{"product_id":"p","customer":{"name":"A"}}"#),
            (ErrorCode::FieldUnknown, field("customer.name"))
        );
        assert_eq!(
            refused(r#"{"product_id":"p","custom_fields":[{"type":"text","label":"A"}]}"#),
            (ErrorCode::BodyInvalid, field("custom_fields[0].key"))
        );
        assert_eq!(refused(r#"{"product_id":7}"#), (ErrorCode::BodyInvalid, field("product_id")));
        assert_eq!(refused(r#"{"product_id":"p","units":"2"}"#), (ErrorCode::BodyInvalid, field("units")));
        assert_eq!(refused(r#"{"product_id":"p","units":-1}"#), (ErrorCode::UnitsInvalid, field("units")));
        assert_eq!(
            refused(r#"{"product_id":"p","customer":{"email":1}}"#),
            (ErrorCode::BodyInvalid, field("customer.email"))
        );
        assert_eq!(
            refused(r#"{"product_id":"p","metadata":{"a":{"n":123456789012345678901234567890}}}"#),
            (ErrorCode::MetadataInvalid, field("metadata"))
        );
        let marked = checkout_request("\u{feff}{\"product_id\":\"p\"}".as_bytes()).expect("the mark is no part of it");
        assert_eq!(marked.product_id, "p");
        for broken in ["", "{", "\u{feff}\u{feff}{}", "[]", "null", r#"{"product_id":"p"} x"#] {
            assert_eq!(refused(broken).0, ErrorCode::BodyInvalid, "{broken}");
        }
    }
}
