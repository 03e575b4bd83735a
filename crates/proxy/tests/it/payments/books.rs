//! Putting the payments in order by hand: asking Creem, and applying events again.

use std::process::Command;
use std::time::Duration;

use proxy::Books;
use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, Shop, Webhooks};

const TWO_DAYS: Duration = Duration::from_secs(48 * 3600);

async fn payment(shop: &Shop, created: &wire::CheckoutCreated) -> Value {
    shop.get(&format!("/api/payments/{}?checkout_id={}", created.request_id, created.checkout_id)).await.json()
}

/// A payment whose webhook got lost and whose buyer never came back was never known, and neither was a refund of one.
#[tokio::test]
async fn what_no_webhook_and_no_buyer_told_is_found_by_asking_creem() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let left = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_2"})).await;
    shop.pay(created.checkout_id.as_str()).await;
    let books = Books::open(&shop.config()).await.expect("the books");
    let found = books.reconcile(TWO_DAYS).await.expect("a comparison");
    assert_eq!((found.transactions, found.paid, found.moved, found.elsewhere), (1, 1, 0, 0), "{found:?}");
    assert_eq!(payment(&shop, &created).await["status"], "paid");
    assert_eq!(payment(&shop, &left).await["status"], "pending");
    assert!(books.reconcile(TWO_DAYS).await.expect("a comparison").is_nothing());
    let transactions = reqwest::Client::new()
        .get(shop.sandbox.join("v1/transactions/search").expect("a URL"))
        .header("x-api-key", sandbox::API_KEY);
    let transactions: Value = transactions.send().await.expect("an answer").json().await.expect("JSON");
    let transaction = transactions["items"][0]["id"].as_str().expect("a transaction");
    shop.control(Method::POST, &format!("/_sandbox/transactions/{transaction}/refund"), json!({})).await;
    shop.control(Method::POST, "/_sandbox/clock", json!({"advance_seconds": 60})).await;
    let found = books.reconcile(TWO_DAYS).await.expect("a comparison");
    assert_eq!((found.paid, found.moved), (0, 1), "{found:?}");
    assert_eq!(payment(&shop, &created).await["status"], "refunded");
    assert!(books.reconcile(TWO_DAYS).await.expect("a comparison").is_nothing(), "once");
}

/// Of a refund of a part, whose amount Creem did not say, the whole payment would have been taken for refunded.
#[tokio::test]
async fn a_part_that_went_back_is_never_taken_for_all_of_it() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let event = json!({
        "id": "evt_1", "eventType": "checkout.completed", "created_at": 1,
        "object": {
            "id": "ch_1", "request_id": "order_1", "product": LIFETIME,
            "order": {"id": "ord_1", "amount": 1999, "amount_paid": 1999, "currency": "USD"}
        }
    });
    shop.deliver(event.to_string()).await;
    let books = Books::open(&shop.config()).await.expect("the books");
    for (refunded, moved, status) in [(Value::Null, 0, "paid"), (json!(500), 1, "paid"), (json!(1999), 1, "refunded")] {
        let transaction = json!({
            "id": "tran_1", "status": "partialRefund", "order": "ord_1", "currency": "USD", "refunded_amount": refunded
        });
        let body = json!({"items": [transaction], "pagination": {"next_page": null}});
        let answer =
            json!({"method": "GET", "path": "/v1/transactions/search", "times": 1, "status": 200, "body": body});
        shop.control(Method::POST, "/_sandbox/faults", answer).await;
        let found = books.reconcile(TWO_DAYS).await.expect("a comparison");
        assert_eq!(found.moved, moved, "{refunded}: {found:?}");
        let payment = shop.get("/api/payments/order_1?checkout_id=ch_1").await.json();
        assert_eq!(payment["status"], status, "{refunded}");
    }
}

/// The doctor started the whole proxy, which forgot old data at once: it deleted what it was to look at.
#[tokio::test]
async fn the_doctor_changes_nothing() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    // A paid one, because the shop itself forgets what nobody paid.
    let event = json!({
        "id": "evt_1", "eventType": "checkout.completed", "created_at": 1,
        "object": {"id": "ch_1", "request_id": "order_1", "product": LIFETIME, "metadata": {"a": "b"}}
    })
    .to_string();
    shop.deliver(event).await;
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    for age in ["UPDATE sessions SET updated_at = 1", "UPDATE events SET received_at = 1"] {
        sqlx::query(age).execute(&pool).await.expect("aged");
    }
    let examine = async |database: String| {
        let mut doctor = Command::new(env!("CARGO_BIN_EXE_creem-checkout"));
        doctor
            .env_clear()
            .args(["doctor", "--api-url", shop.sandbox.as_str(), "--public-url", shop.proxy.as_str()])
            .args(["--database", &database])
            .env("CREEM_API_KEY", sandbox::API_KEY)
            .env("CREEM_WEBHOOK_SECRET", sandbox::WEBHOOK_SECRET)
            .env("CHECKOUT_RETENTION_DAYS", "1");
        let told = tokio::task::spawn_blocking(move || doctor.output()).await.expect("a thread").expect("it ran");
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    let told = examine(shop.database_url()).await;
    assert!(told.contains("the database opens and its tables are up to date"), "{told}");
    let absent = std::env::temp_dir().join(format!("creem-checkout-absent-{}.db", uuid::Uuid::new_v4()));
    let told = examine(format!("sqlite://{}", absent.display())).await;
    assert!(told.contains("the next start creates them") && !absent.exists(), "{told}");
    let kept: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT checkout_id, metadata FROM sessions").fetch_all(&pool).await.expect("rows");
    assert_eq!(kept, [("ch_1".to_owned(), Some(r#"{"a":"b"}"#.to_owned()))]);
    let payloads: Vec<String> = sqlx::query_scalar("SELECT payload FROM events").fetch_all(&pool).await.expect("rows");
    assert!(payloads.iter().all(|payload| !payload.is_empty()), "{payloads:?}");
}

#[tokio::test]
async fn a_stored_event_is_sent_again_byte_for_byte_and_one_that_acted_does_nothing() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let body = br#"{ "id":"evt_1", "eventType":"checkout.completed","object":{"id":"ch_1","request_id":"order_1",
        "product":"prod_1"}, "created_at":1}"#;
    shop.deliver(*body).await;
    let books = Books::open(&shop.config()).await.expect("the books");
    assert_eq!(books.payload("evt_1").await.expect("read").as_deref(), std::str::from_utf8(body).ok());
    assert!(books.replay("evt_1").await.expect("applied"));
    assert!(!books.replay("evt_none").await.expect("read"));
    assert_eq!(books.replay_waiting().await.expect("read"), (0, 0));
    let history: Vec<String> = {
        let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
        sqlx::query_scalar("SELECT status FROM history").fetch_all(&pool).await.expect("rows")
    };
    assert_eq!(history, ["paid"], "once");
}
