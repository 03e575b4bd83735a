//! `creem-checkout trigger` and `replay --to`: events on demand, as Creem sends them, at the real proxy and at receivers
//! of the merchant's own.

use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use creem::webhook;
use serde_json::Value;
use url::Url;

use super::binary::program;
use crate::shop::{Shop, Webhooks, listener};

const TOKEN: &str = "a-token-of-a-merchant";

async fn shop() -> Shop {
    Shop::open_with(Webhooks::GetLost, |config| config.api_token = Some(TOKEN.into())).await
}

/// What the program did, with these arguments and variables.
async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = program();
    command.args(arguments).envs(variables.iter().copied()).stdout(Stdio::piped());
    tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("it ran")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

async fn payment(shop: &Shop, reference: &str) -> Value {
    let bearer = format!("Bearer {TOKEN}");
    let path = format!("/api/payments/{reference}");
    shop.call(reqwest::Method::GET, &path, &[("authorization", &bearer)], Vec::new()).await.json()
}

#[tokio::test]
async fn every_type_of_event_is_taken_and_those_about_money_act() {
    let shop = shop().await;
    let public_url = [("CHECKOUT_PUBLIC_URL", shop.proxy.as_str().trim_end_matches('/'))];
    for event in webhook::EVENT_TYPES {
        let output = run(&["trigger", event, "--request-id", event.replace('.', "_").as_str()], &public_url).await;
        assert_eq!(output.status.code(), Some(0), "{event}: {}", said(&output));
        assert!(said(&output).contains("webhooks/creem answered 200 OK."), "{event}: {}", said(&output));
    }
    assert_eq!(payment(&shop, "checkout_completed").await["status"], "paid");
    for (event, status) in
        [("checkout.completed", "paid"), ("refund.created", "refunded"), ("dispute.created", "disputed")]
    {
        let sale = ["trigger", event, "--request-id", "order_1", "--product", "prod_mine"];
        let output = run(&sale, &public_url).await;
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        // Sent again it is the same event, which acts once.
        assert_eq!(run(&sale, &public_url).await.status.code(), Some(0));
        let payment = payment(&shop, "order_1").await;
        assert_eq!((&payment["status"], &payment["product_id"]), (&status.into(), &"prod_mine".into()), "{payment}");
    }
    assert_eq!(payment(&shop, "order_1").await["history"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn what_cannot_be_sent_or_is_not_taken_is_said() {
    let shop = shop().await;
    let to = shop.proxy.join("webhooks/creem").expect("a URL");
    let sale = ["trigger", "checkout.completed", "--to", to.as_str()];
    for (arguments, variables, code, words) in [
        (&sale[..], &[("CREEM_WEBHOOK_SECRET", "whsec_of_another_shop")][..], 1, "answered 401"),
        (&["trigger", "checkout.completed", "--to", "http://127.0.0.1:1/"], &[], 1, "refused"),
        (&["trigger", "checkout.completed", "--to", "https://pay.example/x"], &[], 2, "CREEM_WEBHOOK_SECRET: not set"),
        (&["trigger", "checkout.complete"], &[], 2, "checkout.completed'"),
        (&["trigger", "refund.created", "--request-id", "a b"], &[], 2, "--request-id"),
        (&["trigger", "refund.created"], &[("CHECKOUT_PUBLIC_URL", "pay.example")], 2, "CHECKOUT_PUBLIC_URL: "),
        // An empty variable is an unset one.
        (&sale, &[("CREEM_WEBHOOK_SECRET", ""), ("CHECKOUT_PUBLIC_URL", " ")], 0, "answered 200"),
    ] {
        let output = run(arguments, variables).await;
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
        assert!(!said(&output).contains("whsec_of_another_shop"), "{}", said(&output));
    }
}

/// A receiver of the merchant's own, and what it was sent.
async fn receiver(status: StatusCode) -> (Url, Arc<Mutex<Vec<(HeaderMap, Bytes)>>>) {
    let (listener, url) = listener().await;
    let kept: Arc<Mutex<Vec<_>>> = Arc::default();
    let take = {
        let kept = Arc::clone(&kept);
        move |headers: HeaderMap, body: Bytes| async move {
            kept.lock().expect("no panic").push((headers, body));
            (status, [("location", "http://127.0.0.1:1/")])
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hooks", post(take))).await });
    (url.join("hooks").expect("a path"), kept)
}

#[tokio::test]
async fn a_stored_event_goes_to_another_receiver_byte_for_byte() {
    let shop = shop().await;
    let body = br#"{ "eventType":"subscription.paid",  "id":"evt_1",
        "object": {"id":"sub_1", "price": 1.50, "name": "Z\u00fcrich"}, "created_at":1}"#;
    shop.deliver(*body).await;
    let database = shop.database_url();
    let variables = [
        ("CREEM_API_KEY", sandbox::API_KEY),
        ("CREEM_WEBHOOK_SECRET", sandbox::WEBHOOK_SECRET),
        ("CREEM_API_URL", shop.sandbox.as_str()),
        ("DATABASE_URL", database.as_str()),
    ];
    let (to, kept) = receiver(StatusCode::OK).await;
    let output = run(&["replay", "evt_1", "--to", to.as_str()], &variables).await;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let sent = kept.lock().expect("no panic").pop().expect("a delivery");
    assert_eq!(sent.1, body[..]);
    let signature = sent.0["creem-signature"].to_str().expect("text");
    assert!(webhook::verify(sandbox::WEBHOOK_SECRET, body, signature));

    let output = run(&["replay", "evt_none", "--to", to.as_str()], &variables).await;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("there is no event evt_none"), "{}", said(&output));
    let (moved, kept) = receiver(StatusCode::MOVED_PERMANENTLY).await;
    let output = run(&["replay", "evt_1", "--to", moved.as_str()], &variables).await;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("follows no redirect"), "{}", said(&output));
    assert_eq!(kept.lock().expect("no panic").len(), 1);
}
