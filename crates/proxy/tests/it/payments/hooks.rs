//! Webhooks: verified, durable, once, in any order.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::shop::{Answer, LIFETIME, Shop, Webhooks};

async fn deliver(shop: &Shop, event: &Value) -> Answer {
    shop.deliver(event.to_string()).await
}

/// A session of ours is paid.
pub(crate) fn completed(id: &str, checkout_id: &str, request_id: &str, at: i64) -> Value {
    json!({
        "id": id, "eventType": "checkout.completed", "created_at": at,
        "object": {
            "id": checkout_id, "object": "checkout", "status": "completed", "request_id": request_id,
            "product": {"id": LIFETIME},
            "order": {"id": "ord_1", "amount": 1999, "amount_due": 1999, "amount_paid": 1999, "currency": "USD"}
        }
    })
}

fn about(kind: &str, id: &str, order_id: &str, at: i64) -> Value {
    json!({"id": id, "eventType": kind, "created_at": at, "object": {"id": "x_1", "order": {"id": order_id}}})
}

async fn status(shop: &Shop, request_id: &str, checkout_id: &str) -> Value {
    shop.get(&format!("/api/payments/{request_id}?checkout_id={checkout_id}")).await.json()["status"].clone()
}

#[tokio::test]
async fn a_sale_is_paid_although_the_buyer_never_comes_back() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1001"})).await;
    shop.pay(created.checkout_id.as_str()).await;
    let payment = shop.payment_becoming(&created, "paid").await;
    assert_eq!((&payment["amount"], &payment["currency"]), (&json!(1999), &json!("USD")));
}

#[tokio::test]
async fn unsigned_and_changed_deliveries_change_nothing() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let event = completed("evt_1", "ch_1", "order_1", 1).to_string().into_bytes();
    let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, &event);
    let mut changed = event.clone();
    changed.push(b' ');
    let wrong = creem::webhook::sign("whsec_other", &event);
    for (headers, body) in [
        (vec![], event.clone()),
        (vec![("creem-signature", "")], event.clone()),
        (vec![("creem-signature", wrong.as_str())], event.clone()),
        (vec![("creem-signature", signature.as_str())], changed),
    ] {
        let answer = shop.call(Method::POST, "/webhooks/creem", &headers, body).await;
        assert_eq!(answer.refusal().0, "webhook_signature_invalid");
    }
    assert_eq!(shop.get("/api/payments/order_1?checkout_id=ch_1").await.refusal().0, "payment_unknown");
}

// There was one secret: when it was changed at Creem, every delivery that was still signed with the old one was lost.
#[tokio::test]
async fn while_the_secret_is_changed_both_sign_and_no_third_one_does() {
    let (old, new) = ("whsec_before_the_change", "whsec_after_the_change");
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.webhook_secret = new.into();
        config.previous_webhook_secret = Some(old.into());
    })
    .await;
    for (secret, status) in
        [(old, StatusCode::OK), (new, StatusCode::OK), (sandbox::WEBHOOK_SECRET, StatusCode::UNAUTHORIZED)]
    {
        let event = completed(&format!("evt_{secret}"), "ch_1", "order_1", 1).to_string().into_bytes();
        let signature = creem::webhook::sign(secret, &event);
        let answer = shop.call(Method::POST, "/webhooks/creem", &[("creem-signature", &signature)], event).await;
        assert_eq!(answer.status, status, "{secret}");
    }
}

#[tokio::test]
async fn signed_nonsense_is_refused_and_large_bodies_are_not_read() {
    let shop = Shop::open().await;
    for nonsense in [&b"{"[..], b"[]", b"\xff", br#"{"id":"evt_1"}"#, br#"{"id":"evt_1","eventType":"","object":{}}"#] {
        assert_eq!(shop.deliver(nonsense.to_vec()).await.refusal().0, "webhook_invalid");
    }
    assert_eq!(shop.deliver(vec![b' '; 1024 * 1024 + 1]).await.refusal().0, "body_too_large");
}

