//! A payment as it changes: events, tags, readiness, and an orderly end.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use proxy::Proxy;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::database::Database;
use crate::shop::{self, LIFETIME, Shop, Webhooks};

const LIMIT: Duration = Duration::from_secs(10);

fn path_of(created: &wire::CheckoutCreated) -> String {
    format!("/api/payments/{}/events?checkout_id={}", created.request_id, created.checkout_id)
}

/// The events of a stream, one by one.
struct Events {
    answer: reqwest::Response,
    read: String,
}

impl Events {
    async fn of(shop: &Shop, created: &wire::CheckoutCreated) -> Self {
        Self::read(shop.stream(&path_of(created)).await)
    }

    fn read(answer: reqwest::Response) -> Self {
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        Self { answer, read: String::new() }
    }

    /// What comes next that is no event.
    async fn beat(&mut self) -> Vec<u8> {
        assert_eq!(self.read, "", "events come first");
        let chunk = tokio::time::timeout(Duration::from_secs(20), self.answer.chunk());
        chunk.await.expect("a beat in time").expect("the stream").expect("not its end").to_vec()
    }

    /// The data of the next event; `None` at the end.
    async fn next(&mut self) -> Option<Value> {
        let read = async {
            loop {
                if let Some((event, rest)) = self.read.split_once("\n\n") {
                    let (event, rest) = (event.to_owned(), rest.to_owned());
                    self.read = rest;
                    let Some(data) = event.strip_prefix("event: payment\ndata: ") else { continue };
                    return Some(serde_json::from_str(data).expect("JSON"));
                }
                let chunk = self.answer.chunk().await.expect("the stream")?;
                self.read.push_str(std::str::from_utf8(&chunk).expect("text"));
            }
        };
        tokio::time::timeout(LIMIT, read).await.expect("an event in time")
    }
}

#[tokio::test]
async fn who_waits_sees_the_payment_at_once_and_the_stream_ends() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let mut events = Events::of(&shop, &created).await;
    assert_eq!(events.next().await.expect("the state now")["status"], "pending");
    shop.pay(created.checkout_id.as_str()).await;
    assert_eq!(events.next().await.expect("the change")["status"], "paid");
    assert_eq!(events.next().await, None);
    let mut late = Events::of(&shop, &created).await;
    assert_eq!(late.next().await.expect("the state now")["status"], "paid");
    assert_eq!(late.next().await, None);
}

#[tokio::test]
async fn what_one_replica_learns_the_others_show_by_themselves() {
    let shop = Shop::open().await;
    let replica = shop.replica().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let mut events = Events::of(&replica, &created).await;
    assert_eq!(events.next().await.expect("the state now")["status"], "pending");
    shop.pay(created.checkout_id.as_str()).await;
    assert_eq!(events.next().await.expect("the change")["status"], "paid");
}

#[tokio::test]
async fn a_stream_on_which_nothing_happens_beats_so_that_nobody_in_between_ends_it() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    let mut events = Events::of(&shop, &created).await;
    assert_eq!(events.next().await.expect("the state now")["status"], "pending");
    let begun = std::time::Instant::now();
    assert!(events.beat().await.starts_with(b":"), "a comment, which no page hears");
    assert!(begun.elapsed() > Duration::from_secs(10), "not more often than it has to");
}

#[tokio::test]
async fn a_thousand_follow_at_once_and_who_leaves_makes_room() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.trusted_proxies = own_machine()).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    let app = shop.app().await;
    let follow = async |client: usize| {
        let from = format!("198.51.{}.{}", client / 250, client % 250);
        let request = Request::get(path_of(&created)).header("x-forwarded-for", from);
        app.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer")
    };
    let mut streams = Vec::new();
    let refused = loop {
        let stream = follow(streams.len() / 16).await;
        if stream.status() != StatusCode::OK {
            break stream;
        }
        streams.push(stream);
    };
    // A thousand, unless this machine gives us too few file handles.
    assert!((100..=1000).contains(&streams.len()), "{}", streams.len());
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    let body = axum::body::to_bytes(refused.into_body(), 4096).await.expect("a body");
    assert_eq!(serde_json::from_slice::<Value>(&body).expect("JSON")["error"]["code"], "rate_limited");
    drop(streams.pop());
    assert_eq!(follow(2000).await.status(), StatusCode::OK);
}

