//! Where a buyer may be sent back to.

use creem::return_url::is_unambiguous;
use url::Url;
use wire::ErrorCode;
use wire::link::Parameter;

use crate::error::ProxyError;
use crate::http::sites::Sites;

/// Longest `success_url`; Creem appends about 300 bytes, and some servers read 4 KiB of an address.
const MAX_BYTES: usize = 2048;

/// Reads a `success_url` that a caller asks for: on an allowed origin, and free of what would let one URL be read in
/// two ways.
pub(crate) fn checked(text: &str, sites: &Sites) -> Result<Url, ProxyError> {
    let url = parsed(text)?;
    if sites.may_return_to(&url) {
        return Ok(url);
    }
    let message = "success_url is on an origin that is not allowed; the merchant can add it to CHECKOUT_RETURN_ORIGINS";
    Err(ProxyError::new(ErrorCode::SuccessUrlNotAllowed, message).in_field(Parameter::SuccessUrl))
}

fn parsed(text: &str) -> Result<Url, ProxyError> {
    if text.len() > MAX_BYTES {
        return Err(invalid(&format!("must have at most {MAX_BYTES} bytes")));
    }
    if text.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace()) {
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
    if let Some((name, _)) = url.query_pairs().find(|(name, value)| !is_unambiguous(name, value)) {
        let message =
            format!("must not have | or an encoded = in its parameter {name:?}: Creem's signature could not tell");
        return Err(invalid(&message));
    }
    Ok(url)
}

fn is_creems(name: &str) -> bool {
    name == "signature" || creem::return_url::PARAMETERS.contains(&name)
}

fn invalid(what: &str) -> ProxyError {
    ProxyError::new(ErrorCode::SuccessUrlInvalid, format!("success_url {what}")).in_field(Parameter::SuccessUrl)
}

#[cfg(test)]
mod tests {
    use creem::ApiKey;
    use creem::return_url::{sign, verify};
    use proptest::prelude::*;

    use super::*;

    fn refusal(text: &str) -> String {
        parsed(text).expect_err(text).detail("").message
    }

    #[test]
    fn an_address_that_is_too_long_is_told_its_length() {
        let long = |bytes: usize| format!("https://shop.example/{}", "x".repeat(bytes - 21));
        assert!(parsed(&long(2048)).is_ok());
        assert!(refusal(&long(2049)).contains("2048 bytes"));
    }

    // These were accepted, and the buyer who had paid read that the link could not be verified.
    #[test]
    fn a_query_that_the_signature_cannot_tell_apart_is_refused_before_the_sale() {
        for query in ["x=a|b", "tags=a%7Cb", "n%3D=1", "a%7Cb=1", "plan=pro&x=%7c"] {
            assert!(refusal(&format!("https://shop.example/?{query}")).contains("signature"), "{query}");
        }
        for query in ["x=a%3Db", "a[]=1&a[]=2", "token=ab%3D%3D", "x=", "x", "", "session={CHECKOUT_ID}"] {
            assert!(parsed(&format!("https://shop.example/?{query}#/x")).is_ok(), "{query}");
        }
    }

    proptest! {
        /// Whichever of the two readings Creem signs, what is accepted comes back verified.
        #[test]
        fn what_is_accepted_can_be_verified_when_it_comes_back(query in "[a-z%|=&+0-9A-F\\[\\]]{0,40}") {
            let Ok(mut url) = parsed(&format!("https://shop.example/thanks?{query}")) else { return Ok(()) };
            let key = ApiKey::parse("creem_test_vector").expect("a key");
            let own: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let creems = [("checkout_id", "ch_1"), ("customer_id", "cust_1"), ("product_id", "prod_1")];
            url.query_pairs_mut().extend_pairs(creems);
            let all = own.iter().map(|(name, value)| (&**name, &**value)).chain(creems);
            for signature in [sign(creems, &key), sign(all, &key)] {
                let mut returned = url.clone();
                returned.query_pairs_mut().append_pair("signature", &signature);
                prop_assert!(verify(returned.query().unwrap_or_default(), [&key]).is_ok(), "{}", returned);
            }
        }
    }
}
