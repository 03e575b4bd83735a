//! Webhooks, received by a real endpoint.

use sandbox::WEBHOOK_SECRET;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Merchant, Shop, events_until, id};

const SHOP_URL: &str = "https://shop.example/thanks";

fn session(product: &str) -> Value {
    json!({
        "product_id": product, "request_id": "order_1", "metadata": { "plan": "pro" }, "success_url": SHOP_URL,
        "customer": { "email": "ada@example.com" },
    })
}

#[tokio::test]
async fn a_one_time_purchase_sends_one_signed_event_with_reference_and_metadata() {
    let mut merchant = Merchant::answering(&[]).await;
    let shop = Shop::sending_to(Some(merchant.url.clone()));
    let checkout = shop.open(session(LIFETIME)).await;
    shop.pay(&checkout).await;
    let delivered = merchant.next().await;
    assert!(creem::webhook::verify(WEBHOOK_SECRET, &delivered.body, &delivered.signature));
    let event = delivered.json();
    assert_eq!(event["eventType"], "checkout.completed");
    assert!(id(&event).starts_with("evt_") && event["created_at"].is_i64());
    let object = &event["object"];
    assert_eq!((id(object), &object["object"]), (id(&checkout), &json!("checkout")));
    assert_eq!(object["request_id"], "order_1");
    assert_eq!(object["metadata"], json!({ "plan": "pro" }));
    assert_eq!(object["product"]["object"], "product");
    assert_eq!(object["customer"]["metadata"], json!({ "plan": "pro" }), "a new customer copies the metadata");
    assert_eq!(object["order"]["product"], LIFETIME);
    assert_eq!((&object["order"]["status"], &object["order"]["type"]), (&json!("paid"), &json!("onetime")));
    assert!(object.get("subscription").is_none() && object.get("checkout_url").is_none());
    let events = events_until(&shop, |events| events[0]["deliveries"][0]["status"] == "delivered").await;
    assert_eq!(events.len(), 1);
    assert!(!merchant.has_more());
}

#[tokio::test]
async fn a_subscription_sends_three_events_in_order() {
    let mut merchant = Merchant::answering(&[]).await;
    let shop = Shop::sending_to(Some(merchant.url.clone()));
    shop.pay(&shop.open(session(MONTHLY)).await).await;
    let active = merchant.next().await.json();
    let paid = merchant.next().await.json();
    let completed = merchant.next().await.json();
    assert_eq!(
        [&active, &paid, &completed].map(|event| event["eventType"].clone()),
        ["subscription.active", "subscription.paid", "checkout.completed"]
    );
    for event in [&active, &paid] {
        assert_eq!(event["object"]["metadata"], json!({ "plan": "pro" }));
        assert_eq!(event["object"]["product"]["id"], MONTHLY);
        assert_eq!(event["object"]["items"][0]["units"], 1);
        assert!(event["object"].get("request_id").is_none());
    }
    assert!(active["object"].get("last_transaction").is_none());
    assert_eq!(paid["object"]["last_transaction"]["type"], "invoice");
    let inner = &completed["object"]["subscription"];
    assert_eq!(inner["id"], paid["object"]["id"]);
    assert_eq!((&inner["product"], &inner["metadata"]), (&json!(MONTHLY), &json!({ "plan": "pro" })));
    assert!(inner.get("items").is_none());
}

#[tokio::test]
async fn what_was_not_sent_is_absent_from_the_event() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME, "success_url": SHOP_URL })).await;
    shop.pay(&checkout).await;
    let events = shop.get("/_sandbox/events").await.json();
    let object = &events[0]["body"]["object"];
    for key in ["request_id", "metadata", "discount", "custom_fields", "license_keys"] {
        assert!(object.get(key).is_none(), "{key}");
    }
    assert_eq!(object["customer"]["metadata"], Value::Null);
    assert_eq!(events[0]["deliveries"], json!([]), "kept, not delivered");
}