// The streams had a bound for all together only: a thousand of one client, and everybody else's page had to ask.
#[tokio::test]
async fn one_client_follows_sixteen_payments_and_the_others_still_follow_theirs() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.trusted_proxies = own_machine()).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    let url = shop.proxy.join(&path_of(&created)).expect("a URL");
    let client = reqwest::Client::new();
    let follow =
        async |from: &str| client.get(url.clone()).header("x-forwarded-for", from).send().await.expect("an answer");
    let mut streams = Vec::new();
    for n in 0..16 {
        // An IPv6 customer has a whole network.
        streams.push(Events::read(follow(&format!("2001:db8::{n:x}")).await));
    }
    let refused = follow("2001:db8::ffff").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    let polled = format!("/api/payments/{}?checkout_id={}", created.request_id, created.checkout_id);
    let polled = shop.call(Method::GET, &polled, &[("x-forwarded-for", "2001:db8::ffff")], Vec::new()).await;
    assert_eq!(polled.json()["status"], "pending", "the page asks now and then instead");
    Events::read(follow("198.51.100.1").await);
    drop(streams.pop());
    let again = async { while follow("2001:db8::1").await.status() != StatusCode::OK {} };
    tokio::time::timeout(LIMIT, again).await.expect("who leaves makes room");
}

/// Calls of a test come from here, and may say for whom.
fn own_machine() -> Vec<ipnet::IpNet> {
    ["127.0.0.0/8", "0.0.0.0/32"].map(|network| network.parse().expect("a network")).to_vec()
}

#[tokio::test]
async fn nobody_follows_what_they_cannot_name() {
    let shop = Shop::open().await;
    shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    for path in ["/api/payments/order_1/events", "/api/payments/order_1/events?checkout_id=ch_other"] {
        assert_eq!(shop.get(path).await.refusal().0, "payment_unknown", "{path}");
    }
}

#[tokio::test]
async fn asking_again_is_cheap_while_nothing_changed() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let path = format!("/api/payments/order_1?checkout_id={}", created.checkout_id);
    let tag = shop.get(&path).await.header("etag").to_owned();
    let again = shop.call(Method::GET, &path, &[("if-none-match", &tag)], Vec::new()).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    shop.pay(created.checkout_id.as_str()).await;
    shop.payment_becoming(&created, "paid").await;
    let changed = shop.call(Method::GET, &path, &[("if-none-match", &tag)], Vec::new()).await;
    assert_eq!((changed.status, &changed.json()["status"]), (StatusCode::OK, &json!("paid")));
}

#[tokio::test]
async fn a_proxy_is_ready_when_database_and_key_work() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/readyz").await.text, "ready\n");
    let broken = Shop::open_with(Webhooks::GetLost, |config| {
        config.api_key = creem::ApiKey::parse("creem_test_another").expect("a key");
    })
    .await;
    assert_eq!(broken.get("/readyz").await.refusal().0, "upstream_misconfigured");
    assert_eq!(broken.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn streams_end_and_requests_under_way_are_answered_when_the_end_is_asked_for() {
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let (listener, address) = shop::listener().await;
    let database = Database::create().await;
    let proxy = Proxy::start(shop::config(&address, &sandbox.sandbox, database.url())).await.expect("a proxy");
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(proxy.serve(listener, async {
        let _ = ended.await;
    }));
    let client = reqwest::Client::new();
    let url = address.join("api/checkouts").expect("a URL");
    let open = || {
        let body = json!({"product_id": LIFETIME, "request_id": "order_1"}).to_string();
        client.post(url.clone()).header("content-type", "application/json").body(body).send()
    };
    let created = open().await.expect("an answer").text().await.expect("a body");
    let created: wire::CheckoutCreated = serde_json::from_str(&created).expect("a session");
    let events = address.join(&path_of(&created)).expect("a URL");
    let mut events = Events::read(client.get(events).send().await.expect("an answer"));
    assert_eq!(events.next().await.expect("the state now")["status"], "pending");
    let slow = json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "delay_ms": 500});
    sandbox.control(Method::POST, "/_sandbox/faults", slow).await;
    let under_way = tokio::spawn(open());
    let asked = async { while sandbox.creations().await.len() < 2 {} };
    tokio::time::timeout(LIMIT, asked).await.expect("the call is under way");
    end.send(()).expect("the server listens");
    let answer = under_way.await.expect("a task").expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(events.next().await, None, "a stream ends, and is not cut off");
    tokio::time::timeout(LIMIT, serving).await.expect("the end in time").expect("a task").expect("an orderly end");
}
