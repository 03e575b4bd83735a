//! Who is calling: the address of the connection, or what a trusted proxy in front says of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Once;

use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The client IP of a request, as limits count it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientIp(pub(crate) IpAddr);

/// The web servers in front whose `X-Forwarded-For` is believed.
#[derive(Debug)]
pub(crate) struct TrustedProxies {
    networks: Vec<IpNet>,
    warned_of_stranger: Once,
    warned_of_nonsense: Once,
}

impl TrustedProxies {
    /// Those that are configured, and this machine while we listen on loopback: nobody else can connect then, so that
    /// who does is the web server that does our TLS, and has the connections of all buyers.
    pub(crate) fn new(configured: &[IpNet], listen: SocketAddr) -> Self {
        let mut networks = configured.to_vec();
        if listen.ip().to_canonical().is_loopback() {
            let whole = |address: IpAddr, bits| IpNet::new(address, bits).expect("a network has at most these bits");
            networks.extend([whole(Ipv4Addr::LOCALHOST.into(), 8), whole(Ipv6Addr::LOCALHOST.into(), 128)]);
        }
        Self { networks, warned_of_stranger: Once::new(), warned_of_nonsense: Once::new() }
    }

    /// Whether an address is one of theirs.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The client of a request. `X-Forwarded-For` is read from its end, and only as far as those who wrote it are
    /// trusted.
    pub(crate) fn client_ip(&self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
        let peer = extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
        let mut client = peer.to_canonical();
        let mut lines = headers.get_all(FORWARDED_FOR).iter().rev().peekable();
        if lines.peek().is_some() && !self.contains(client) {
            self.warned_of_stranger.call_once(|| {
                tracing::warn!(
                    sender = %client,
                    "an X-Forwarded-For is not believed, because its sender is not in CHECKOUT_TRUSTED_PROXIES; if that \
                     is your own web server, all its buyers count as one client"
                );
            });
            return client;
        }
        for line in lines {
            for entry in line.to_str().unwrap_or_default().rsplit(',') {
                let Some(earlier) = address_in(entry) else {
                    self.warned_of_nonsense.call_once(|| {
                        tracing::warn!(
                            sender = %client,
                            "an entry of X-Forwarded-For is not an address, so its sender counts as the client"
                        );
                    });
                    return client;
                };
                client = earlier.to_canonical();
                if !self.contains(client) {
                    return client;
                }
            }
        }
        client
    }
}

/// The address in an entry of `X-Forwarded-For`, which some write with a port, in brackets or in quotes.
fn address_in(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let entry = entry.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(entry);
    let bare = || entry.parse::<IpAddr>().ok();
    let with_port = || entry.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || entry.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    bare().or_else(with_port).or_else(in_brackets)
}

/// One client, as limits count it: an IPv4 address, or the network an IPv6 customer gets.
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_of(peer: &str, said: &[&str]) -> String {
        client_at("0.0.0.0:8080", peer, said)
    }

    fn client_at(listen: &str, peer: &str, said: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().expect("an address")));
        let mut headers = HeaderMap::new();
        for line in said {
            headers.append(FORWARDED_FOR, line.parse().expect("a value"));
        }
        let configured = ["10.0.0.0/8".parse().expect("a network")];
        let proxies = TrustedProxies::new(&configured, listen.parse().expect("an address"));
        proxies.client_ip(&extensions, &headers).to_string()
    }

    #[test]
    fn only_what_trusted_proxies_say_is_believed() {
        assert_eq!(client_of("192.0.2.1", &["198.51.100.1"]), "192.0.2.1", "a stranger's claim");
        assert_eq!(client_of("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client_of("10.0.0.1", &["203.0.113.9, 198.51.100.1"]), "198.51.100.1", "forged further left");
        assert_eq!(client_of("10.0.0.1", &["203.0.113.9", "198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(client_of("10.0.0.1", &["203.0.113.9", "10.0.0.2"]), "203.0.113.9", "two proxies, a line each");
        assert_eq!(client_of("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(client_of("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client_of("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    // As the guide has it, a web server on the same machine does the TLS. Every buyer was then 127.0.0.1, so that all of
    // them together had the limits of one, and nothing said so.
    #[test]
    fn who_reaches_us_on_loopback_alone_is_the_web_server_in_front() {
        for listen in ["127.0.0.1:8080", "127.8.9.1:80", "[::1]:8080", "[::ffff:127.0.0.1]:8080"] {
            for peer in ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"] {
                assert_eq!(client_at(listen, peer, &["203.0.113.9:5555"]), "203.0.113.9", "{peer} at {listen}");
            }
            assert_eq!(
                client_at(listen, "10.0.0.1", &["203.0.113.9"]),
                "203.0.113.9",
                "what is configured still counts"
            );
            assert_eq!(client_at(listen, "192.0.2.1", &["203.0.113.9"]), "192.0.2.1", "a stranger at {listen}");
        }
        for listen in ["0.0.0.0:8080", "[::]:8080", "192.0.2.7:8080"] {
            assert_eq!(
                client_at(listen, "127.0.0.1", &["203.0.113.9"]),
                "127.0.0.1",
                "at {listen} anybody may forge it"
            );
        }
    }

    // Some load balancers write the port as well. Such an entry was no address, so that the balancer was taken for the
    // client, and all buyers together had the limits of one.
    #[test]
    fn an_entry_may_have_a_port_brackets_or_quotes() {
        for (entry, address) in [
            ("203.0.113.9:5555", "203.0.113.9"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
            ("\"203.0.113.9\"", "203.0.113.9"),
            ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
            (" 203.0.113.9:1 , 10.0.0.7:2", "203.0.113.9"),
        ] {
            assert_eq!(client_of("10.0.0.1", &[entry]), address, "{entry}");
        }
        for nonsense in ["unknown", "_hidden", "", "203.0.113.9:", "203.0.113.9:port", "[203.0.113.9", "\"203.0.113.9"]
        {
            assert_eq!(client_of("10.0.0.1", &[nonsense]), "10.0.0.1", "{nonsense}");
        }
    }

    #[test]
    fn one_customer_of_ipv6_is_one_client() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
