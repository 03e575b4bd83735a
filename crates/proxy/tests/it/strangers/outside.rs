//! What others make up, in the numbers and in the log: a few words and short lines, whatever they send.

use axum::body::Body;
use axum::http::{Method, Request};
use reqwest::StatusCode;
use serde_json::json;
use tower::ServiceExt;

use super::abuse::{first_line, raw};
use crate::checkout::intents::{self, intent};
use crate::program::log::Log;
use crate::shop::{LIFETIME, Shop, Webhooks, for_the_world};

/// How many series of responses are counted.
fn series(numbers: &str) -> usize {
    numbers.lines().filter(|line| line.starts_with("checkout_requests_total{")).count()
}

// A method that a caller made up became a label, for good, and stood in the log: each request could add 30 kB to the
// memory, to every scrape and to the disk.
#[tokio::test]
async fn a_made_up_method_is_rejected_and_remembered_by_nobody() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let log = Log::listen();
    for n in 0..20 {
        let method = format!("{}{n}", "MADEUP".repeat(5000));
        for path in ["/", "/api/checkouts", "/nowhere"] {
            let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            let answer = raw(&shop, head.into_bytes()).await;
            assert!(first_line(&answer).contains(" 405 ") && answer.contains("method_not_allowed"), "{answer}");
            assert!(answer.to_ascii_lowercase().contains("allow: get, head, options, post"), "{answer}");
        }
    }
    let log = log.text();
    assert!(!log.contains("MADEUP") && log.contains(r#""method":"other""#), "{log}");
    assert!(log.lines().count() >= 60 && log.lines().all(|line| line.len() < 1000), "{}", log.len());
    let numbers = shop.get("/metrics").await.text;
    assert!(!numbers.contains("MADEUP") && numbers.contains(r#"method="other""#), "{}", numbers.len());
}

// Whatever shapes of requests come, the numbers have a few hundred series at most, because each costs memory for good.
#[tokio::test]
async fn many_shapes_of_requests_are_counted_in_few_series() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let app = shop.app().await;
    for n in 0..300 {
        let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get", "X"];
        let method =
            format!("{}{}", methods[n % methods.len()], if n % 2 == 0 { n.to_string() } else { String::new() });
        let method = Method::from_bytes(method.as_bytes()).expect("a token");
        for path in [
            format!("/{n}"),
            format!("/{n}/{n}?{n}"),
            format!("/api/{n}"),
            format!("/api/products/prod_{n}"),
            format!("/api/payments/order_{n}?checkout_id=ch_{n}"),
            format!("/api/payments/order_{n}/events"),
            format!("/?product=prod_{n}"),
            format!("/%{:02x}", n % 256),
        ] {
            let request = Request::builder().method(&method).uri(path).header("x-forwarded-for", format!("{n}"));
            app.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        }
    }
    let numbers = shop.get("/metrics").await.text;
    // Fifteen routes, five methods, a handful of statuses each; the other tests of this process are counted as well.
    assert!(series(&numbers) < 300, "{}", series(&numbers));
    assert!(!numbers.contains("order_17") && !numbers.contains("PROPFIND"), "{}", numbers.len());
}

// What Creem says stood in the log as it came: a line break in it began a line of its own, which read as one of ours,
// and an address in it was somebody's.
#[tokio::test]
async fn what_creem_says_is_one_short_line_of_the_log_without_an_address() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let session = shop.create(&json!({"product_id": LIFETIME})).await;
    let said = format!("no\n2026-11-27T10:00:00Z ERROR forged \u{1b}[2J ada@example.com {}", "long ".repeat(20_000));
    for call in [("POST", "/v1/checkouts"), ("GET", "/v1/checkouts"), ("GET", "/v1/discounts")] {
        let body = json!({"trace_id": said, "message": [said], "status": 400});
        let fault = json!({"method": call.0, "path": call.1, "times": 1, "status": 400, "body": body});
        shop.control(Method::POST, "/_sandbox/faults", fault).await;
    }
    shop.advance(std::time::Duration::from_secs(30));
    let log = Log::listen();
    let payment = format!("/api/payments/{}?checkout_id={}", session.request_id, session.checkout_id);
    assert_eq!(shop.get(&payment).await.status, StatusCode::OK, "the look-up fails, what is known is shown");
    let quote = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=CODE")).await;
    assert_eq!(quote.status, StatusCode::BAD_GATEWAY);
    let creation = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &[]).await;
    assert_eq!(creation.status, StatusCode::BAD_GATEWAY);
    let text = log.text();
    let said: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .filter_map(|line| line["cause"].as_str().map(str::to_owned))
        .filter(|cause| cause.contains("forged"))
        .collect();
    assert_eq!(said.len(), 3, "{text}");
    for cause in said {
        assert!(cause.len() < 1000 && !cause.contains("ada@") && cause.contains("(masked)"), "{cause}");
        assert!(cause.chars().all(|c| !c.is_control()), "{cause}");
    }
}

// A parser repeats the value it could not read, and that was logged: of a customer that is a word where an object should
// be, the address.
#[tokio::test]
async fn an_intent_that_cannot_be_read_is_logged_without_its_values() {
    let shop = intents::shop(true).await;
    let log = Log::listen();
    let body = json!({"intent": intent(json!({"product_id": LIFETIME, "customer": "grace hopper"}))});
    assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.refusal().0, "intent_invalid");
    let event = br#"{"id":"evt_1","eventType":"checkout.completed","created_at":"grace hopper","object":{}}"#;
    let refused = shop.deliver(*event).await;
    assert_eq!(refused.refusal().0, "internal");
    let unreadable = r#""grace hopper""#;
    let fault = json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "status": 200, "body": unreadable});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    let body = json!({"intent": intent(json!({"product_id": LIFETIME}))});
    let refused = shop.post_json("/api/checkouts", &body, &[]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.text);
    let log = log.text();
    assert!(
        log.contains("Creem's answer cannot be read") && log.contains("wrong type") && !log.contains("grace"),
        "{log}"
    );
}

// An entry that was no address, and a web server that was not named, made one client of all buyers, and nothing said so.
#[tokio::test]
async fn a_forwarded_for_that_counts_for_nothing_is_said_once() {
    for (trusted, entry, said) in
        [("10.0.0.0/8", "203.0.113.9", "CHECKOUT_TRUSTED_PROXIES"), ("127.0.0.0/8", "unknown", "is not an address")]
    {
        let shop = Shop::open_with(Webhooks::GetLost, |config| {
            config.trusted_proxies = vec![trusted.parse().expect("a network")];
            config.listen = for_the_world();
        });
        let shop = shop.await;
        let log = Log::listen();
        for _ in 0..3 {
            let path = format!("/api/quote?product_id={LIFETIME}");
            let quote = shop.call(Method::GET, &path, &[("x-forwarded-for", entry)], Vec::new()).await;
            assert_eq!(quote.status, StatusCode::OK, "{}", quote.text);
        }
        let log = log.text();
        let warnings = log.lines().filter(|line| line.contains("WARN") && line.contains(said));
        assert_eq!(warnings.count(), 1, "{log}");
    }
}
