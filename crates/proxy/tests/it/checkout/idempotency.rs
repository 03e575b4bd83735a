//! One attempt, one session.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use crate::shop::{LIFETIME, Shop, Webhooks};

#[tokio::test]
async fn the_same_attempt_sent_twice_is_one_session() {
    let shop = Shop::open().await;
    let key = [("idempotency-key", "attempt-1")];
    let first = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME, "units": 2}), &key).await;
    let again = shop.post_json("/api/checkouts", &json!({"units": 2, "product_id": LIFETIME}), &key).await;
    assert_eq!((again.status, again.json()), (StatusCode::CREATED, first.json()));
    assert_eq!(shop.creations().await.len(), 1);
}

#[tokio::test]
async fn fifty_at_once_on_one_replica_and_on_two_are_one_session() {
    let shop = Arc::new(
        Shop::open_with(Webhooks::Arrive, |config| config.limits.create = std::num::NonZeroU32::new(20)).await,
    );
    let replica = Arc::new(shop.replica().await);
    for (key, replicas) in [("one", vec![Arc::clone(&shop)]), ("two", vec![Arc::clone(&shop), replica])] {
        let before = shop.creations().await.len();
        let mut calls = tokio::task::JoinSet::new();
        for i in 0..50 {
            let shop = Arc::clone(&replicas[i % replicas.len()]);
            calls.spawn(async move {
                let body = json!({"product_id": LIFETIME});
                shop.post_json("/api/checkouts", &body, &[("idempotency-key", key)]).await.json()
            });
        }
        let answers = calls.join_all().await;
        assert!(answers[0]["checkout_id"].is_string(), "{}", answers[0]);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(shop.creations().await.len(), before + 1);
    }
}

#[tokio::test]
async fn who_gives_up_waiting_and_presses_again_gets_the_session_of_the_first_press() {
    let shop = Shop::open().await;
    let replica = shop.replica().await;
    let slow = json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "delay_ms": 800});
    shop.control(reqwest::Method::POST, "/_sandbox/faults", slow).await;
    let impatient = reqwest::Client::builder().timeout(Duration::from_millis(200)).build().expect("a client");
    let body = json!({"product_id": LIFETIME, "request_id": "order_1"});
    let call = impatient.post(shop.proxy.join("api/checkouts").expect("a URL")).header("idempotency-key", "one");
    let given_up = call.header("content-type", "application/json").body(body.to_string()).send().await;
    assert!(given_up.is_err_and(|error| error.is_timeout()));
    let again = replica.post_json("/api/checkouts", &body, &[("idempotency-key", "one")]).await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.text);
    assert_eq!(shop.creations().await.len(), 1);
}

#[tokio::test]
async fn a_key_cannot_be_used_for_something_else() {
    let shop = Shop::open().await;
    let key = [("idempotency-key", "attempt-1")];
    shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &key).await;
    let other = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME, "units": 2}), &key).await;
    assert_eq!(other.refusal().0, "idempotency_conflict");
    for bad in ["", "a b", "a|b", &"a".repeat(129)] {
        let body = json!({"product_id": LIFETIME});
        let answer = shop.post_json("/api/checkouts", &body, &[("idempotency-key", bad)]).await;
        assert_eq!(answer.refusal().0, "idempotency_key_invalid", "{bad}");
    }
    assert_eq!(shop.creations().await.len(), 1);
}
