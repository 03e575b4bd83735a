//! The query that Creem appends when it sends the buyer back.

/// What the page reads from a returned URL: enough to show the reference and to ask the proxy.
///
/// Nothing here is verified; only the proxy can do that. (Creem: return URL.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The merchant's reference, if it has the form of one.
    pub request_id: Option<crate::RequestId>,
    /// The session, if it has the form of one.
    pub checkout_id: Option<crate::CheckoutId>,
    /// The query as it came, without `?`, for the proxy to verify.
    pub query: String,
}

impl Returned {
    /// Reads the query of a page's address, with or without `?`.
    ///
    /// `None` when it is not a return: one carries `checkout_id` together with `signature`, or, after the address
    /// was tidied, with `request_id`.
    #[must_use]
    pub fn parse(query: &str) -> Option<Self> {
        let query = query.strip_prefix('?').unwrap_or(query);
        // Mail programs and people add what ends a sentence; nothing of Creem's ends in it.
        let query = query.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '=' | '/'));
        let value = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
        };
        let checkout_id = value("checkout_id")?;
        if value("signature").is_none() && value("request_id").is_none() {
            return None;
        }
        Some(Self {
            request_id: value("request_id").and_then(|text| crate::RequestId::parse(text).ok()),
            checkout_id: crate::CheckoutId::parse(checkout_id).ok(),
            query: query.to_owned(),
        })
    }

    /// Whether the URL still carries Creem's signature, so that the proxy can verify it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.query.split('&').any(|pair| pair.starts_with("signature="))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_is_recognised_by_what_creem_appends() {
        let returned = Returned::parse("?request_id=order_1001&checkout_id=ch_1&order_id=ord_1&signature=ab");
        let returned = returned.expect("a return");
        assert_eq!(returned.request_id.as_ref().map(crate::RequestId::as_str), Some("order_1001"));
        assert!(returned.is_signed());
        assert_eq!(Returned::parse("?product=prod_1&request_id=order_1001"), None);
        assert_eq!(Returned::parse(""), None);
    }

    // A full stop or a question mark behind a copied address made the payment unknown.
    #[test]
    fn what_follows_a_copied_address_is_left_off() {
        for after in ["?", ".", ").", "&", "\u{200b}", "…"] {
            let query = ["request_id=order_1&checkout_id=ch_1", after].concat();
            let returned = Returned::parse(&query).expect("a return");
            assert_eq!(returned.query, "request_id=order_1&checkout_id=ch_1", "{after}");
            assert_eq!(returned.checkout_id.as_ref().map(crate::CheckoutId::as_str), Some("ch_1"));
        }
    }

    #[test]
    fn a_tidied_address_is_still_a_return() {
        let returned = Returned::parse("request_id=order_1001&checkout_id=ch_1").expect("a return");
        assert!(!returned.is_signed());
    }

    #[test]
    fn a_reference_that_cannot_be_one_is_not_shown() {
        let returned = Returned::parse("request_id=%3Cscript%3E&checkout_id=ch_1&signature=ab").expect("a return");
        assert_eq!(returned.request_id, None);
    }
}
