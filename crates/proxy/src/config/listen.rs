//! Addresses to listen on, as people write them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Reads an address: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` (every interface, as elsewhere), or a
/// port alone, which stays on this machine.
#[must_use]
pub fn parse(text: &str) -> Option<SocketAddr> {
    let text = text.trim();
    let with = |ip: Ipv4Addr, port: &str| Some(SocketAddr::new(IpAddr::V4(ip), port.parse().ok()?));
    let by_name = || match text.rsplit_once(':') {
        Some((host, port)) if host.eq_ignore_ascii_case("localhost") => with(Ipv4Addr::LOCALHOST, port),
        Some(("" | "*", port)) => with(Ipv4Addr::UNSPECIFIED, port),
        Some(_) => None,
        None => with(Ipv4Addr::LOCALHOST, text),
    };
    text.parse().ok().or_else(by_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, address) in [
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            (" 0.0.0.0:80 ", "0.0.0.0:80"),
            ("[::]:80", "[::]:80"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("LOCALHOST:0", "127.0.0.1:0"),
            (":8080", "0.0.0.0:8080"),
            ("*:8080", "0.0.0.0:8080"),
            ("8080", "127.0.0.1:8080"),
        ] {
            assert_eq!(parse(text), address.parse().ok(), "{text}");
        }
        for text in ["", ":", "localhost", "example.com:80", "127.0.0.1", "::1:80:", "65536", "-1", "80a", "http://:80"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
