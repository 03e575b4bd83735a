//! Coming back from Creem: nothing but the truth is ever paid.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::shop::{LIFETIME, MONTHLY, Shop, Webhooks};

fn query(url: &Url) -> &str {
    url.query().expect("a returned URL has a query")
}

#[tokio::test]
async fn a_sale_is_paid_for_the_buyer_who_comes_back_although_the_webhook_got_lost() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop
        .create(&json!({"product_id": LIFETIME, "request_id": "order_1001", "units": 3, "discount_code": "SAVE25"}))
        .await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let payment = shop.get(&format!("/api/return?{}", query(&returned))).await.json();
    assert_eq!(payment["status"], "paid");
    assert_eq!(payment["request_id"], "order_1001");
    assert_eq!(payment["checkout_id"], created.checkout_id.as_str());
    assert_eq!((&payment["amount"], &payment["currency"]), (&json!(4498), &json!("USD")));
    assert!(payment["order_id"].as_str().is_some_and(|id| id.starts_with("ord_")));
    let mut kept = shop.get(&format!("/api/payments/order_1001?checkout_id={}", created.checkout_id)).await.json();
    // Who knows the ids alone is told less of the buyer.
    kept["receipt"]["email"] = payment["receipt"]["email"].clone();
    assert_eq!(kept, payment, "what was confirmed is remembered");
}

#[tokio::test]
async fn a_subscription_is_paid_with_its_subscription() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": MONTHLY})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let payment = shop.get(&format!("/api/return?{}", query(&returned))).await.json();
    assert!(payment["subscription_id"].as_str().is_some_and(|id| id.starts_with("sub_")), "{payment}");
}

#[tokio::test]
async fn no_changed_character_of_a_returned_url_is_ever_paid() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1001"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let genuine = query(&returned);
    assert_eq!(shop.get(&format!("/api/return?{genuine}")).await.json()["status"], "paid");
    for position in 0..genuine.len() {
        let mut changed = genuine.to_owned();
        let with = if &genuine[position..=position] == "x" { "y" } else { "x" };
        changed.replace_range(position..=position, with);
        let answer = shop.get(&format!("/api/return?{changed}")).await;
        assert_ne!(answer.json()["status"], "paid", "{changed}");
        assert_eq!(answer.refusal().0, "return_not_genuine", "{changed}");
    }
}

