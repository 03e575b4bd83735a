//! Licence keys at their limits: full, deactivated, expired, revoked.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, Shop, id};

/// A licence that came with a purchase.
async fn bought(shop: &Shop) -> Value {
    shop.control(&format!("products/{LIFETIME}/licenses"), json!({ "activation_limit": 1 })).await;
    let checkout = shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/" })).await;
    shop.pay(&checkout).await;
    shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json()["license_keys"][0].clone()
}

async fn call(shop: &Shop, what: &str, license: &Value, name: &str, value: &str) -> (StatusCode, Value) {
    let reply = shop.call("POST", &format!("/v1/licenses/{what}"), json!({ "key": license["key"], name: value })).await;
    (reply.status, reply.json())
}

/// Deactivating twice was answered as if it had been in use.
#[tokio::test]
async fn a_key_is_full_at_its_limit_and_deactivated_once() {
    let shop = Shop::new();
    let license = bought(&shop).await;
    let (_, active) = call(&shop, "activate", &license, "instance_name", "laptop").await;
    let instance = id(&active["instance"]);
    let (full, _) = call(&shop, "activate", &license, "instance_name", "phone").await;
    assert_eq!(full, StatusCode::FORBIDDEN);
    let (off, deactivated) = call(&shop, "deactivate", &license, "instance_id", instance).await;
    assert_eq!((off, &deactivated["instance"]["status"]), (StatusCode::OK, &json!("deactivated")));
    let (again, error) = call(&shop, "deactivate", &license, "instance_id", instance).await;
    assert_eq!((again, &error["error"]), (StatusCode::CONFLICT, &json!("Conflict")));
    let (unknown, _) = call(&shop, "deactivate", &license, "instance_id", "lki_none").await;
    assert_eq!(unknown, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_that_has_ended_is_gone_until_the_merchant_lets_it_be_again() {
    let shop = Shop::new();
    let license = bought(&shop).await;
    let (_, active) = call(&shop, "activate", &license, "instance_name", "laptop").await;
    let instance = id(&active["instance"]);
    let control = format!("licenses/{}", id(&license));
    let status = async || {
        let (status, body) = call(&shop, "validate", &license, "instance_id", instance).await;
        (status, body["message"][0].as_str().or(body["status"].as_str()).unwrap_or_default().to_owned())
    };
    assert_eq!(status().await, (StatusCode::OK, "active".to_owned()));

    let revoked = shop.control(&control, json!({ "disabled": true })).await.json();
    assert_eq!(revoked["status"], "disabled");
    assert_eq!(status().await, (StatusCode::GONE, "License key is disabled".to_owned()));
    let (activated, _) = call(&shop, "activate", &license, "instance_name", "phone").await;
    assert_eq!(activated, StatusCode::GONE, "not full: gone");
    shop.control(&control, json!({ "disabled": false })).await;
    assert_eq!(status().await, (StatusCode::OK, "active".to_owned()));

    shop.control("clock", json!({ "set": "2027-01-01T00:00:00Z", "freeze": true })).await;
    let ending = shop.control(&control, json!({ "expires_at": "2027-01-02T00:00:00Z" })).await.json();
    assert_eq!((&ending["status"], &ending["expires_at"]), (&json!("active"), &json!("2027-01-02T00:00:00.000Z")));
    shop.control("clock", json!({ "advance_seconds": 86_400 })).await;
    assert_eq!(status().await, (StatusCode::GONE, "License key has expired".to_owned()));
    let (off, _) = call(&shop, "deactivate", &license, "instance_id", instance).await;
    assert_eq!(off, StatusCode::OK, "it can still be taken out of use");
    let unknown = shop.control("licenses/lk_none", json!({})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
