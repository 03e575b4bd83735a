//! Everything Creem can do wrong while a session is opened: what the buyer gets, what is logged, what is tried again.
//!
//! A stand-in for Creem passes every call on to the sandbox but the one at fault.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use url::Url;

use crate::shop::{LIFETIME, Shop, Webhooks};

/// What the stand-in does with a creation.
#[derive(Clone, Debug)]
enum Fault {
    /// Answers so: status, further lines of the head, body.
    Answer(u16, &'static str, &'static str),
    /// Hangs up without a word.
    HangUp,
    /// Hangs up in the middle of the body.
    HangUpInBody,
    /// Says nothing at all.
    Silence,
}

struct Creem {
    address: Url,
    tries: Arc<AtomicU32>,
    fault: Arc<Mutex<Option<Fault>>>,
}

impl Creem {
    fn before(sandbox: &Url) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}/", listener.local_addr().expect("an address")).parse().expect("a URL");
        let (tries, fault) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(None)));
        let creem = Self { address, tries: Arc::clone(&tries), fault: Arc::clone(&fault) };
        let sandbox = sandbox.socket_addrs(|| None).expect("an address")[0];
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tries, fault) = (Arc::clone(&tries), Arc::clone(&fault));
                std::thread::spawn(move || one_call(stream, sandbox, &tries, &fault));
            }
        });
        creem
    }
}

/// Reads one call, and answers or passes it on. One call a connection, so that none waits behind another.
fn one_call(
    mut stream: TcpStream,
    sandbox: std::net::SocketAddr,
    tries: &AtomicU32,
    fault: &Mutex<Option<Fault>>,
) -> Option<()> {
    let mut call = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        call.extend_from_slice(&buffer[..read]);
        if let Some(end) = call.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&call[..end]).to_ascii_lowercase();
    let length: usize = head
        .split("content-length: ")
        .nth(1)
        .map_or(0, |rest| rest.lines().next().and_then(|number| number.trim().parse().ok()).unwrap_or(0));
    while call.len() < end + length {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        call.extend_from_slice(&buffer[..read]);
    }
    let at_fault = head.starts_with("post /v1/checkouts").then(|| fault.lock().expect("a lock").clone()).flatten();
    let Some(fault) = at_fault else {
        let mut onward = TcpStream::connect(sandbox).ok()?;
        let closing = String::from_utf8_lossy(&call).replacen("\r\n", "\r\nconnection: close\r\n", 1);
        onward.write_all(closing.as_bytes()).ok()?;
        std::io::copy(&mut onward, &mut stream).ok()?;
        return Some(());
    };
    tries.fetch_add(1, Ordering::SeqCst);
    match fault {
        Fault::Answer(status, head, body) => {
            let answer = format!(
                "HTTP/1.1 {status} X\r\n{head}content-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).ok()
        }
        Fault::HangUp => Some(()),
        Fault::HangUpInBody => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":").ok(),
        // Until the other side gives up.
        Fault::Silence => stream.read(&mut buffer).ok().map(|_| ()),
    }
}

const TRACE: &str = r#"{"trace_id":"tr-4711","status":400,"error":"Bad Request","message":["creem_says_this"]}"#;
const JSON: &str = "content-type: application/json\r\n";

#[tokio::test]
async fn every_fault_of_creem_becomes_one_plain_answer_and_only_safe_calls_are_repeated() {
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let creem = Creem::before(&sandbox.sandbox);
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.creem_url = Some(creem.address.clone())).await;
    let answer = |status| Fault::Answer(status, JSON, TRACE);
    let asked_to_wait = |head| Fault::Answer(429, head, TRACE);
    // The fault; what the buyer gets; how often Creem is asked.
    let table = [
        (answer(400), "upstream_refused", 1),
        (answer(401), "upstream_misconfigured", 1),
        (answer(403), "upstream_misconfigured", 1),
        (Fault::Answer(403, "", ""), "upstream_misconfigured", 1),
        (answer(404), "product_unknown", 1),
        (answer(409), "upstream_refused", 1),
        (answer(422), "upstream_refused", 1),
        (answer(429), "upstream_unavailable", 3),
        (asked_to_wait("retry-after: 1\r\n"), "upstream_unavailable", 3),
        (asked_to_wait("retry-after: 60\r\n"), "upstream_unavailable", 1),
        (answer(500), "upstream_unavailable", 1),
        (answer(502), "upstream_unavailable", 1),
        (answer(503), "upstream_unavailable", 1),
        (Fault::HangUp, "upstream_unavailable", 1),
        (Fault::HangUpInBody, "upstream_unavailable", 1),
        (Fault::Answer(200, JSON, "{\"id\":"), "upstream_unavailable", 1),
        (Fault::Answer(200, "content-type: text/html\r\n", "<html>creem_says_this</html>"), "upstream_unavailable", 1),
        (Fault::Answer(302, "location: https://evil.example/\r\n", ""), "upstream_refused", 1),
        (Fault::Silence, "upstream_timeout", 1),
    ];
    for (i, (fault, code, tries)) in table.into_iter().enumerate() {
        creem.tries.store(0, Ordering::SeqCst);
        *creem.fault.lock().expect("a lock") = Some(fault.clone());
        let key = format!("attempt-{i}");
        let headers = [("idempotency-key", key.as_str())];
        let refused = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &headers).await;
        assert_eq!(refused.refusal().0, code, "{fault:?}");
        assert_eq!(creem.tries.load(Ordering::SeqCst), tries, "{fault:?}");
        assert!(!refused.text.contains("creem_says_this"), "never raw: {}", refused.text);
        if matches!(&fault, Fault::Answer(status, _, TRACE) if *status != 404) {
            assert!(refused.text.contains("tr-4711"), "Creem's trace id can be told to Creem: {}", refused.text);
        }
        if matches!(&fault, Fault::Answer(429, "retry-after: 60\r\n", _)) {
            assert_eq!(refused.header("retry-after"), "60");
        }
        *creem.fault.lock().expect("a lock") = None;
        let again = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &headers).await;
        assert_eq!(again.status, StatusCode::CREATED, "the next press works: {fault:?} {}", again.text);
    }
}

#[tokio::test]
async fn what_only_reads_is_repeated_and_the_buyer_never_notices() {
    let shop = Shop::open().await;
    // A code each, because answers are remembered.
    let faults = [
        ("SAVE25", "applied", json!({"status": 429})),
        ("TENOFF", "applied", json!({"status": 500})),
        ("EXPIRED", "expired", json!({"status": 502})),
        ("SOON", "not_started", json!({"status": 503})),
        ("USEDUP", "used_up", json!({"drop": true})),
    ];
    for (code, outcome, mut fault) in faults {
        fault["method"] = json!("GET");
        fault["path"] = json!("/v1/discounts");
        fault["times"] = json!(2);
        shop.control(Method::POST, "/_sandbox/faults", fault.clone()).await;
        let quote = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code={code}")).await;
        assert_eq!(quote.json()["discount"]["outcome"], outcome, "{fault} {}", quote.text);
        shop.control(Method::DELETE, "/_sandbox/faults", json!({})).await;
    }
}

#[tokio::test]
async fn a_slow_creem_is_waited_for() {
    let shop = Shop::open().await;
    let slow = json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "delay_ms": 1200});
    shop.control(Method::POST, "/_sandbox/faults", slow).await;
    let begun = std::time::Instant::now();
    shop.create(&json!({"product_id": LIFETIME})).await;
    assert!(begun.elapsed() >= Duration::from_millis(1200));
}