#[tokio::test]
async fn five_deliveries_act_once_and_a_session_made_elsewhere_is_known() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let event = completed("evt_1", "ch_1", "order_1", 1);
    for _ in 0..5 {
        assert_eq!(deliver(&shop, &event).await.status, StatusCode::OK);
    }
    let first = shop.get("/api/payments/order_1?checkout_id=ch_1").await.json();
    assert_eq!(first["status"], "paid");
    // The same id never acts again, whatever it says then.
    assert_eq!(deliver(&shop, &about("refund.created", "evt_1", "ord_1", 9)).await.status, StatusCode::OK);
    assert_eq!(shop.get("/api/payments/order_1?checkout_id=ch_1").await.json(), first);
}

#[tokio::test]
async fn the_end_is_the_same_in_whatever_order_events_come() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let of = |prefix: &str, checkout: &str, request: &str, order: &str| {
        let mut paid = completed(&format!("{prefix}_paid"), checkout, request, 10);
        paid["object"]["order"]["id"] = order.into();
        let refund = about("refund.created", &format!("{prefix}_refund"), order, 20);
        let dispute = about("dispute.created", &format!("{prefix}_dispute"), order, 30);
        [paid, refund, dispute]
    };
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for (i, order) in orders.iter().enumerate() {
        let (checkout, request, paid_by) = (format!("ch_{i}"), format!("order_{i}"), format!("ord_{i}"));
        let events = of(&format!("evt_{i}"), &checkout, &request, &paid_by);
        for which in order {
            assert_eq!(deliver(&shop, &events[*which]).await.status, StatusCode::OK);
        }
        assert_eq!(status(&shop, &request, &checkout).await, "disputed", "{order:?}");
    }
}

#[tokio::test]
async fn a_refund_is_never_undone_by_an_older_event() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    deliver(&shop, &completed("evt_1", "ch_1", "order_1", 10)).await;
    deliver(&shop, &about("refund.created", "evt_2", "ord_1", 20)).await;
    deliver(&shop, &completed("evt_3", "ch_1", "order_1", 30)).await;
    assert_eq!(status(&shop, "order_1", "ch_1").await, "refunded");
}

#[tokio::test]
async fn a_delivery_that_could_not_be_kept_is_not_acknowledged() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    sqlx::query("ALTER TABLE events RENAME TO lost").execute(&pool).await.expect("renamed");
    let event = completed("evt_1", "ch_1", "order_1", 1);
    assert_eq!(deliver(&shop, &event).await.refusal().0, "internal");
    sqlx::query("ALTER TABLE lost RENAME TO events").execute(&pool).await.expect("renamed");
    assert_eq!(deliver(&shop, &event).await.status, StatusCode::OK, "the retry succeeds");
    assert_eq!(status(&shop, "order_1", "ch_1").await, "paid");
}

