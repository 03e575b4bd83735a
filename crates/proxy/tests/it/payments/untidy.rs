//! What Creem sends untidily is sold and paid all the same.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, Webhooks};

async fn deliver(shop: &Shop, body: String) -> StatusCode {
    shop.deliver(body).await.status
}

fn event(id: &str, event_type: &str, object: &str) -> String {
    format!(r#"{{"id":{id},"eventType":"{event_type}","created_at":1790000000123,"object":{object}}}"#)
}

async fn payment(shop: &Shop, number: usize) -> Value {
    shop.get(&format!("/api/payments/order_{number}?checkout_id=ch_{number}")).await.json()
}

/// Each of these was answered 200 and forgotten, or 400 for ever: the buyer had paid, and nobody knew.
#[tokio::test]
async fn a_payment_is_known_although_its_event_is_odd() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let odd = [
        r#""order":{"id":"ord_1","amount_paid":1999.0,"currency":"usd"}"#,
        r#""order":{"id":"ord_1","amount_paid":"1999","currency":"USD"}"#,
        r#""order":{"id":"ord_1","amount_paid":1999,"currency":null}"#,
        r#""order":{"amount_paid":1999,"currency":"USD"}"#,
        r#""order":"ord_1""#,
        r#""customer":[],"subscription":["sub_1"]"#,
        r#""customer":{"id":"cust_1","name":"Ada \ud83d"},"metadata":{"a":1e400,"b":"\u0000"}"#,
        r#""status":"COMPLETED","checkout_url":[],"license_keys":1e400"#,
    ];
    for (number, odd) in odd.iter().enumerate() {
        let object = format!(
            r#"{{"id":"ch_{number}","status":"completed","request_id":"order_{number}","product":"{LIFETIME}",{odd}}}"#
        );
        let body = event(&format!("\"evt_{number}\""), "checkout.completed", &object);
        assert_eq!(deliver(&shop, body).await, StatusCode::OK, "{odd}");
        assert_eq!(payment(&shop, number).await["status"], "paid", "{odd}");
    }
    assert_eq!(payment(&shop, 0).await["amount"], 1999);
    assert_eq!(payment(&shop, 0).await["currency"], "USD");
}

#[tokio::test]
async fn an_event_without_an_id_acts_and_acts_once() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let object = format!(r#"{{"id":"ch_1","status":"completed","request_id":"order_1","product":"{LIFETIME}"}}"#);
    for _ in 0..2 {
        assert_eq!(deliver(&shop, event("null", "checkout.completed", &object)).await, StatusCode::OK);
    }
    assert_eq!(payment(&shop, 1).await["status"], "paid");
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM events").fetch_all(&pool).await.expect("the events");
    assert!(matches!(&ids[..], [id] if id.starts_with("sha256_")), "{ids:?}");
}

/// A refund that failed, and a dispute that was won, took the payment back.
#[tokio::test]
async fn a_refund_that_failed_and_a_dispute_that_was_won_change_nothing() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let object = format!(
        r#"{{"id":"ch_1","status":"completed","request_id":"order_1","product":"{LIFETIME}","order":{{"id":"ord_1"}}}}"#
    );
    deliver(&shop, event("\"evt_1\"", "checkout.completed", &object)).await;
    for (id, event_type, status) in [
        ("\"evt_2\"", "refund.created", "failed"),
        ("\"evt_3\"", "refund.created", "canceled"),
        ("\"evt_4\"", "refund.created", "pending"),
        ("\"evt_5\"", "refund.created", "requiresAction"),
        ("\"evt_6\"", "dispute.created", "won"),
    ] {
        let object = format!(r#"{{"id":"x_1","status":"{status}","order":"ord_1"}}"#);
        assert_eq!(deliver(&shop, event(id, event_type, &object)).await, StatusCode::OK);
        assert_eq!(payment(&shop, 1).await["status"], "paid", "{event_type} {status}");
    }
    deliver(&shop, event("\"evt_7\"", "refund.created", r#"{"status":"succeeded","order":"ord_1"}"#)).await;
    assert_eq!(payment(&shop, 1).await["status"], "refunded");
}

/// One product that could not be read closed the shop.
#[tokio::test]
async fn an_odd_product_is_left_out_and_the_others_are_sold() {
    let shop = Shop::open().await;
    let product = |id: &str, price: &str| {
        format!(
            r#"{{"id":"{id}","name":"Caf\u00e9 \ud83d","price":{price},"currency":"usd","billing_type":"onetime",
                "status":"active","description":null}}"#
        )
    };
    let list = format!(r#"{{"items":[{},{}]}}"#, product(MONTHLY, "19.99"), product(LIFETIME, "\"1999\""));
    let fault = json!({"method": "GET", "path": "/v1/products/search", "times": 1, "status": 200, "body": list});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    let products = shop.get("/api/products").await.json();
    let [product] = &products["items"].as_array().expect("a list")[..] else { panic!("{products}") };
    assert_eq!((&product["id"], &product["price"]), (&json!(LIFETIME), &json!(1999)));
    assert_eq!(product["name"], "Café \u{FFFD}");
}

/// A decimal percentage made every code of its kind "could not be checked".
#[tokio::test]
async fn a_decimal_percentage_is_taken_off() {
    let shop = Shop::open().await;
    let code = r#"{"id":"dis_1","code":"EIGHTH","status":"active","type":"percentage","percentage":12.5}"#;
    let fault = json!({"method": "GET", "path": "/v1/discounts", "times": 1, "status": 200, "body": code});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    let quote = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=EIGHTH")).await.json();
    assert_eq!((&quote["discount"]["amount"], &quote["total"]), (&json!(250), &json!(1749)), "{quote}");
}
