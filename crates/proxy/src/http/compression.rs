//! Answers that are made for their request, pages and JSON, compressed for slow lines.
//!
//! Files come compressed from the build, and events must not wait in a compressor's buffer.
//!
//! Who sees the lengths of compressed answers can find out a secret that stands in them beside words of their own
//! (BREACH). Here is none to find: no answer holds more than its request has named already. Browsers send us no cookie,
//! the key and the secrets are in no answer, and what the merchant's token opens no page of another site can ask for.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// What is smaller fits into the packet that carries its head.
const LEAST_BYTES: u64 = 512;

/// Compresses what is worth it, with gzip: Brotli would take off another hundred bytes of a page's eight thousand, and
/// several times as long.
pub(crate) fn layer() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(SizeAbove::new(LEAST_BYTES).and(is_made_for_its_request))
}

fn is_made_for_its_request(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["text/html", "application/json"].contains(&kind.split(';').next().unwrap_or_default())
}
