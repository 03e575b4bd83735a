//! What those get who mean harm, or whose programs are broken.
//!
//! Floods, and codes guessed by trying, are in `limits`; changed URLs and webhooks in `mutations`.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::shop::{LIFETIME, Shop, Webhooks};

/// What may be the signature of a webhook, whose body is not read without one.
const SIGNATURE: &str = "creem-signature: 741abd9c0014e1d82faf48c628400837a6f6d8d83ccbe845f6f4f438d65a9580\r\n";

/// Sends bytes and reads the answer to its end, as no well-behaved client would.
pub(crate) async fn raw(shop: &Shop, bytes: Vec<u8>) -> String {
    let address: SocketAddr = shop.proxy.socket_addrs(|| None).expect("an address")[0];
    let talk = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit");
        // The server may have hung up before the last byte; then its answer is still to be read.
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    });
    talk.await.expect("an answer")
}

/// Sends a little at a time for as long as it may, and says what came back.
async fn drip(shop: &Shop, first: String, piece: &'static str) -> String {
    let address: SocketAddr = shop.proxy.socket_addrs(|| None).expect("an address")[0];
    let talk = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a limit");
        stream.write_all(first.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            assert!(begun.elapsed() < Duration::from_secs(10), "it still has its place: {answer:?}");
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => answer.extend_from_slice(&buffer[..read]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    // The server may have hung up meanwhile, which the next reading says.
                    let _ = stream.write_all(piece.as_bytes());
                }
                Err(_) => break,
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    });
    talk.await.expect("an answer")
}

