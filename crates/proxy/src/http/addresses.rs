//! Addresses as people and programs write them: with a slash too many, below the public path or without it.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::Uri;

/// Addresses that are typed into a dashboard or a health check, and called by programs that follow no redirect. The API's
/// are written by programs too, and are what they are.
const TYPED: [&str; 4] = ["/webhooks/creem", "/healthz", "/readyz", "/metrics"];

/// Makes the address of a request the one that routes know.
pub(crate) fn tidied(mut request: Request, prefix: &str) -> Request {
    let uri = request.uri();
    let path = inner(uri.path(), prefix);
    if path == uri.path() {
        return request;
    }
    let tidy = uri.query().map_or_else(|| path.to_string(), |query| format!("{path}?{query}"));
    if let Ok(tidy) = tidy.parse::<Uri>() {
        *request.uri_mut() = tidy;
    }
    request
}

/// The path below the public one. Where it is one of those that are typed but for slashes, it is that one.
fn inner<'p>(path: &'p str, prefix: &str) -> Cow<'p, str> {
    let single = with_single_slashes(path);
    let typed = below(&single, prefix).trim_end_matches('/');
    if TYPED.contains(&typed) { Cow::Owned(typed.to_owned()) } else { Cow::Borrowed(below(path, prefix)) }
}

fn below<'p>(path: &'p str, prefix: &str) -> &'p str {
    path.strip_prefix(prefix).filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

fn with_single_slashes(path: &str) -> String {
    let mut single = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !single.ends_with('/') {
            single.push(c);
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    // The slash that a person or a dashboard adds to an address, and the two that come of joining one to a base, were
    // other addresses: webhooks were answered 405, by "(asset)" in the log.
    #[test]
    fn an_address_is_found_with_a_slash_too_many() {
        for (path, found) in [
            ("/webhooks/creem", "/webhooks/creem"),
            ("/webhooks/creem/", "/webhooks/creem"),
            ("//webhooks/creem", "/webhooks/creem"),
            ("//webhooks///creem//", "/webhooks/creem"),
            ("/pay/webhooks/creem/", "/webhooks/creem"),
            ("//pay//webhooks/creem", "/webhooks/creem"),
            ("/readyz/", "/readyz"),
            ("/payments", "/payments"),
            ("/pay", "/pay"),
            ("/pay/", "/"),
            ("/pay/status", "/status"),
            ("/status/", "/status/"),
            ("/api/checkouts/", "/api/checkouts/"),
            ("//api/checkouts", "//api/checkouts"),
            ("//", "//"),
            ("/", "/"),
            ("/a%2F%2Fb", "/a%2F%2Fb"),
            ("/webhooks%2Fcreem", "/webhooks%2Fcreem"),
        ] {
            assert_eq!(inner(path, "/pay"), found, "{path}");
        }
        assert_eq!(inner("//webhooks/creem/", ""), "/webhooks/creem");
    }

    #[test]
    fn the_query_stays_as_it_is() {
        let request = Request::builder().uri("/pay/status?a=//b&c=%2F%2F").body(axum::body::Body::empty());
        assert_eq!(tidied(request.expect("a request"), "/pay").uri(), "/status?a=//b&c=%2F%2F");
    }
}