#[tokio::test]
async fn a_discounted_order_says_what_was_taken_off() {
    let shop = Shop::new();
    let mut body = session(LIFETIME);
    body["discount_code"] = json!("SAVE25");
    body["units"] = json!(3);
    shop.pay(&shop.open(body).await).await;
    let object = shop.get("/_sandbox/events").await.json()[0]["body"]["object"].clone();
    let order = &object["order"];
    assert_eq!(
        [&order["amount"], &order["discount_amount"], &order["amount_due"], &order["amount_paid"]],
        [&json!(5997), &json!(1499), &json!(4498), &json!(4498)]
    );
    assert_eq!(object["discount"]["amount"], 25);
    let discount = shop.get("/v1/discounts?discount_code=SAVE25").await.json();
    assert_eq!(discount["redeem_count"], 1);
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_when_the_clock_reaches_it() {
    let mut merchant = Merchant::answering(&[500, 302, 503, 404]).await;
    let shop = Shop::sending_to(Some(merchant.url.clone()));
    shop.pay(&shop.open(session(LIFETIME)).await).await;
    let first = merchant.next().await;
    for (attempts, seconds) in [(1, 30), (2, 300), (3, 1800), (4, 6 * 3600)] {
        events_until(&shop, |events| {
            events[0]["deliveries"][0]["attempts"].as_array().is_some_and(|tried| tried.len() == attempts)
        })
        .await;
        assert!(!merchant.has_more(), "not before its time");
        shop.call("POST", "/_sandbox/clock", json!({ "advance_seconds": seconds })).await;
        let again = merchant.next().await;
        assert_eq!(again.body, first.body, "the same bytes every time");
    }
    let events = events_until(&shop, |events| events[0]["deliveries"][0]["status"] == "delivered").await;
    assert_eq!(events[0]["deliveries"][0]["attempts"][1]["status"], 302);
}

#[tokio::test]
async fn after_five_attempts_a_delivery_is_given_up_and_can_be_sent_again() {
    let mut merchant = Merchant::answering(&[500; 5]).await;
    let shop = Shop::sending_to(Some(merchant.url.clone()));
    shop.pay(&shop.open(session(LIFETIME)).await).await;
    let event = merchant.next().await.json();
    for attempts in 1..5 {
        events_until(&shop, |events| {
            events[0]["deliveries"][0]["attempts"].as_array().is_some_and(|tried| tried.len() == attempts)
        })
        .await;
        shop.call("POST", "/_sandbox/clock", json!({ "advance_seconds": 6 * 3600 })).await;
        merchant.next().await;
    }
    events_until(&shop, |events| events[0]["deliveries"][0]["status"] == "given_up").await;
    let resent = shop.call("POST", &format!("/_sandbox/events/{}/resend", id(&event)), Value::Null).await;
    assert_eq!(resent.status, 200, "{}", resent.text);
    assert_eq!(merchant.next().await.json(), event);
}

#[tokio::test]
async fn deliveries_can_be_doubled_held_back_delayed_and_mixed() {
    let mut merchant = Merchant::answering(&[]).await;
    let shop = Shop::sending_to(Some(merchant.url.clone()));
    let misbehave = |body: Value| shop.call("POST", "/_sandbox/deliveries", body);
    assert_eq!(misbehave(json!({ "duplicate": 2, "pause": true })).await.status, 200);
    shop.pay(&shop.open(session(LIFETIME)).await).await;
    events_until(&shop, |events| events[0]["deliveries"].as_array().is_some_and(|all| all.len() == 3)).await;
    assert!(!merchant.has_more());
    misbehave(json!({})).await;
    let bodies = [merchant.next().await.body, merchant.next().await.body, merchant.next().await.body];
    assert!(bodies.iter().all(|body| *body == bodies[0]));

    misbehave(json!({ "delay_ms": 20 })).await;
    shop.pay(&shop.open(session(LIFETIME)).await).await;
    assert_eq!(merchant.next().await.json()["eventType"], "checkout.completed", "late, but by itself");

    misbehave(json!({ "delay_ms": 3_600_000, "shuffle": true })).await;
    shop.pay(&shop.open(session(MONTHLY)).await).await;
    assert!(!merchant.has_more());
    shop.call("POST", "/_sandbox/clock", json!({ "advance_seconds": 3600 })).await;
    let mut kinds = Vec::new();
    for _ in 0..3 {
        kinds.push(merchant.next().await.json()["eventType"].as_str().expect("a type").to_owned());
    }
    kinds.sort_unstable();
    assert_eq!(kinds, ["checkout.completed", "subscription.active", "subscription.paid"]);
}

#[tokio::test]
async fn endpoints_get_what_they_asked_for_with_their_own_secret() {
    let (mut all, mut some) = (Merchant::answering(&[]).await, Merchant::answering(&[]).await);
    let shop = Shop::sending_to(Some(all.url.clone()));
    let body = json!({ "url": some.url.as_str(), "events": ["subscription.paid"] });
    let endpoint = shop.call("POST", "/v1/webhooks", body).await.json();
    let unknown = json!({ "url": some.url.as_str(), "events": ["nothing.happened"] });
    assert_eq!(shop.call("POST", "/v1/webhooks", unknown).await.status, axum::http::StatusCode::BAD_REQUEST);
    shop.pay(&shop.open(session(MONTHLY)).await).await;
    let own = some.next().await;
    assert_eq!(own.json()["eventType"], "subscription.paid");
    let secret = endpoint["secret"].as_str().expect("a secret");
    assert!(creem::webhook::verify(secret, &own.body, &own.signature));
    for _ in 0..3 {
        let delivered = all.next().await;
        assert!(creem::webhook::verify(sandbox::WEBHOOK_SECRET, &delivered.body, &delivered.signature));
    }
    assert!(!some.has_more());
}

#[tokio::test]
async fn a_receiver_that_hangs_does_not_hold_the_others_up() {
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", hanging.local_addr().expect("an address"));
    let shop = Shop::sending_to(Some(url.parse().expect("an address")));
    let mut quick = Merchant::answering(&[]).await;
    shop.call("POST", "/v1/webhooks", json!({ "url": quick.url.as_str() })).await;
    shop.pay(&shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/" })).await).await;
    assert_eq!(quick.next().await.json()["eventType"], "checkout.completed");
}

#[tokio::test]
async fn the_older_schedule_and_the_older_403_are_behind_switches() {
    let mut merchant = Merchant::answering(&[500, 500]).await;
    let shop = Shop::sending_to(Some(merchant.url.clone()));
    shop.control("switches", json!({ "legacy_auth_403": true, "retry_schedule": "older" })).await;
    let request = axum::http::Request::builder().uri("/v1/products/search").header("x-api-key", "creem_test_no");
    let refused = shop.send(request.body(axum::body::Body::empty()).expect("a request")).await;
    assert_eq!((refused.status, refused.json().get("message")), (axum::http::StatusCode::FORBIDDEN, None));
    shop.pay(&shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/" })).await).await;
    merchant.next().await;
    for (attempts, seconds) in [(1, 30), (2, 60)] {
        events_until(&shop, |events| {
            events[0]["deliveries"][0]["attempts"].as_array().is_some_and(|tried| tried.len() == attempts)
        })
        .await;
        shop.control("clock", json!({ "advance_seconds": seconds })).await;
        merchant.next().await;
    }
}
