//! The sandbox's own controls.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::shop::{LIFETIME, Shop, id, pay_path};

#[tokio::test]
async fn paying_by_control_declines_as_the_page_does() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME })).await;
    let declined = shop.call("POST", &pay_path(&checkout), json!({ "card": "4507990000000028" })).await;
    assert_eq!(declined.status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(declined.json()["error"]["code"], "card_declined");
    let paid = shop.call("POST", &pay_path(&checkout), json!({ "card": "4111111111111111" })).await;
    assert_eq!((paid.status, paid.json()), (StatusCode::OK, json!({ "return_url": null })), "no success_url");
    assert_eq!(shop.call("POST", &pay_path(&checkout), Value::Null).await.status, StatusCode::CONFLICT);
    let unknown = shop.call("POST", "/_sandbox/checkouts/ch_none/pay", Value::Null).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_moved_clock_ends_sessions() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME })).await;
    let status =
        || async { shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json()["status"].clone() };
    shop.call("POST", "/_sandbox/clock", json!({ "advance_seconds": 86_000 })).await;
    assert_eq!(status().await, "pending");
    shop.call("POST", "/_sandbox/clock", json!({ "advance_seconds": 400 })).await;
    assert_eq!(status().await, "expired");
    assert_eq!(shop.call("POST", &pay_path(&checkout), Value::Null).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn requests_are_shown_as_they_were_received() {
    let shop = Shop::new();
    shop.open(json!({ "product_id": LIFETIME, "request_id": "seen" })).await;
    shop.get("/v1/checkouts?checkout_id=ch_none").await;
    let seen = shop.get("/_sandbox/requests").await.json();
    assert_eq!(seen.as_array().map(Vec::len), Some(2), "controls are not among them");
    assert_eq!(seen[0]["body"]["request_id"], "seen");
    assert_eq!(seen[0]["headers"]["x-api-key"], "creem_test_sandbox");
    assert_eq!(
        (&seen[0]["method"], &seen[0]["path"], &seen[0]["status"]),
        (&json!("POST"), &json!("/v1/checkouts"), &json!(200))
    );
    assert_eq!((&seen[1]["query"], &seen[1]["status"]), (&json!("checkout_id=ch_none"), &json!(404)));
}

#[tokio::test]
async fn faults_strike_the_calls_they_name_as_often_as_they_say() {
    let shop = Shop::new();
    let fault = json!({ "method": "POST", "path": "/v1/checkouts", "times": 2, "status": 503, "body": "not json {" });
    shop.call("POST", "/_sandbox/faults", fault).await;
    let body = json!({ "product_id": LIFETIME });
    assert_eq!(shop.get("/v1/products/search").await.status, StatusCode::OK);
    for _ in 0..2 {
        let reply = shop.call("POST", "/v1/checkouts", body.clone()).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (503, "not json {"));
    }
    shop.open(body.clone()).await;
    shop.call("POST", "/_sandbox/faults", json!({ "path": "/v1/*", "status": 429, "times": 9 })).await;
    let limited = shop.get("/v1/products/search").await;
    assert_eq!(
        (limited.status, limited.messages()),
        (StatusCode::TOO_MANY_REQUESTS, vec!["Too Many Requests".to_owned()])
    );
    shop.call("DELETE", "/_sandbox/faults", Value::Null).await;
    shop.open(body).await;
    shop.call("POST", "/_sandbox/faults", json!({ "status": 403 })).await;
    assert!(shop.get("/v1/products/search").await.json().get("message").is_none());
    let nonsense = shop.call("POST", "/_sandbox/faults", json!({ "status": 7 })).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_dropped_connection_gives_the_caller_no_answer() {
    let shop = Shop::new();
    shop.call("POST", "/_sandbox/faults", json!({ "drop": true })).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/v1/products/search", listener.local_addr().expect("an address"));
    tokio::spawn(shop.sandbox.clone().serve(listener, std::future::pending()));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let call = || client.get(&url).header("x-api-key", sandbox::API_KEY).send();
    assert!(call().await.is_err_and(|error| error.is_request()), "no status, no headers");
    assert_eq!(call().await.expect("the next call works").status(), 200);
}

#[tokio::test]
async fn each_session_event_and_request_has_a_page_with_the_command_that_repeats_it() {
    let hook = "http://127.0.0.1:9/hook".parse().expect("an address");
    let shop = Shop::sending_to(Some(hook));
    let checkout =
        shop.open(json!({ "product_id": LIFETIME, "request_id": "it's", "success_url": "https://a.example/" })).await;
    shop.pay(&checkout).await;
    let session = shop.get(&format!("/sessions/{}", id(&checkout))).await;
    assert!(session.text.contains("signature=") && session.text.contains("checkout.completed"), "{}", session.text);
    let events = shop.get("/_sandbox/events").await.json();
    let event = shop.get(&format!("/events/{}", id(&events[0]))).await;
    assert!(event.text.contains("creem-signature: ") && event.text.contains("http://127.0.0.1:9/hook"));
    let request = shop.get("/requests/1").await;
    assert!(request.text.contains("x-api-key: creem_test_sandbox") && request.text.contains("--data-binary"));
    assert!(request.text.contains(id(&checkout)), "and the answer");
    for unknown in ["/sessions/ch_none", "/events/evt_none", "/requests/99"] {
        assert_eq!(shop.get(unknown).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_dispute_and_a_refund_are_a_press_away() {
    let shop = Shop::new();
    for (control, kind) in [("dispute", "dispute.created"), ("refund", "refund.created")] {
        let checkout = shop.open(json!({ "product_id": LIFETIME, "success_url": "https://a.example/" })).await;
        shop.pay(&checkout).await;
        let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
        let path =
            format!("/_sandbox/transactions/{}/{control}", paid["order"]["transaction"].as_str().expect("an id"));
        assert_eq!(shop.submit(&path, &[("sure", "yes")]).await.status, StatusCode::SEE_OTHER);
        shop.control("clock", json!({ "advance_seconds": 30 })).await;
        let events: Vec<Value> = serde_json::from_value(shop.get("/_sandbox/events").await.json()).expect("a list");
        assert_eq!(events.last().expect("an event")["eventType"], kind);
        assert_eq!(shop.submit(&path, &[("sure", "yes")]).await.status, StatusCode::CONFLICT, "not twice");
    }
}

#[tokio::test]
async fn an_event_without_a_cause_can_be_sent_by_hand() {
    let shop = Shop::new();
    let sent = shop.control("events", json!({ "type": "credits.granted", "object": { "amount": "5" } })).await.json();
    let events = shop.get("/_sandbox/events").await.json();
    assert_eq!((&events[0]["id"], &events[0]["eventType"]), (&sent["id"], &json!("credits.granted")));
    let unknown = shop.control("events", json!({ "type": "tea.ready", "object": {} })).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_return_url_can_be_signed_in_every_way_a_merchant_may_meet() {
    let shop = Shop::new();
    let key = creem::ApiKey::parse(sandbox::API_KEY).expect("a key");
    for (way, genuine) in [("current", true), ("own_query", true), ("hmac", false), ("tampered", false)] {
        shop.control("switches", json!({ "return_signature": way })).await;
        let body = json!({ "product_id": LIFETIME, "success_url": "https://a.example/?plan=pro" });
        let back = shop.pay(&shop.open(body).await).await;
        let verified = creem::return_url::verify(back.query().expect("a query"), [&key]);
        assert_eq!(verified.is_ok(), genuine, "{way}: {back}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_press_the_controls() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME })).await;
    let request = Request::builder().method("POST").uri("/_sandbox/reset").header("sec-fetch-site", "cross-site");
    let reply = shop.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(shop.get("/").await.text.contains(id(&checkout)));
}

#[tokio::test]
async fn health_can_be_asked_without_a_key() {
    let request = Request::builder().uri("/healthz").body(Body::empty()).expect("a request");
    assert_eq!(Shop::new().send(request).await.text, "ok");
}
