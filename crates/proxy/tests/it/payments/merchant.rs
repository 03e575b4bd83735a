//! What the merchant's own systems read.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::shop::{Answer, LIFETIME, MONTHLY, Shop, Webhooks};

pub(crate) const TOKEN: &str = "a-token-of-tests-1234";

async fn shop() -> Shop {
    Shop::open_with(Webhooks::Arrive, |config| config.api_token = Some(TOKEN.into())).await
}

pub(crate) async fn ask(shop: &Shop, path: &str) -> Answer {
    shop.call(Method::GET, path, &[("authorization", &format!("Bearer {TOKEN}"))], Vec::new()).await
}

#[tokio::test]
async fn the_merchant_reads_all_that_is_known_by_the_reference_alone() {
    let shop = shop().await;
    let body = json!({"product_id": MONTHLY, "request_id": "order_1", "metadata": {"plan": "pro"}});
    let created = shop.create(&body).await;
    shop.pay(created.checkout_id.as_str()).await;
    shop.payment_becoming(&created, "paid").await;
    let known = ask(&shop, "/api/payments/order_1").await.json();
    assert_eq!((&known["status"], &known["metadata"]), (&json!("paid"), &json!({"plan": "pro"})), "{known}");
    assert_eq!(known["customer"]["email"], "ada@example.com", "{known}");
    assert_eq!(known["order"]["id"], known["order_id"], "{known}");
    assert_eq!(known["paid_twice"], false);
    let statuses: Vec<_> = known["history"].as_array().expect("steps").iter().map(|step| &step["status"]).collect();
    assert_eq!(statuses, ["pending", "paid"]);
    let buyer = shop.get(&format!("/api/payments/order_1?checkout_id={}", created.checkout_id)).await.json();
    for private in ["customer", "metadata", "order", "history"] {
        assert_eq!(buyer.get(private), None, "a buyer's browser reads no {private}");
    }
}

#[tokio::test]
async fn two_paid_sessions_of_one_reference_are_flagged() {
    let shop = shop().await;
    for _ in 0..2 {
        let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
        shop.pay(created.checkout_id.as_str()).await;
        shop.payment_becoming(&created, "paid").await;
        // The best session decides, so the second one is waited for by itself.
        let paid = |known: &Value| {
            let sessions = known["sessions"].as_array().expect("sessions");
            sessions.iter().all(|session| session["status"] == "paid")
        };
        while !paid(&ask(&shop, "/api/payments/order_1").await.json()) {
            tokio::task::yield_now().await;
        }
    }
    let known = ask(&shop, "/api/payments/order_1").await.json();
    assert_eq!(known["paid_twice"], true, "{known}");
    assert_eq!(known["sessions"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn everything_can_be_followed_page_by_page_without_missing_anything() {
    let shop = shop().await;
    for i in 0..130 {
        shop.create(&json!({"product_id": LIFETIME, "request_id": format!("order_{i}")})).await;
    }
    let first = ask(&shop, "/api/payments").await.json();
    assert_eq!((first["items"].as_array().map(Vec::len), &first["has_more"]), (Some(100), &json!(true)));
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let second = ask(&shop, &format!("/api/payments?cursor={cursor}")).await.json();
    assert_eq!((second["items"].as_array().map(Vec::len), &second["has_more"]), (Some(30), &json!(false)));
    let end = second["next_cursor"].as_str().expect("a cursor").to_owned();
    let nothing = ask(&shop, &format!("/api/payments?cursor={end}")).await.json();
    assert_eq!((&nothing["items"], &nothing["next_cursor"]), (&json!([]), &json!(end)));
    let paid = first["items"][0]["checkout_id"].as_str().expect("a session");
    shop.pay(paid).await;
    let wait = async {
        loop {
            let news = ask(&shop, &format!("/api/payments?cursor={end}")).await.json();
            if news["items"].as_array().is_some_and(|items| !items.is_empty()) {
                return news;
            }
        }
    };
    let news = tokio::time::timeout(std::time::Duration::from_secs(10), wait).await.expect("the news in time");
    assert_eq!((&news["items"][0]["status"], &news["items"][0]["checkout_id"]), (&json!("paid"), &json!(paid)));
    let later = ask(&shop, "/api/payments?updated_after=2999-01-01T00:00:00Z").await.json();
    assert_eq!(later["items"], json!([]));
    for bad in ["updated_after=yesterday", "cursor=x", "limit=3"] {
        assert_eq!(ask(&shop, &format!("/api/payments?{bad}")).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn without_the_token_nothing_is_told() {
    let shop = shop().await;
    shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    for value in ["Bearer wrong-token", "Bearer", "Bearer ", "Basic a-token-of-tests-1234", "a-token-of-tests-1234"] {
        for path in ["/api/payments", "/api/payments/order_1", "/metrics"] {
            let answer = shop.call(Method::GET, path, &[("authorization", value)], Vec::new()).await;
            assert_eq!(answer.refusal().0, "token_invalid", "{value} {path}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    assert_eq!(shop.get("/api/payments").await.status, StatusCode::UNAUTHORIZED);
    assert!(ask(&shop, "/metrics").await.text.contains("checkout_sessions_opened_total"));
    let off = Shop::open().await;
    assert_eq!(ask(&off, "/api/payments").await.refusal().0, "token_invalid");
    assert_eq!(off.get("/metrics").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_buyers_told_is_forgotten_when_its_time_is_over_but_not_that_they_paid() {
    let shop = Shop::open_with(Webhooks::Arrive, |config| {
        config.api_token = Some(TOKEN.into());
        config.retention = Some(std::time::Duration::from_secs(30 * 24 * 3600));
    })
    .await;
    let body = json!({"product_id": LIFETIME, "request_id": "order_1", "metadata": {"plan": "pro"}});
    let created = shop.create(&body).await;
    shop.pay(created.checkout_id.as_str()).await;
    shop.payment_becoming(&created, "paid").await;
    shop.advance(std::time::Duration::from_secs(31 * 24 * 3600));
    shop.replica().await;
    let wait = async {
        loop {
            let known = ask(&shop, "/api/payments/order_1").await.json();
            if known["customer"].is_null() {
                return known;
            }
        }
    };
    let known = tokio::time::timeout(std::time::Duration::from_secs(10), wait).await.expect("forgotten in time");
    assert_eq!((&known["status"], &known["amount"]), (&json!("paid"), &json!(1999)), "{known}");
    assert_eq!((&known["metadata"], &known["order"]), (&Value::Null, &Value::Null), "{known}");
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let kept = sqlx::query("SELECT id FROM events WHERE payload <> ''").fetch_all(&pool).await.expect("rows");
    assert!(kept.is_empty());
}