#[tokio::test]
async fn events_of_the_future_are_kept_and_acknowledged() {
    let shop = Shop::open().await;
    let event = json!({"id": "evt_1", "eventType": "credits.granted", "created_at": 1, "object": {"new": true}});
    assert_eq!(deliver(&shop, &event).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refund_that_names_only_the_subscription_counts_and_one_of_a_renewal_does_not() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let refund =
        |id: &str, object: Value| json!({"id": id, "eventType": "refund.created", "created_at": 20, "object": object});
    let mut paid = completed("evt_1", "ch_1", "order_1", 10);
    paid["object"]["subscription"] = json!({"id": "sub_1"});
    deliver(&shop, &paid).await;
    let renewal = refund("evt_2", json!({"id": "ref_1", "subscription": "sub_1", "order": "ord_renewal"}));
    deliver(&shop, &renewal).await;
    assert_eq!(status(&shop, "order_1", "ch_1").await, "paid", "the money of another order went back");
    deliver(&shop, &refund("evt_3", json!({"id": "ref_2", "subscription": {"id": "sub_1"}}))).await;
    assert_eq!(status(&shop, "order_1", "ch_1").await, "refunded");
    // The same when the refund comes first.
    deliver(&shop, &refund("evt_4", json!({"id": "ref_3", "subscription": {"id": "sub_2"}}))).await;
    let mut later = completed("evt_5", "ch_2", "order_2", 10);
    later["object"]["subscription"] = json!("sub_2");
    later["object"]["order"]["id"] = json!("ord_2");
    deliver(&shop, &later).await;
    assert_eq!(status(&shop, "order_2", "ch_2").await, "refunded");
}

#[tokio::test]
async fn a_webhook_before_during_or_after_the_return_is_one_payment() {
    let token = "a-token-of-tests-1234";
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.api_token = Some(token.into())).await;
    for i in 0..9 {
        let reference = format!("order_{i}");
        let created = shop.create(&json!({"product_id": LIFETIME, "request_id": reference})).await;
        let url = shop.pay(created.checkout_id.as_str()).await;
        let order = url.query_pairs().find(|(name, _)| name == "order_id").expect("an order").1.into_owned();
        let mut event = completed(&format!("evt_{i}"), created.checkout_id.as_str(), &reference, 10);
        event["object"]["order"]["id"] = order.into();
        let back = format!("/api/return?{}", url.query().expect("a query"));
        let (hook, returned) = match i % 3 {
            0 => (deliver(&shop, &event).await, shop.get(&back).await),
            1 => {
                // It comes while Creem is still being asked.
                let slow = json!({"method": "GET", "path": "/v1/checkouts", "times": 1, "delay_ms": 300});
                shop.control(Method::POST, "/_sandbox/faults", slow).await;
                tokio::join!(deliver(&shop, &event), shop.get(&back))
            }
            _ => {
                let returned = shop.get(&back).await;
                (deliver(&shop, &event).await, returned)
            }
        };
        assert_eq!((hook.status, &returned.json()["status"]), (StatusCode::OK, &json!("paid")), "{i}");
        let bearer = format!("Bearer {token}");
        let path = format!("/api/payments/{reference}");
        let known = shop.call(Method::GET, &path, &[("authorization", &bearer)], Vec::new()).await.json();
        let history = known["history"].as_array().expect("steps");
        assert_eq!(history.iter().filter(|step| step["status"] == "paid").count(), 1, "{known}");
        assert_eq!((&known["paid_twice"], &known["amount"]), (&json!(false), &json!(1999)));
    }
}

#[tokio::test]
async fn two_payments_of_one_reference_at_once_are_both_known_each_once() {
    let token = "a-token-of-tests-1234";
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.api_token = Some(token.into())).await;
    let replica = shop.replica().await;
    let events = [1, 2].map(|n| {
        let mut event = completed(&format!("evt_{n}"), &format!("ch_{n}"), "order_1", 10);
        event["object"]["order"]["id"] = format!("ord_{n}").into();
        event
    });
    let deliveries = (0..20).map(|n| deliver(if n % 3 == 0 { &replica } else { &shop }, &events[n % 2]));
    for answer in join_all(deliveries).await {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    let bearer = format!("Bearer {token}");
    let known = shop.call(Method::GET, "/api/payments/order_1", &[("authorization", &bearer)], Vec::new()).await.json();
    assert_eq!((&known["status"], &known["paid_twice"]), (&json!("paid"), &json!(true)), "{known}");
    let paid_by = |name: &str| {
        let steps = known["history"].as_array().expect("steps").iter().filter(|step| step["status"] == "paid");
        let mut sessions: Vec<&str> = steps.map(|step| step[name].as_str().expect("an id")).collect();
        sessions.sort_unstable();
        sessions
    };
    assert_eq!(paid_by("checkout_id"), ["ch_1", "ch_2"], "{known}");
}
