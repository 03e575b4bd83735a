//! Where a buyer may be sent back to.

use url::Url;
use wire::ErrorCode;

use crate::error::ProxyError;
use crate::sites::Sites;

/// Reads a `success_url` that a caller asks for: on an allowed origin, and free of what would let one URL be read in
/// two ways.
pub(crate) fn checked(text: &str, sites: &Sites) -> Result<Url, ProxyError> {
    if text.len() > 2048 || text.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace()) {
        return Err(invalid("must be an address without backslashes, spaces and control characters"));
    }
    let url = Url::parse(text).map_err(|_| invalid("must be an absolute http or https address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("must be an absolute http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("must not carry a user or a password"));
    }
    if let Some((name, _)) = url.query_pairs().find(|(name, _)| is_creems(name)) {
        return Err(invalid(&format!("must not carry {name}, which Creem appends")));
    }
    if sites.may_return_to(&url) {
        return Ok(url);
    }
    let message = "success_url is on an origin that is not allowed; the merchant can add it to CHECKOUT_RETURN_ORIGINS";
    Err(ProxyError::new(ErrorCode::SuccessUrlNotAllowed, message).in_field("success_url"))
}

fn is_creems(name: &str) -> bool {
    name == "signature" || creem::return_url::PARAMETERS.contains(&name)
}

fn invalid(what: &str) -> ProxyError {
    ProxyError::new(ErrorCode::SuccessUrlInvalid, format!("success_url {what}")).in_field("success_url")
}
