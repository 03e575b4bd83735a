//! The headers on every answer: what a browser may do with it.
//!
//! Which origins may call or embed us is decided in [`crate::http::sites`].

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

use super::sites::{CROSS_ORIGIN_RESOURCE_POLICY, Sites};
use crate::Config;
use crate::page::InlineStyle;

/// The headers, made once at start.
#[derive(Debug)]
pub(crate) struct SecurityHeaders {
    fixed: HeaderMap,
    policy: Policy,
}

impl SecurityHeaders {
    pub(crate) fn new(config: &Config, sites: &Sites) -> Self {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        // Not `no-referrer`: browsers would then send `Origin: null` with the plain form, and it would be refused.
        set(header::REFERRER_POLICY, "same-origin");
        // No opener policy: with one, WebKit forgets the page when the buyer leaves to pay, and Back would have to load
        // it anew. An opener gains nothing from a page without cookies or log-in.
        set(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
        set(
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), browsing-topics=()",
        );
        if config.public_url.scheme() == "https" {
            // Not `includeSubDomains`: which of the merchant's other hosts have TLS is not ours to say.
            set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        }
        let policy = Policy::new(config, sites);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.with(""));
        Self { fixed: headers, policy }
    }

    /// Adds what the answer does not say itself.
    pub(crate) fn complete(&self, response: &mut Response) {
        if let Some(InlineStyle(hash)) = response.extensions_mut().remove() {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, self.policy.with(&hash));
        }
        for (name, value) in &self.fixed {
            response.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
}

/// The content security policy, open at the place where a page names its own style sheet.
///
/// `wasm-unsafe-eval` lets WebAssembly compile and nothing else. The plain form is redirected to Creem's page, whose
/// host is the merchant's choice, so any `https:` address may receive it.
#[derive(Debug)]
struct Policy {
    before: &'static str,
    after: String,
}

impl Policy {
    fn new(config: &Config, sites: &Sites) -> Self {
        let plain_upstream = match &config.creem_url {
            Some(url) if url.scheme() == "http" => format!(" {}", url.origin().ascii_serialization()),
            Some(_) | None => String::new(),
        };
        let embedders = sites.embedders();
        Self {
            before: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'",
            after: format!(
                "; img-src 'self' https: data:; connect-src 'self'; font-src 'self'; form-action 'self' \
                 https:{plain_upstream}; base-uri 'none'; frame-ancestors 'self'{embedders}"
            ),
        }
    }

    fn with(&self, style: &str) -> HeaderValue {
        let policy = [self.before, style, &self.after].concat();
        HeaderValue::from_str(&policy).expect("origins and hashes have only plain characters")
    }
}
