//! Origins as values. They are compared parsed, never as prefixes of text.

use url::{Host, Origin, Url};

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
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
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