#[tokio::test]
async fn a_genuine_signature_without_a_payment_proves_nothing() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1001"})).await;
    let key = creem::ApiKey::parse(sandbox::API_KEY).expect("a key");
    let id = created.checkout_id.as_str();
    let sign = |pairs: &[(&str, &str)]| {
        let signature = creem::return_url::sign(pairs.iter().copied(), &key);
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("/api/return?{}&signature={signature}", query.join("&"))
    };
    let unpaid = [
        ("request_id", "order_1001"),
        ("checkout_id", id),
        ("order_id", "ord_1"),
        ("customer_id", "cust_1"),
        ("product_id", LIFETIME),
    ];
    assert_eq!(shop.get(&sign(&unpaid)).await.refusal().0, "return_not_confirmed");
    let nobodys = [("checkout_id", id), ("customer_id", "cust_1"), ("product_id", LIFETIME)];
    assert_eq!(shop.get(&sign(&nobodys)).await.refusal().0, "payment_unknown");
    let returned = shop.pay(id).await;
    let order = returned.query_pairs().find(|(name, _)| name == "order_id").map(|(_, value)| value.into_owned());
    let order = order.expect("an order");
    // Signed by us, so only its contents can be wrong: another reference, product or order than the paid ones.
    let paid = [
        ("request_id", "order_1001"),
        ("checkout_id", id),
        ("order_id", order.as_str()),
        ("customer_id", "cust_1"),
        ("product_id", LIFETIME),
    ];
    for (i, other) in [(0, "order_1002"), (2, "ord_other"), (4, MONTHLY)] {
        let mut pairs = paid;
        pairs[i].1 = other;
        assert_eq!(shop.get(&sign(&pairs)).await.refusal().0, "return_not_confirmed", "{other}");
    }
    assert_eq!(shop.get(&sign(&paid)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn when_creem_cannot_be_asked_nothing_is_paid() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let fault = json!({"method": "GET", "path": "/v1/checkouts", "times": 9, "status": 503});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    let answer = shop.get(&format!("/api/return?{}", query(&returned))).await;
    assert_eq!(answer.refusal().0, "upstream_unavailable");
    shop.control(Method::DELETE, "/_sandbox/faults", json!({})).await;
    assert_eq!(shop.get(&format!("/api/return?{}", query(&returned))).await.json()["status"], "paid");
}

#[tokio::test]
async fn a_payment_is_known_only_to_those_who_know_both_its_ids() {
    let shop = Shop::open().await;
    let one = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let two = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_2"})).await;
    for path in [
        "/api/payments/order_1".to_owned(),
        format!("/api/payments/order_1?checkout_id={}", two.checkout_id),
        format!("/api/payments/order_2?checkout_id={}", one.checkout_id),
        "/api/payments/order_1?checkout_id=ch_nothing".to_owned(),
        format!("/api/payments/order%7C1?checkout_id={}", one.checkout_id),
    ] {
        assert_eq!(shop.get(&path).await.refusal().0, "payment_unknown", "{path}");
    }
    let payment = shop.get(&format!("/api/payments/order_1?checkout_id={}", one.checkout_id)).await.json();
    assert_eq!((&payment["status"], &payment["amount"]), (&json!("pending"), &Value::Null));
}

/// Anybody can open a session under any reference. Whoever did was shown the payment of everybody else who had it, and
/// could make another's order count as paid.
#[tokio::test]
async fn an_address_tells_of_the_session_it_names_and_of_no_other_of_the_same_reference() {
    let shop = Shop::open().await;
    let victims = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let strangers = shop.create(&json!({"product_id": MONTHLY, "request_id": "order_1"})).await;
    shop.pay(victims.checkout_id.as_str()).await;
    let paid = shop.payment_becoming(&victims, "paid").await;
    let path = |created: &wire::CheckoutCreated| format!("order_1?checkout_id={}", created.checkout_id);
    let shown = shop.get(&format!("/api/payments/{}", path(&strangers))).await;
    assert_eq!((&shown.json()["status"], &shown.json()["product_id"]), (&json!("pending"), &json!(MONTHLY)));
    let page = shop.get(&format!("/status?request_id=order_1&checkout_id={}", strangers.checkout_id)).await;
    for secret in [victims.checkout_id.as_str(), paid["order_id"].as_str().expect("an order")] {
        assert!(!shown.text.contains(secret) && !page.text.contains(secret), "{secret}");
    }
    assert!(page.text.contains(r#"data-payment-status="pending""#), "{}", page.text);
    // And the other way: what the stranger pays makes nobody else's session paid.
    let other = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_2"})).await;
    let cheap = shop.create(&json!({"product_id": MONTHLY, "request_id": "order_2"})).await;
    shop.pay(cheap.checkout_id.as_str()).await;
    shop.payment_becoming(&cheap, "paid").await;
    let payment = shop.get(&format!("/api/payments/order_2?checkout_id={}", other.checkout_id)).await.json();
    assert_eq!((&payment["status"], &payment["amount"]), (&json!("pending"), &Value::Null), "{payment}");
}

/// The ledger may know the session of an address under another reference, product or order, as after a sandbox began
/// anew; a genuine address was then shown the amount of another order.
#[tokio::test]
async fn an_address_is_never_shown_another_product_or_order_than_it_names() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let another = "UPDATE sessions SET product_id = $1, order_id = 'ord_other', amount = 1, currency = 'EUR', \
                   status = 'paid', standing = 3, reached = 'paid' WHERE checkout_id = $2";
    let another = sqlx::query(another).bind(MONTHLY).bind(created.checkout_id.as_str().to_owned());
    another.execute(&pool).await.expect("changed");
    let payment = shop.get(&format!("/api/return?{}", query(&returned))).await.json();
    assert_eq!((&payment["product_id"], &payment["amount"]), (&json!(LIFETIME), &json!(1999)), "{payment}");
    let (unsigned, _) = query(&returned).rsplit_once("&signature=").expect("a signature");
    let page = shop.get(&format!("/status?{unsigned}")).await.text;
    assert!(!page.contains("ord_other") && page.contains(r#"data-payment-status="not_genuine""#), "{page}");
}

#[tokio::test]
async fn a_lost_webhook_still_shows_and_creem_is_not_asked_again_and_again() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    shop.pay(created.checkout_id.as_str()).await;
    let path = format!("/api/payments/order_1?checkout_id={}", created.checkout_id);
    assert_eq!(shop.get(&path).await.json()["status"], "pending", "the webhook has the first chance");
    let fault = json!({"method": "GET", "path": "/v1/checkouts", "times": 9, "status": 401});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    shop.advance(Duration::from_secs(11));
    for _ in 0..5 {
        assert_eq!(shop.get(&path).await.json()["status"], "pending", "trouble with Creem is not the buyer's");
    }
    let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
    let asked = requests.as_array().expect("a list").iter().filter(|request| request["status"] == 401).count();
    assert_eq!(asked, 1);
    shop.control(Method::DELETE, "/_sandbox/faults", json!({})).await;
    shop.advance(Duration::from_secs(11));
    assert_eq!(shop.get(&path).await.json()["status"], "paid");
}

#[tokio::test]
async fn who_paid_under_the_key_before_comes_back_to_the_truth() {
    let sign = |key: &str, query: &str| {
        let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let signature = creem::return_url::sign(pairs, &creem::ApiKey::parse(key).expect("a key"));
        format!("/api/return?{query}&signature={signature}")
    };
    let shop = Shop::open_with(Webhooks::Arrive, |config| {
        config.previous_api_key = Some(creem::ApiKey::parse("creem_test_before").expect("a key"));
    })
    .await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let (unsigned, _) = query(&returned).rsplit_once("&signature=").expect("a signature");
    assert_eq!(shop.get(&sign("creem_test_before", unsigned)).await.json()["status"], "paid");
    assert_eq!(shop.get(&sign("creem_test_stranger", unsigned)).await.refusal().0, "return_not_genuine");
}
