//! The return URL: the query that Creem appends to `success_url`, and its signature.
//!
//! The signature is `hex(sha256("k1=v1|k2=v2|…|salt=" + API key))` over the decoded values in the order of the URL,
//! without the signature itself and without empty or `null` values. Values are joined unescaped, so a `|` or `=` in
//! the wrong place would make two URLs share a signature; such URLs are refused here before anything is hashed.
//! (Creem: return URL, sections 11.1 and 11.2.)
//!
//! A verified URL is genuine, not proof of a payment: it has no date and can be replayed. Ask Creem as well.

use std::fmt;

use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::ApiKey;
use crate::signature::{hex, same};

/// The parameters Creem appends, in its order; `signature` follows them.
pub const PARAMETERS: [&str; 6] =
    ["request_id", "checkout_id", "order_id", "customer_id", "subscription_id", "product_id"];

/// Longest query that is looked at, in bytes.
const MAX_QUERY_BYTES: usize = 8 * 1024;

/// A returned URL's query whose signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnUrl {
    /// The merchant's reference, if one was sent at creation.
    pub request_id: Option<String>,
    /// The session, `ch_…`.
    pub checkout_id: String,
    /// The order, `ord_…`; one documentation page shows a subscription's URL without it.
    pub order_id: Option<String>,
    /// The customer, `cust_…`.
    pub customer_id: String,
    /// The subscription, `sub_…`, of a recurring product.
    pub subscription_id: Option<String>,
    /// The product, `prod_…`.
    pub product_id: String,
}

/// Why a returned URL was refused. The buyer can do nothing about any of these but open the original link again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnUrlError {
    /// The query is longer than any Creem makes.
    TooLong,
    /// A parameter Creem always sends is not there.
    Missing(&'static str),
    /// A parameter of Creem's appears twice.
    Duplicate(&'static str),
    /// A parameter of Creem's has characters it never has.
    Malformed(&'static str),
    /// The signature does not fit what is there.
    Signature,
}

impl fmt::Display for ReturnUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the query is too long"),
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::Duplicate(name) => write!(f, "{name} appears twice"),
            Self::Malformed(name) => write!(f, "{name} is malformed"),
            Self::Signature => f.write_str("the signature does not fit"),
        }
    }
}

impl std::error::Error for ReturnUrlError {}

/// The signature of these parameters under this key; pairs in URL order, decoded, without `signature`.
///
/// Empty and `null` values are left out, as Creem does.
///
/// ```
/// let key = creem::ApiKey::parse("creem_test_example").unwrap();
/// let signature = creem::return_url::sign([("checkout_id", "ch_1"), ("product_id", "prod_1")], &key);
/// assert_eq!(signature.len(), 64);
/// ```
pub fn sign<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, key: &ApiKey) -> String {
    let mut hash = Sha256::new();
    for (name, value) in pairs {
        if !is_absent(value) {
            hash.update(name);
            hash.update("=");
            hash.update(value);
            hash.update("|");
        }
    }
    hash.update("salt=");
    hash.update(key.expose());
    hex(&hash.finalize())
}

/// Verifies a returned URL's query (raw, still percent-encoded, with or without `?`) against any of the keys.
///
/// Several keys, because changing the key must not break the URLs of buyers who are just paying. Where
/// `success_url` had a query of its own, Creem's documentation disagrees on whether it is signed: both readings are
/// tried, and either way every parameter of Creem's is covered.
///
/// # Errors
/// [`ReturnUrlError`]; nothing in the query is to be believed then.
pub fn verify<'k>(query: &str, keys: impl IntoIterator<Item = &'k ApiKey>) -> Result<ReturnUrl, ReturnUrlError> {
    let query = query.strip_prefix('?').unwrap_or(query);
    if query.len() > MAX_QUERY_BYTES {
        return Err(ReturnUrlError::TooLong);
    }
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    for (_, value) in pairs.iter_mut().filter(|(name, _)| name == "signature") {
        // What mail programs and people add behind an address is no part of it.
        value.truncate(value.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len());
    }
    let signature = only(&pairs, "signature")?.ok_or(ReturnUrlError::Missing("signature"))?;
    let named = |name| only(&pairs, name);
    let required = |name| named(name)?.ok_or(ReturnUrlError::Missing(name));
    let url = ReturnUrl {
        request_id: named("request_id")?.map(str::to_owned),
        checkout_id: required("checkout_id")?.to_owned(),
        order_id: named("order_id")?.map(str::to_owned),
        customer_id: required("customer_id")?.to_owned(),
        subscription_id: named("subscription_id")?.map(str::to_owned),
        product_id: required("product_id")?.to_owned(),
    };
    let of_creem = || pairs_in_order(&pairs).filter(|(name, _)| PARAMETERS.contains(name));
    // Read the second way, a merchant's own parameter could imitate Creem's by carrying the joining characters.
    let all_unambiguous = pairs_in_order(&pairs)
        .filter(|(name, _)| !PARAMETERS.contains(name))
        .all(|(name, value)| is_unambiguous(name, value));
    // Creem's signature is the last that it appends; what trackers add behind it is not signed.
    let (appended, added) =
        pairs.split_at(pairs.iter().position(|(name, _)| name == "signature").unwrap_or(pairs.len()));
    let all_before = all_unambiguous && !pairs_in_order(added).any(|(name, _)| PARAMETERS.contains(&name));
    let mut genuine = false;
    for key in keys {
        genuine |= same(&sign(of_creem(), key), signature);
        genuine |= all_unambiguous && same(&sign(pairs_in_order(&pairs), key), signature);
        genuine |= all_before && same(&sign(pairs_in_order(appended), key), signature);
    }
    if genuine { Ok(url) } else { Err(ReturnUrlError::Signature) }
}

/// Whether a parameter of the merchant's own `success_url` can be told from the others in what is signed.
#[must_use]
pub fn is_unambiguous(name: &str, value: &str) -> bool {
    !name.contains(['|', '=']) && !value.contains('|')
}

fn pairs_in_order(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| *name != "signature")
}

fn is_absent(value: &str) -> bool {
    value.is_empty() || value == "null"
}

/// The only value of a parameter of Creem's; `None` when absent, empty or `null`.
fn only<'a>(pairs: &'a [(String, String)], name: &'static str) -> Result<Option<&'a str>, ReturnUrlError> {
    let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let value = values.next();
    if values.next().is_some() {
        return Err(ReturnUrlError::Duplicate(name));
    }
    let value = value.filter(|value| !is_absent(value));
    let plain = |value: &str| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    match value {
        Some(value) if !plain(value) => Err(ReturnUrlError::Malformed(name)),
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests;
