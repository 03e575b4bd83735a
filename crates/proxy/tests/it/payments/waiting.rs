//! What somebody sees who opens the page of a payment that nobody has told us of: how things are, soon, and calmly.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::shop::{LIFETIME, MONTHLY, Shop, Webhooks};

/// Longer than anybody waits.
const SILENT_MS: u32 = 60_000;

async fn silence(shop: &Shop) {
    let fault = json!({"method": "GET", "path": "/v1/checkouts", "times": 9, "delay_ms": SILENT_MS});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
}

fn status_of(created: &wire::CheckoutCreated) -> String {
    format!("/status?request_id={}&checkout_id={}", created.request_id, created.checkout_id)
}

/// Four seconds of white, and then a red mark and "We cannot check your payment", for somebody who had paid.
#[tokio::test]
async fn a_return_that_cannot_be_confirmed_in_time_is_still_being_checked() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    silence(&shop).await;
    let asked = Instant::now();
    let page = shop.get(&format!("/status?{}", returned.query().expect("a query"))).await;
    assert!(asked.elapsed() < Duration::from_millis(3_500), "after {:?}", asked.elapsed());
    assert!(page.text.contains(r#"data-payment-status="verifying""#), "{}", page.text);
    assert!(page.text.contains("Checking your payment") && page.text.contains("order_1"), "{}", page.text);
    assert!(
        page.text.contains(r#"<noscript><p class="status__hint">If you’ve paid, your payment is safe"#),
        "{}",
        page.text
    );
    assert!(!page.text.contains("Back to checkout"), "a form beside it asks to be paid twice");
}

#[tokio::test]
async fn an_open_session_shows_what_is_known_while_creem_is_silent() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    silence(&shop).await;
    let asked = Instant::now();
    let page = shop.get(&status_of(&created)).await;
    assert!(asked.elapsed() < Duration::from_millis(3_500), "after {:?}", asked.elapsed());
    assert!(page.text.contains(r#"data-payment-status="pending""#), "{}", page.text);
    assert!(!page.text.contains("Back to checkout"));
}

/// A session that had ended was shown as "not confirmed yet" for the first ten seconds, because a young one was not
/// looked up.
#[tokio::test]
async fn a_session_that_has_ended_is_shown_so_at_once_and_leads_on() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    shop.control(Method::POST, "/_sandbox/clock", json!({"advance_seconds": 25 * 3600})).await;
    let page = shop.get(&status_of(&created)).await;
    assert!(page.text.contains(r#"data-payment-status="expired""#), "{}", page.text);
    assert!(page.text.contains(r#"<a href="./" class="button">Back to checkout</a>"#), "{}", page.text);
}

/// Looking at once is for who opens the link; who stays asks as seldom as before.
#[tokio::test]
async fn a_page_that_is_asked_for_again_and_again_asks_creem_once() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    for _ in 0..5 {
        shop.get(&status_of(&created)).await;
    }
    let requests = shop.control(Method::GET, "/_sandbox/requests", json!(null)).await;
    let looks = requests.as_array().expect("a list").iter().filter(|request| {
        request["method"] == "GET" && request["path"].as_str().is_some_and(|path| path.starts_with("/v1/checkouts"))
    });
    assert_eq!(looks.count(), 1);
}

/// The same order in the same tab led to a session that had ended or was paid, for as long as nobody told us of it.
#[tokio::test]
async fn a_key_opens_a_new_session_when_its_own_is_over_without_our_hearing_of_it() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let order = |product: &str| json!({"product_id": product, "success_url": "https://shop.example/thanks"});
    let press = async |product: &str, key: &str| {
        let answer = shop.post_json("/api/checkouts", &order(product), &[("idempotency-key", key)]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["checkout_id"].as_str().expect("an id").to_owned()
    };
    let paid = press(LIFETIME, "one").await;
    shop.pay(&paid).await;
    assert_ne!(press(LIFETIME, "one").await, paid, "it is paid");
    let ended = press(MONTHLY, "two").await;
    shop.control(Method::POST, "/_sandbox/clock", json!({"advance_seconds": 25 * 3600})).await;
    let next = press(MONTHLY, "two").await;
    assert_ne!(next, ended, "it has ended");
    assert_eq!(press(MONTHLY, "two").await, next, "an open one is used again");
    assert_eq!(shop.creations().await.len(), 4);
}

#[tokio::test]
async fn what_a_translator_must_leave_alone_says_so() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let page = shop.get(&format!("/status?{}", returned.query().expect("a query"))).await;
    let (plain, code) = (r#"translate="no">"#, r#"translate="no" class="status__reference">"#);
    for (mark, kept) in [(code, "order_1<"), (plain, "$19.99<"), (r#"translate="no" class="status__order">"#, "ord_")] {
        assert!(page.text.contains(&[mark, kept].concat()), "{kept} in {}", page.text);
    }
    let form = shop.get("/").await;
    let amount =
        form.text.split("<span ").find(|tag| tag.contains("class=\"product-card__amount\"")).expect("an amount");
    assert!(amount.contains("translate=\"no\"") && amount.contains(">$19.99</span>"), "{amount}");
}
