//! Money that moves in the middle of a period, and back: seats, plans, refunds, and how the books show it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, YEARLY, id};

/// 14.6 of 365 days, as in the measurement.
const USED_SECONDS: u64 = 1_261_440;

/// Subscribes to a product and gives the subscription.
async fn subscribe(shop: &Shop, product: &str, units: i64) -> Value {
    let body = json!({ "product_id": product, "units": units, "success_url": "https://shop.example/" });
    let checkout = shop.open(body).await;
    shop.pay(&checkout).await;
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    shop.get(&format!("/v1/subscriptions?subscription_id={}", id(&paid["subscription"]))).await.json()
}

async fn hold(shop: &Shop) {
    shop.control("clock", json!({ "set": "2026-12-01T00:00:00Z", "freeze": true })).await;
}

async fn advance(shop: &Shop, seconds: u64) {
    shop.control("clock", json!({ "advance_seconds": seconds })).await;
}

/// Changes the units of a subscription's only item.
async fn seats(shop: &Shop, subscription: &Value, units: i64, behaviour: &str) -> Value {
    let item = &subscription["items"][0];
    let wanted =
        json!({ "id": item["id"], "product_id": item["product_id"], "price_id": item["price_id"], "units": units });
    let body = json!({ "items": [wanted], "update_behavior": behaviour });
    let changed = shop.call("POST", &format!("/v1/subscriptions/{}", id(subscription)), body).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    changed.json()
}

async fn transactions(shop: &Shop) -> Vec<Value> {
    let list = shop.get("/v1/transactions/search?page_size=100").await.json();
    list["items"].as_array().expect("a list").clone()
}

/// The events of a type, each as its object.
async fn told(shop: &Shop, kind: &str) -> Vec<Value> {
    let events: Vec<Value> = serde_json::from_value(shop.get("/_sandbox/events").await.json()).expect("a list");
    events.into_iter().filter(|event| event["eventType"] == kind).map(|event| event["body"]["object"].clone()).collect()
}

