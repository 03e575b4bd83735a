//! Which origins are ours, may call us, and may be returned to.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::Url;
use wire::{ErrorCode, PageMode};

use crate::Config;
use crate::config::origins::{SiteOrigin, is_loopback};
use crate::error::ProxyError;

/// Which pages may have an answer at all.
pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Where a browser says from what kind of page a request comes.
const FETCH_SITE: &str = "sec-fetch-site";

/// The origins of one configuration.
#[derive(Debug)]
pub(crate) struct Sites {
    own: Vec<SiteOrigin>,
    allowed: Vec<SiteOrigin>,
    returns: Vec<SiteOrigin>,
    /// Whether pages from other ports of this machine are allowed too, and may be returned to.
    neighbours: Neighbours,
    /// Under which names a page of ours may come that was opened under another address than the public one.
    names: Names,
}

/// Who may be meant by a request's `Host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// Any name that leads to us.
    Any,
    /// Names of this machine only, because nothing but this machine reaches us: a name from outside that leads here was
    /// pointed here by somebody else.
    Loopback,
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
        let call = config.mode == PageMode::Sandbox && config.public_url_is_loopback();
        let neighbours = Neighbours { call, are_returned_to: call && config.return_origins.is_empty() };
        let stays_here = config.listens_on_loopback() && config.public_url_is_loopback();
        let names = if stays_here { Names::Loopback } else { Names::Any };
        Self { own, allowed: config.allowed_origins.clone(), returns, neighbours, names }
    }

    /// The other sites that may embed us, as a policy lists them.
    pub(crate) fn embedders(&self) -> String {
        let neighbours = if self.neighbours.call { " http://127.0.0.1:* http://localhost:*" } else { "" };
        self.allowed.iter().map(|origin| format!(" {origin}")).chain([neighbours.to_owned()]).collect()
    }

    /// Whether a `success_url` may point to this address.
    pub(crate) fn may_return_to(&self, url: &Url) -> bool {
        let is_neighbour = self.neighbours.are_returned_to && is_loopback(url);
        SiteOrigin::of(url).is_some_and(|origin| is_neighbour || self.returns.contains(&origin))
    }

    /// Rejects cross-site browser requests, except from allowed origins. Other clients send neither header.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<(), ProxyError> {
        let origins: Vec<_> = headers.get_all(header::ORIGIN).iter().collect();
        let fine = match origins.as_slice() {
            [] => headers.get(FETCH_SITE).is_none_or(|site| site != "cross-site"),
            [origin] => self.is_own(origin) || self.is_allowed(origin) || self.is_where_it_goes(origin, headers),
            _ => false,
        };
        if fine {
            return Ok(());
        }
        let message = "this site may not start payments here; the merchant can add it to CHECKOUT_ALLOWED_ORIGINS";
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let named = if origins.is_empty() {
            "none".to_owned()
        } else {
            origins.into_iter().map(text).collect::<Vec<_>>().join(" and ")
        };
        let own = self.own.first().map_or("", SiteOrigin::as_str);
        let cause = format!(
            "sent by a page of the origin {named}: if buyers open the checkout there, set CHECKOUT_PUBLIC_URL, which is \
             {own} now; if it is another site of yours, add it to CHECKOUT_ALLOWED_ORIGINS"
        );
        Err(ProxyError::new(ErrorCode::OriginNotAllowed, message).because(cause))
    }

    fn is_own(&self, origin: &HeaderValue) -> bool {
        self.own.iter().any(|own| own.as_str().as_bytes() == origin.as_bytes())
    }

    /// Whether a page sent this to where it came from itself: then it is a page of ours, opened under another name or
    /// port than the public one (`docker run --publish`, `www.`, a machine's own name).
    ///
    /// Browsers say so in `Sec-Fetch-Site`, which no script can set. They leave it out where the address is neither
    /// https nor loopback, and older ones always do; then origin and `Host`, which no script can set either, have to be
    /// the same to the port.
    ///
    /// What is left is DNS rebinding: a stranger's name that is made to lead to us, so that the stranger's page has our
    /// origin. With https it has no certificate for that name. Elsewhere it gains nothing that any program on the same
    /// network could not do, because nothing here is granted to a browser as such, by a cookie or a log-in. Where only
    /// this machine reaches us, its browsers are all that stands between us and strangers; there only this machine's
    /// names count.
    fn is_where_it_goes(&self, origin: &HeaderValue, headers: &HeaderMap) -> bool {
        let Some(sender) = origin.to_str().ok().filter(|text| SiteOrigin::parse(text).is_some()) else { return false };
        let Ok(sender) = Url::parse(sender) else { return false };
        let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
        let Some(target) = SiteOrigin::parse(&format!("{}://{host}", sender.scheme())) else { return false };
        let Ok(target) = Url::parse(target.as_str()) else { return false };
        let is_same = match headers.get(FETCH_SITE) {
            // A web server in front may pass the name on without the port.
            Some(site) => site == "same-origin" && sender.host() == target.host(),
            None => sender.origin() == target.origin(),
        };
        is_same && (self.names == Names::Any || is_loopback(&target) || self.is_ours_by_name(&target))
    }

    fn is_ours_by_name(&self, url: &Url) -> bool {
        self.own.iter().any(|own| Url::parse(own.as_str()).is_ok_and(|own| own.host() == url.host()))
    }

    /// Lets the allowed sites' pages have a file of ours.
    pub(crate) fn share_file(&self, asked: &HeaderMap, answer: &mut HeaderMap) {
        mark(answer, self.allowed_sender(asked));
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
    mark(response.headers_mut(), sender);
    response
}

