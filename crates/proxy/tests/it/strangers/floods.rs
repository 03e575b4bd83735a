//! What one client may hold of what there is only so much of: connections, and memory for webhooks.
//!
//! How much may be asked is in `limits`, streams of events in `live`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use proxy::Proxy;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

use super::abuse::first_line;
use crate::database::Database;
use crate::shop::{self, Shop, Webhooks};

const LIMIT: Duration = Duration::from_secs(20);

/// A connection that waits for a response no longer than a test does.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    stream
}

/// The next response on a connection; nothing when there is none.
fn response(mut stream: &TcpStream) -> String {
    let mut response = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return String::new(),
            Ok(read) => response.extend_from_slice(&part[..read]),
        }
        let text = String::from_utf8_lossy(&response);
        let length = |head: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            line.and_then(|length| length.parse::<usize>().ok()).expect("a length")
        };
        if text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= length(head)) {
            return text.into_owned();
        }
    }
}

/// The response to a question on a connection; nothing when it was closed.
pub(crate) fn ask(mut stream: &TcpStream, path: &str) -> String {
    match stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()) {
        Ok(()) => response(stream),
        Err(_) => String::new(),
    }
}

/// Whether a connection is served.
pub(crate) fn is_served(stream: &TcpStream) -> bool {
    first_line(&ask(stream, "/healthz")).contains(" 200 ")
}

/// A proxy that also listens to the world, and where this machine reaches it.
async fn for_the_world(change: impl FnOnce(&mut proxy::Config)) -> (SocketAddr, Database) {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a free port");
    let address = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().expect("an address").port()));
    let url = format!("http://{address}/").parse().expect("a URL");
    let database = Database::create().await;
    let mut config = shop::config(&url, &url, database.url());
    config.listen = shop::for_the_world();
    change(&mut config);
    let proxy = Proxy::start(config).await.expect("a proxy");
    tokio::spawn(proxy.serve(listener, std::future::pending()));
    (address, database)
}

// All connections were in one heap: one client could have them all, and nobody else got one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_has_thirty_two_connections_and_not_all_of_them() {
    let (address, _database) = for_the_world(|_| {}).await;
    let talk = tokio::task::spawn_blocking(move || {
        let mut held: Vec<_> = (0..32).map(|_| connect(address)).collect();
        assert!(held.iter().all(is_served));
        for _ in 0..10 {
            assert!(!is_served(&connect(address)), "one too many");
        }
        assert!(held.iter().all(is_served), "those it has go on");
        held.pop();
        let begun = Instant::now();
        while !is_served(&connect(address)) {
            assert!(begun.elapsed() < LIMIT, "who leaves makes room");
        }
    });
    talk.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_forwards_the_requests_of_others_has_as_many_connections_as_they_need() {
    let trusted = for_the_world(|config| config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")]);
    let (trusted, _database) = trusted.await;
    // On loopback nobody can be but a web server on this machine, or its owner.
    let on_this_machine = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let on_this_machine = on_this_machine.proxy.socket_addrs(|| None).expect("an address")[0];
    for address in [trusted, on_this_machine] {
        let talk = tokio::task::spawn_blocking(move || {
            let held: Vec<_> = (0..100).map(|_| connect(address)).collect();
            assert!(held.iter().all(is_served));
        });
        talk.await.expect("no panic");
    }
}

/// The head of a webhook that is as long as it says.
fn head(more: &str, length: usize) -> String {
    format!("POST /webhooks/creem HTTP/1.1\r\nhost: x\r\n{more}content-length: {length}\r\n\r\n")
}

fn signature_shaped(client: &str) -> String {
    format!("x-forwarded-for: {client}\r\ncreem-signature: {}\r\n", "0".repeat(64))
}

// A megabyte was gathered before the signature was looked at, even when there was none.
#[tokio::test]
async fn what_cannot_be_genuine_is_rejected_before_its_body_is_read() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.patience = Duration::from_secs(60)).await;
    let begun = Instant::now();
    for (more, length, status, code) in [
        (String::new(), 1_000_000, " 401 ", "webhook_signature_invalid"),
        ("creem-signature: sha\r\n".to_owned(), 1_000_000, " 401 ", "webhook_signature_invalid"),
        (format!("creem-signature: {}\r\n", "0".repeat(63)), 1_000_000, " 401 ", "webhook_signature_invalid"),
        (format!("creem-signature: {}\r\n", "x".repeat(64)), 1_000_000, " 401 ", "webhook_signature_invalid"),
        (signature_shaped("192.0.2.1"), 1024 * 1024 + 1, " 413 ", "body_too_large"),
    ] {
        let address = shop.proxy.socket_addrs(|| None).expect("an address")[0];
        let talk = tokio::task::spawn_blocking(move || {
            let mut stream = connect(address);
            stream.write_all(head(&more, length).as_bytes()).expect("sent");
            response(&stream)
        });
        let answer = talk.await.expect("a response");
        assert!(first_line(&answer).contains(status) && answer.contains(code), "{answer}");
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "nobody waited for the bodies");
}

