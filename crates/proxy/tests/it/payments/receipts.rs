//! The order page's receipt: everything to the buyer who comes back signed, little to who knows the ids alone.

use std::time::Duration;

use proxy::{Config, Offer};
use reqwest::Method;
use serde_json::json;

use crate::shop::{LIFETIME, Shop, Webhooks};

fn offering(config: &mut Config) {
    let offer = Offer {
        after_text: Some("Your workspace is ready.".into()),
        after_url: "https://acme.example/welcome".parse().ok(),
        ..Offer::default()
    };
    config.page.offers.insert(LIFETIME.to_owned(), offer);
}

#[tokio::test]
async fn the_signed_return_shows_the_address_and_the_keys_and_the_ids_alone_do_not() {
    let shop = Shop::open_with(Webhooks::Arrive, offering).await;
    shop.control(Method::POST, &format!("/_sandbox/products/{LIFETIME}/licenses"), json!({})).await;
    let created = shop
        .create(&json!({"product_id": LIFETIME, "request_id": "order_1", "units": 2, "customer": {"email": "ada@example.com"}}))
        .await;
    let ids = format!("request_id=order_1&checkout_id={}", created.checkout_id);
    let open = shop.get(&format!("/api/payments/order_1?checkout_id={}", created.checkout_id)).await.json();
    assert_eq!((&open["status"], &open["receipt"]["email"]), (&json!("pending"), &json!(null)));
    assert_eq!(
        (&open["receipt"]["units"], &open["receipt"]["after_url"]),
        (&json!(2), &json!(null)),
        "nothing is paid"
    );

    let returned = shop.pay(created.checkout_id.as_str()).await;
    let (_, signed) = returned.as_str().split_once('?').expect("a query");
    let receipt = shop.get(&format!("/api/return?{signed}")).await.json()["receipt"].clone();
    assert_eq!(receipt["email"], "ada@example.com");
    assert_eq!(receipt["product"]["name"], "Lifetime licence");
    assert_eq!(receipt["after_text"], "Your workspace is ready.");
    assert_eq!(receipt["after_url"], "https://acme.example/welcome");
    let key = receipt["license_keys"][0].as_str().expect("a key").to_owned();
    let page = shop.get(&format!("/status?{signed}")).await.text;
    for said in [&*key, "Lifetime licence ×\u{a0}2", "sent your receipt to ada@example.com", "Your workspace is ready."]
    {
        assert!(page.contains(said), "{said}: {page}");
    }

    let masked = shop.get(&format!("/status?{ids}")).await.text;
    assert!(masked.contains("a•••@example.com") && !masked.contains("ada@example.com"), "{masked}");
    let asked = shop.get(&format!("/api/payments/order_1?checkout_id={}", created.checkout_id)).await.text;
    assert!(!masked.contains(&key) && !asked.contains(&key) && !asked.contains("ada@"), "{asked}");

    shop.advance(Duration::from_secs(3600));
    let later = shop.get(&format!("/api/return?{signed}")).await.json();
    assert_eq!(later["receipt"]["license_keys"], json!(null), "whoever finds the address later gets no key");
    assert_eq!(later["receipt"]["email"], "ada@example.com");
}
