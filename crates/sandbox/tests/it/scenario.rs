//! A recording of calls and controls, and what plays it again.

use axum::http::StatusCode;
use sandbox::{Options, Sandbox, Seed};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::recorded;
use crate::shop::{LIFETIME, MONTHLY, Shop, id};

/// What happens in the recording that is kept in `recorded.rs`.
async fn happen(shop: &Shop) {
    shop.control("scenario", json!({ "at": "2026-12-01T00:00:00Z" })).await;
    shop.call("GET", "/V1/nothing", Value::Null).await;
    let wanted =
        json!({ "product_id": MONTHLY, "request_id": "it's", "success_url": "https://shop.example/\"thanks\"" });
    let checkout = shop.open(wanted).await;
    shop.control(&format!("checkouts/{}/pay", id(&checkout)), json!({ "card": "4507990000000028" })).await;
    shop.pay(&checkout).await;
    shop.control("clock", json!({ "advance_seconds": 31 * 86_400 })).await;
    shop.get("/v1/transactions/search").await;
    shop.get("/_sandbox/events").await;
    shop.call("POST", "/v1/checkouts", json!({ "product_id": "prod_none" })).await;
    shop.submit("/_sandbox/switches?back=%2F%23switches", &[("refund_id", "true")]).await;
}

#[tokio::test]
async fn a_recording_is_the_same_bytes_on_every_run_and_on_every_sandbox() {
    let (one, other) = (Shop::new(), Shop::new());
    other.pay(&other.open(json!({ "product_id": LIFETIME, "success_url": "https://a.example/" })).await).await;
    let mut recordings = Vec::new();
    for shop in [&one, &other, &other] {
        happen(shop).await;
        recordings.push(shop.get("/_sandbox/scenario/json").await.text);
    }
    assert!(recordings.windows(2).all(|pair| pair[0] == pair[1]));
    let steps: Value = serde_json::from_str(&recordings[0]).expect("JSON");
    let paths: Vec<&str> =
        steps["steps"].as_array().expect("a list").iter().filter_map(|step| step["path"].as_str()).collect();
    assert_eq!(paths[..3], ["/_sandbox/reset", "/_sandbox/clock", "/V1/nothing"]);
    assert!(!paths.contains(&"/_sandbox/events"), "looking is no part of it");
    assert!(!recordings[0].contains("127.0.0.1"), "it can be played elsewhere");
}

/// The exported Rust is a file of these tests, so that it compiles and runs.
#[tokio::test]
async fn the_exported_rust_test_plays_the_recording() {
    let shop = Shop::new();
    happen(&shop).await;
    let exported = shop.get("/_sandbox/scenario/rust").await.text;
    let (program, test) = exported.split_once("\n#[tokio::test]\n").expect("a program and a test of it");
    assert!(test.contains("replay(&sandbox)"), "{test}");
    assert!(program == include_str!("recorded.rs"), "tests/it/recorded.rs is not what is exported, without its test");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let public_url = address.parse().expect("an address");
    let sandbox = Sandbox::new(Options { public_url, webhook_url: None, shop_url: None, seed: Seed::default() });
    tokio::spawn(sandbox.serve(listener, std::future::pending()));
    for _ in 0..2 {
        recorded::replay(&address).await;
    }
}

#[tokio::test]
async fn without_a_recording_there_is_nothing_to_take_along() {
    let shop = Shop::new();
    assert_eq!(shop.get("/_sandbox/scenario/curl").await.status, StatusCode::NOT_FOUND);
    shop.control("scenario", json!({})).await;
    assert_eq!(shop.get("/_sandbox/scenario/curl").await.status, StatusCode::OK);
    shop.control("scenario/stop", json!({})).await;
    assert_eq!(shop.get("/_sandbox/scenario/curl").await.status, StatusCode::NOT_FOUND);
}