/// A seat fewer gave nothing back. Creem gave back what it had charged for one more, at the same instant to the cent.
#[tokio::test]
async fn a_seat_more_and_a_seat_fewer_move_the_same_money() {
    let shop = Shop::new();
    hold(&shop).await;
    let plan = json!({ "name": "Seat", "description": "d", "price": 6000, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-year" });
    let plan = shop.call("POST", "/v1/products", plan).await.json();
    let subscription = subscribe(&shop, id(&plan), 2).await;
    advance(&shop, USED_SECONDS).await;
    let more = seats(&shop, &subscription, 3, "proration-charge-immediately").await;
    assert_eq!(more["last_transaction"]["amount"], 5760);
    let fewer = seats(&shop, &subscription, 2, "proration-charge-immediately").await;
    assert_eq!(fewer["items"][0]["units"], 2);
    let books = transactions(&shop).await;
    assert_eq!(
        (&books[0]["amount"], &books[0]["refunded_amount"], &books[0]["status"]),
        (&json!(5760), &json!(5760), &json!("refunded"))
    );
    assert_eq!((&books[1]["amount"], &books[1]["refunded_amount"]), (&json!(12_000), &Value::Null));
    advance(&shop, 30).await;
    let refunds = told(&shop, "refund.created").await;
    assert_eq!(refunds.len(), 1);
    assert_eq!((&refunds[0]["refund_amount"], &refunds[0]["reason"]), (&json!(5760), &json!("other")));
    assert_eq!(refunds[0]["subscription"]["id"], subscription["id"]);
}

#[tokio::test]
async fn a_part_goes_back_with_its_tax_and_the_rest_can_still_be_refunded() {
    let shop = Shop::new();
    hold(&shop).await;
    shop.control("switches", json!({ "taxes": { "US": 10 } })).await;
    let subscription = subscribe(&shop, MONTHLY, 3).await;
    advance(&shop, 31 * 86_400 / 2).await;
    let fewer = seats(&shop, &subscription, 1, "proration-charge-immediately").await;
    let last = &fewer["last_transaction"];
    assert_eq!(
        (&last["amount"], &last["status"], &last["refunded_amount"]),
        (&json!(4950), &json!("partialRefund"), &json!(1650))
    );
    let rest = shop.call("POST", "/v1/refunds", json!({ "transaction_id": last["id"] })).await;
    assert_eq!(rest.status, StatusCode::OK, "{}", rest.text);
    let books = transactions(&shop).await;
    assert_eq!((&books[0]["status"], &books[0]["refunded_amount"]), (&json!("refunded"), &json!(4950)));
    advance(&shop, 30).await;
    let amounts: Vec<Value> =
        told(&shop, "refund.created").await.iter().map(|refund| refund["refund_amount"].clone()).collect();
    assert_eq!(amounts, [json!(1650), json!(3300)]);
}

#[tokio::test]
async fn no_seat_at_all_gives_everything_unused_back_and_nothing_when_nothing_is_to_move() {
    let shop = Shop::new();
    hold(&shop).await;
    let subscription = subscribe(&shop, MONTHLY, 1).await;
    seats(&shop, &subscription, 3, "proration-none").await;
    seats(&shop, &subscription, 1, "proration-none").await;
    assert_eq!(transactions(&shop).await[0]["refunded_amount"], Value::Null);
    seats(&shop, &subscription, 3, "proration-none").await;
    let none = seats(&shop, &subscription, 0, "proration-charge").await;
    assert_eq!(none["items"][0]["units"], 0);
    let books = transactions(&shop).await;
    assert_eq!((books.len(), &books[0]["refunded_amount"]), (1, &json!(1500)), "what was paid, and no more");
}

#[tokio::test]
async fn a_smaller_plan_gives_back_what_the_larger_one_leaves() {
    let shop = Shop::new();
    hold(&shop).await;
    let subscription = subscribe(&shop, YEARLY, 1).await;
    advance(&shop, 365 * 86_400 / 5).await;
    let body = json!({ "product_id": MONTHLY });
    let changed = shop.call("POST", &format!("/v1/subscriptions/{}/upgrade", id(&subscription)), body).await.json();
    assert_eq!(changed["product"]["id"], MONTHLY);
    assert_eq!(transactions(&shop).await[0]["refunded_amount"], json!(12_000 - 1500), "four fifths, less a month");
}

/// The customer of a payment was never told, and the oldest payment came first.
#[tokio::test]
async fn payments_come_newest_first_with_whose_they_are() {
    let shop = Shop::new();
    hold(&shop).await;
    let subscription = subscribe(&shop, MONTHLY, 1).await;
    advance(&shop, 32 * 86_400).await;
    let books = transactions(&shop).await;
    assert!(books[0]["created_at"].as_i64() > books[1]["created_at"].as_i64());
    let customer = &subscription["customer"]["id"];
    let one = shop.get(&format!("/v1/transactions?transaction_id={}", id(&books[1]))).await.json();
    for transaction in [&books[0], &books[1], &one] {
        assert_eq!(&transaction["customer"], customer);
        assert_eq!(transaction["subscription"], subscription["id"]);
    }
    let found =
        shop.get(&format!("/v1/transactions/search?customer_id={}", customer.as_str().expect("an id"))).await.json();
    assert_eq!(found["pagination"]["total_records"], 2);
    assert_eq!(subscription["last_transaction"]["customer"], Value::Null, "and not within a subscription");
    shop.control("switches", json!({ "oldest_transactions_first": true })).await;
    assert_eq!(transactions(&shop).await[0]["id"], books[1]["id"]);
}

/// The books said `paid` until the money had moved.
#[tokio::test]
async fn a_refund_is_pending_while_the_books_have_it_already() {
    let shop = Shop::new();
    hold(&shop).await;
    for (with_id, product) in [(false, LIFETIME), (true, MONTHLY)] {
        shop.control("switches", json!({ "refund_id": with_id })).await;
        let checkout = shop.open(json!({ "product_id": product, "success_url": "https://shop.example/" })).await;
        shop.pay(&checkout).await;
        let books = transactions(&shop).await;
        let answer = shop.call("POST", "/v1/refunds", json!({ "transaction_id": books[0]["id"] })).await.json();
        assert_eq!((&answer["status"], answer.get("id").is_some()), (&json!("pending"), with_id));
        let after = transactions(&shop).await;
        assert_eq!((&after[0]["status"], &after[0]["refunded_amount"]), (&json!("refunded"), &books[0]["amount"]));
        let before = told(&shop, "refund.created").await.len();
        advance(&shop, 30).await;
        let events = told(&shop, "refund.created").await;
        assert_eq!(events.len(), before + 1);
        let shown = if product == LIFETIME { "paid" } else { "refunded" };
        assert_eq!(events[before]["transaction"]["status"], shown);
        assert_eq!(events[before]["transaction"]["customer"], Value::Null);
    }
}

#[tokio::test]
async fn a_seat_needs_its_product_and_its_price_unless_a_switch_says_otherwise() {
    let shop = Shop::new();
    let subscription = subscribe(&shop, MONTHLY, 1).await;
    let path = format!("/v1/subscriptions/{}", id(&subscription));
    let item = &subscription["items"][0];
    let bare = json!({ "id": item["id"], "units": 2 });
    let by_product = json!({ "id": item["id"], "product_id": item["product_id"], "units": 2 });
    let by_price = json!({ "id": item["id"], "price_id": item["price_id"], "units": 2 });
    let change = async |item: &Value| shop.call("POST", &path, json!({ "items": [item] })).await;
    for item in [&bare, &by_product, &by_price] {
        let refused = change(item).await;
        assert_eq!(refused.messages(), ["Could not find product or price"], "{item}");
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    let unknown = shop.call("POST", &format!("{path}/upgrade"), json!({ "product_id": "prod_none" })).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "the same for a plan");
    shop.control("switches", json!({ "product_or_price": true, "missing_price_400": true })).await;
    assert_eq!(change(&bare).await.status, StatusCode::BAD_REQUEST);
    for item in [&by_product, &by_price] {
        assert_eq!(change(item).await.status, StatusCode::OK, "{item}");
    }
}

#[tokio::test]
async fn an_upgrade_can_be_told_with_stale_items_first_as_real_ones_were() {
    let shop = Shop::new();
    for (stale, seen) in [(false, vec![YEARLY]), (true, vec![MONTHLY, YEARLY])] {
        shop.control("switches", json!({ "stale_items": stale })).await;
        let subscription = subscribe(&shop, MONTHLY, 1).await;
        let path = format!("/v1/subscriptions/{}/upgrade", id(&subscription));
        shop.call("POST", &path, json!({ "product_id": YEARLY })).await;
        let own = told(&shop, "subscription.update").await.into_iter().filter(|told| told["id"] == subscription["id"]);
        let states: Vec<Value> =
            own.map(|told| json!([told["product"]["id"], told["items"][0]["product_id"]])).collect();
        assert_eq!(states, seen.iter().map(|item| json!([YEARLY, item])).collect::<Vec<_>>());
    }
}