/// Says in an answer which other site may read it.
fn mark(headers: &mut HeaderMap, sender: Option<HeaderValue>) {
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = sender {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let readable = HeaderValue::from_static("etag, retry-after, x-request-id");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
        // For pages that let in nothing of others which does not say so itself.
        headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    }
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

    fn sites(names: Names) -> Sites {
        let own = own_origins(&Url::parse("http://127.0.0.1:8080/").expect("a URL"));
        let neighbours = Neighbours { call: false, are_returned_to: false };
        Sites { own, allowed: Vec::new(), returns: Vec::new(), neighbours, names }
    }

    fn may_send(names: Names, origin: &str, host: &str, site: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        let pairs = [(header::ORIGIN.as_str(), Some(origin)), ("host", Some(host)), (FETCH_SITE, site)];
        for (name, value) in pairs.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            headers.insert(name, value.parse().expect("a value"));
        }
        sites(names).check_origin(&headers).is_ok()
    }

    // A page opened under another port (`docker run --publish`) or another name (`www.`, `--listen 0.0.0.0`) was shown,
    // and every press on it refused, although the browser said that it came from where it went.
    #[test]
    fn a_page_that_sends_to_where_it_came_from_is_ours() {
        let same = Some("same-origin");
        for (origin, host, site) in [
            ("http://127.0.0.1:18199", "127.0.0.1:18199", same),
            ("https://www.pay.example", "www.pay.example", same),
            ("https://www.pay.example", "WWW.pay.example", same),
            ("https://pay.example:8443", "pay.example", same),
            ("http://mybox:8080", "mybox:8080", None),
            ("http://192.168.1.7:8080", "192.168.1.7:8080", None),
            ("https://pay.example", "pay.example:443", None),
            ("http://[fd00::7]:8080", "[fd00::7]:8080", None),
        ] {
            assert!(may_send(Names::Any, origin, host, site), "{origin} to {host}, {site:?}");
        }
        for (origin, host, site) in [
            ("https://evil.example", "pay.example", same),
            ("https://evil.example", "pay.example", None),
            ("https://pay.example.evil.example", "pay.example", same),
            ("https://evil-pay.example", "pay.example", None),
            ("http://mybox:9000", "mybox:8080", None),
            ("http://mybox:8080", "mybox:8080", Some("cross-site")),
            ("http://mybox:8080", "mybox:8080", Some("same-site")),
            ("http://mybox:8080", "mybox:8080", Some("none")),
            ("null", "null", same),
            ("null", "pay.example", same),
            ("file://", "pay.example", same),
            ("http://mybox:8080", "", None),
            ("http://mybox", "user@mybox", None),
            ("http://mybox", "mybox/@evil.example", None),
        ] {
            assert!(!may_send(Names::Any, origin, host, site), "{origin} to {host}, {site:?}");
        }
    }

    #[test]
    fn a_strangers_name_for_this_machine_is_none_where_only_this_machine_reaches_us() {
        for site in [Some("same-origin"), None] {
            assert!(
                !may_send(Names::Loopback, "http://rebound.example:8080", "rebound.example:8080", site),
                "{site:?}"
            );
            for here in ["http://localhost:18199", "http://127.0.0.1:18199", "http://shop.localhost:18199"] {
                let host = here.trim_start_matches("http://");
                assert!(may_send(Names::Loopback, here, host, site), "{here}, {site:?}");
            }
        }
    }
}