// A connection that is closed while the other end still sends is reset, and the response may be lost with it. So the
// rest is read and thrown away, and the connection goes on.
#[tokio::test]
async fn a_sender_of_a_rejected_body_learns_why_and_may_go_on() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let address = shop.proxy.socket_addrs(|| None).expect("an address")[0];
    let talk = tokio::task::spawn_blocking(move || {
        let mut stream = connect(address);
        for (more, length, status) in [
            (String::new(), 1_000_000, " 401 "),
            (signature_shaped("192.0.2.1"), 1_500_000, " 413 "),
            (signature_shaped("192.0.2.1"), 1_000_000, " 401 "),
        ] {
            stream.write_all(head(&more, length).as_bytes()).expect("sent");
            stream.write_all(&vec![b' '; length]).expect("the rest is taken");
            let answer = response(&stream);
            assert!(first_line(&answer).contains(status), "{answer}");
            assert!(is_served(&stream));
        }
    });
    talk.await.expect("no panic");
}

/// A webhook that nobody signed, a megabyte but for its last byte.
fn unsigned(shop: &Shop, client: &str) -> TcpStream {
    let mut stream = connect(shop.proxy.socket_addrs(|| None).expect("an address")[0]);
    stream.write_all(head(&signature_shaped(client), 1024 * 1024).as_bytes()).expect("sent");
    stream.set_write_timeout(Some(LIMIT)).expect("a limit");
    // One for which there is no room is rejected in the middle.
    let _ = stream.write_all(&vec![b' '; 1024 * 1024 - 1]);
    stream
}

/// How a genuine webhook is received that comes from somewhere.
async fn genuine(shop: &Shop, client: &str) -> (StatusCode, String) {
    let event = json!({"id": "evt_1", "eventType": "credits.granted", "created_at": 1, "object": {}}).to_string();
    let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, event.as_bytes());
    let headers = [("creem-signature", signature.as_str()), ("x-forwarded-for", client)];
    let answer = shop.call(Method::POST, "/webhooks/creem", &headers, event.into_bytes()).await;
    (answer.status, answer.header("retry-after").to_owned())
}

/// Sends unsigned webhooks, one after the other, until there is no room for a genuine one; answers when there may be some.
/// Of two that are sent at once each may leave the other too little, and then both have to begin again.
async fn fill(shop: &Shop, mut from: impl FnMut() -> String, genuine_from: &str) -> (Vec<TcpStream>, String) {
    let mut senders = Vec::new();
    let full = async {
        loop {
            let (answered, retry_after) = genuine(shop, genuine_from).await;
            if answered == StatusCode::SERVICE_UNAVAILABLE {
                return retry_after;
            }
            senders.push(tokio::task::block_in_place(|| unsigned(shop, &from())));
        }
    };
    let retry_after = tokio::time::timeout(LIMIT, full).await.expect("no room in time");
    (senders, retry_after)
}

async fn until_received(shop: &Shop, client: &str, status: StatusCode) {
    let received = async { while genuine(shop, client).await.0 != status {} };
    tokio::time::timeout(LIMIT, received).await.expect("the status in time");
}

// Up to a megabyte on each of thousands of connections, all of it before a signature was looked at: gigabytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsigned_webhooks_have_so_much_memory_in_all_and_one_client_a_part_of_it() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        config.patience = Duration::from_secs(60);
    })
    .await;
    let (one, wait) = fill(&shop, || "192.0.2.1".to_owned(), "192.0.2.1").await;
    assert_eq!(wait, "60", "by then those who have the room now were hung up on");
    assert!(one.len() >= 4, "four megabytes are one client's");
    assert_eq!(genuine(&shop, "198.51.100.1").await.0, StatusCode::OK, "another has room");
    let mut n = 0;
    let others = || {
        n += 1;
        format!("203.0.113.{}", n / 3)
    };
    let (many, _) = fill(&shop, others, "198.51.100.1").await;
    drop((one, many));
    until_received(&shop, "198.51.100.1", StatusCode::OK).await;
}
