//! Which origins are ours, may call us, and may be returned to.
//!
//! Origins are compared parsed, never as prefixes of text.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::{Host, Origin, Url};
use wire::{ErrorCode, PageMode};

use crate::Config;
use crate::error::ProxyError;

/// An origin as browsers write it, such as `https://shop.example`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SiteOrigin(String);

impl SiteOrigin {
    /// Reads an origin: `http` or `https`, host, perhaps a port, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if bare && anonymous { Self::of(&url) } else { None }
    }

    /// The origin of an `http` or `https` address.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        match url.origin() {
            Origin::Tuple(scheme, _, _) if scheme == "http" || scheme == "https" => {
                Some(Self(url.origin().ascii_serialization()))
            }
            Origin::Tuple(..) | Origin::Opaque(_) => None,
        }
    }

    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SiteOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an address is on this machine.
#[must_use]
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The origins of one configuration.
#[derive(Debug)]
pub(crate) struct Sites {
    own: Vec<SiteOrigin>,
    allowed: Vec<SiteOrigin>,
    returns: Vec<SiteOrigin>,
    /// Whether pages from other ports of this machine are allowed too, and may be returned to.
    neighbours: Neighbours,
}

/// What other ports of this machine may do. In a sandbox no money moves, and `trunk serve` or the merchant's own site
/// in development stands beside it, on a port that nobody wants to configure.
#[derive(Debug)]
struct Neighbours {
    call: bool,
    are_returned_to: bool,
}

impl Sites {
    pub(crate) fn new(config: &Config) -> Self {
        let own = own_origins(&config.public_url);
        let returns = if config.return_origins.is_empty() {
            own.iter().chain(&config.allowed_origins).cloned().collect()
        } else {
            config.return_origins.clone()
        };
        let call = config.mode == PageMode::Sandbox && is_loopback(&config.public_url);
        let neighbours = Neighbours { call, are_returned_to: call && config.return_origins.is_empty() };
        Self { own, allowed: config.allowed_origins.clone(), returns, neighbours }
    }

    /// The other sites that may call and embed us.
    pub(crate) fn allowed(&self) -> &[SiteOrigin] {
        &self.allowed
    }

    /// Whether a `success_url` may point to this address.
    pub(crate) fn may_return_to(&self, url: &Url) -> bool {
        let is_neighbour = self.neighbours.are_returned_to && is_loopback(url);
        SiteOrigin::of(url).is_some_and(|origin| is_neighbour || self.returns.contains(&origin))
    }

    /// Refuses what another site's page sent without leave. Callers that are no browsers send neither header.
    pub(crate) fn check_sender(&self, headers: &HeaderMap) -> Result<(), ProxyError> {
        let sent_by = |name: header::HeaderName| headers.get_all(name).iter().collect::<Vec<_>>();
        let fine = match sent_by(header::ORIGIN).as_slice() {
            [] => headers.get("sec-fetch-site").is_none_or(|site| site != "cross-site"),
            [origin] => {
                self.is_allowed(origin) || self.own.iter().any(|own| own.as_str().as_bytes() == origin.as_bytes())
            }
            _ => false,
        };
        if fine {
            return Ok(());
        }
        let message = "this site may not start payments here; the merchant can add it to CHECKOUT_ALLOWED_ORIGINS";
        Err(ProxyError::new(ErrorCode::OriginNotAllowed, message))
    }

    fn allowed_sender(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        headers.get(header::ORIGIN).filter(|origin| self.is_allowed(origin)).cloned()
    }

    /// Whether this is the origin of another site that may call us.
    fn is_allowed(&self, origin: &HeaderValue) -> bool {
        let Ok(text) = origin.to_str() else { return false };
        let is_neighbour = || {
            let url = Url::parse(text).ok().filter(is_loopback);
            url.and_then(|url| SiteOrigin::of(&url)).is_some_and(|neighbour| neighbour.as_str() == text)
        };
        self.allowed.iter().any(|known| known.as_str() == text) || (self.neighbours.call && is_neighbour())
    }
}

/// On this machine a browser may spell our address in three ways; they are all us.
fn own_origins(public_url: &Url) -> Vec<SiteOrigin> {
    let mut own: Vec<SiteOrigin> = SiteOrigin::of(public_url).into_iter().collect();
    if is_loopback(public_url) {
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            let mut spelled = public_url.clone();
            if spelled.set_host(Some(host)).is_ok() {
                own.extend(SiteOrigin::of(&spelled).filter(|origin| !own.contains(origin)));
            }
        }
    }
    own
}

/// Lets the allowed sites' scripts read the API: answers preflights, and marks answers with the exact origin.
pub(crate) async fn share(State(sites): State<Arc<Sites>>, request: Request, next: Next) -> Response {
    let sender = sites.allowed_sender(request.headers());
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &sender {
        Some(_) if request.method() == Method::OPTIONS && asks => preflight(),
        Some(_) | None => next.run(request).await,
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = sender {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let readable = HeaderValue::from_static("etag, retry-after, x-request-id");
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
    response
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, idempotency-key"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        let parse = |text| SiteOrigin::parse(text).map(|origin| origin.0);
        assert_eq!(parse("https://Shop.example:443/"), Some("https://shop.example".to_owned()));
        for bad in ["shop.example", "https://shop.example/path", "https://a@shop.example", "null", "file:///tmp", "*"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