pub(crate) fn first_line(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

async fn impatient() -> Shop {
    Shop::open_with(Webhooks::GetLost, |config| config.patience = Duration::from_millis(300)).await
}

#[tokio::test]
async fn a_body_that_never_ends_is_not_waited_for() {
    let shop = impatient().await;
    for path in ["/api/checkouts", "/webhooks/creem"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{SIGNATURE}content-length: 100\r\n\r\n{{"
        );
        let answer = raw(&shop, head.into_bytes()).await;
        assert!(first_line(&answer).contains(" 400 ") && answer.contains("body_invalid"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_head_that_never_ends_is_hung_up_on() {
    let shop = impatient().await;
    let begun = std::time::Instant::now();
    let answer = raw(&shop, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ".to_vec()).await;
    assert!(answer.is_empty() || first_line(&answer).contains(" 408 "), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_byte_now_and_then_keeps_nobody_a_place() {
    let shop = impatient().await;
    let head = "GET / HTTP/1.1\r\nhost: x\r\n".to_owned();
    let answer = drip(&shop, head, "x-slow: a\r\n").await;
    assert!(answer.is_empty() || first_line(&answer).contains(" 408 "), "{answer}");
    for (path, length) in
        [("/api/checkouts", "content-length: 9999"), ("/webhooks/creem", "transfer-encoding: chunked")]
    {
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{SIGNATURE}{length}\r\n\r\n");
        let answer = drip(&shop, head, if length.ends_with("chunked") { "1\r\n \r\n" } else { " " }).await;
        assert!(first_line(&answer).contains(" 400 ") && answer.contains("body_invalid"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn who_says_nothing_or_nothing_more_is_hung_up_on() {
    let shop = impatient().await;
    assert_eq!(drip(&shop, String::new(), "").await, "");
    let answer = drip(&shop, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(), "").await;
    assert!(first_line(&answer).contains(" 200 ") && answer.ends_with("ok\n"), "{answer}");
}

// Who asked and never read kept a connection for ever: a few thousand of them, and nobody else got one.
#[tokio::test]
async fn who_asks_and_does_not_read_is_hung_up_on() {
    let shop = impatient().await;
    let address: SocketAddr = shop.proxy.socket_addrs(|| None).expect("an address")[0];
    let talk = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_write_timeout(Some(Duration::from_secs(60))).expect("a limit");
        let asked = "GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
        loop {
            if let Err(error) = stream.write_all(asked.as_bytes()) {
                return error.kind();
            }
        }
    });
    let end = talk.await.expect("an end");
    assert!(matches!(end, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{end:?}");
    assert_eq!(shop.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_nested_without_end_is_no_body() {
    let shop = Shop::open().await;
    let deep = |open: &str| open.repeat(60_000 / open.len()).into_bytes();
    for body in [deep("["), deep("{\"metadata\":"), [b"{\"metadata\":".to_vec(), deep("[")].concat()] {
        let answer = shop.call(Method::POST, "/api/checkouts", &[("content-type", "application/json")], body).await;
        assert_eq!(answer.refusal().0, "body_invalid");
    }
    assert_eq!(shop.post_form(&"metadata%5B".repeat(5_000)).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_the_address_as_it_is_written_is_the_api() {
    let shop = Shop::open().await;
    let body = json!({"product_id": LIFETIME}).to_string();
    for (target, status) in [
        ("/api/checkouts/", " 405 "),
        ("//api/checkouts", " 405 "),
        ("/API/CHECKOUTS", " 405 "),
        ("/api/./checkouts", " 405 "),
        ("/x/../api/checkouts", " 405 "),
        ("/api%2fcheckouts", " 405 "),
        ("/api/checkouts;a=b", " 405 "),
        ("/api/checkouts%00", " 405 "),
        ("api/checkouts", " 400 "),
        ("http://evil.example/api/checkouts", " 201 "),
    ] {
        let head = format!(
            "POST {target} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = raw(&shop, head.into_bytes()).await;
        assert!(first_line(&answer).contains(status), "{target}: {answer}");
    }
    // A target with a host is one as proxies get it; the host in it counts as little as the one in the head.
    let [creation] = shop.creations().await.try_into().expect("one session");
    assert_eq!(creation["success_url"], shop.proxy.join("status").expect("a URL").as_str());
    for method in ["TRACE", "OPTIONS", "PROPFIND", "CONNECT"] {
        let head = format!("{method} /api/checkouts HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = raw(&shop, head.into_bytes()).await;
        let refused = [" 405 ", " 400 "].iter().any(|status| first_line(&answer).contains(status));
        assert!(refused, "{method}: {answer}");
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let shop = Shop::open().await;
    let large = format!("GET / HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "a".repeat(64 * 1024));
    assert!(first_line(&raw(&shop, large.into_bytes()).await).contains(" 431 "));
    let many: String = (0..200).map(|i| format!("x-{i}: a\r\n")).collect();
    let answer = raw(&shop, format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n").into_bytes()).await;
    assert!(first_line(&answer).contains(" 431 "), "{answer}");
}

#[tokio::test]
async fn two_lengths_or_none_are_no_request() {
    let shop = Shop::open().await;
    for head in [
        "POST /api/checkouts HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        "POST /api/checkouts HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "GET / SMTP/1.1\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let answer = raw(&shop, head.as_bytes().to_vec()).await;
        assert!(first_line(&answer).contains(" 400 "), "{head:?}: {answer}");
    }
}

#[tokio::test]
async fn a_forged_host_changes_no_address_we_give_out() {
    let shop = Shop::open().await;
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-original-url", "/metrics"),
        ("x-http-method-override", "DELETE"),
    ];
    let answer = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &headers).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let success_url = shop.creations().await[0]["success_url"].as_str().expect("a URL").to_owned();
    assert_eq!(success_url, shop.proxy.join("status").expect("a URL").as_str());
    let page = shop.call(Method::GET, "/", &headers, Vec::new()).await;
    assert!(!page.text.contains("evil.example"));
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let shop = Shop::open().await;
    for path in [
        "/../../Cargo.toml",
        "/..%2f..%2fCargo.toml",
        "/%2e%2e/%2e%2e/Cargo.toml",
        "/..%5c..%5cCargo.toml",
        "//etc/passwd",
        "/app-0123456789abcdef.css/../../../shop.rs",
        "/%00",
        "/api/../../Cargo.toml",
        "/.git/config",
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = raw(&shop, head.into_bytes()).await;
        assert!(first_line(&answer).contains(" 404 "), "{path}: {answer}");
        assert!(!answer.contains("[package]") && !answer.contains("root:"), "{path}");
    }
}

#[tokio::test]
async fn posts_of_other_sites_are_refused_in_every_guise() {
    let shop = Shop::open().await;
    let body = json!({"product_id": LIFETIME});
    let own = shop.proxy.origin().ascii_serialization();
    for headers in [
        vec![("origin", "https://evil.example"), ("host", "evil.example")],
        vec![("origin", "null")],
        vec![("origin", ""), ("sec-fetch-site", "cross-site")],
        vec![("origin", own.as_str()), ("origin", "https://evil.example")],
        vec![("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")],
    ] {
        let answer = shop.post_json("/api/checkouts", &body, &headers).await;
        assert_eq!(answer.refusal().0, "origin_not_allowed", "{headers:?}");
    }
    assert!(shop.creations().await.is_empty());
}

// HTTP/1.1 demands one Host of each request. Without it, or with two, two servers in a row may disagree about who is
// meant.
#[tokio::test]
async fn a_request_without_a_host_or_with_two_is_none() {
    let shop = Shop::open().await;
    for (head, status) in [
        ("GET /healthz HTTP/1.1\r\n", " 400 "),
        ("GET /healthz HTTP/1.1\r\nhost: x\r\nhost: x\r\n", " 400 "),
        ("GET /healthz HTTP/1.0\r\nhost: x\r\nHost: y\r\n", " 400 "),
        ("GET /healthz HTTP/1.0\r\n", " 200 "),
        ("GET /healthz HTTP/1.1\r\nhost: x\r\n", " 200 "),
    ] {
        let answer = raw(&shop, format!("{head}connection: close\r\n\r\n").into_bytes()).await;
        assert!(first_line(&answer).contains(status), "{head:?}: {answer}");
        assert_eq!(status == " 400 ", answer.contains("request_invalid"), "{answer}");
    }
}
