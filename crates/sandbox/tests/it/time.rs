//! Subscriptions through time, and what a clock that is held gives.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, TEAM, YEARLY, id};

const DAY: u64 = 86_400;

/// Holds the clock at an instant, so that dates can be asserted.
async fn hold(shop: &Shop) {
    let held = shop.control("clock", json!({ "set": "2026-12-31T10:00:00Z", "freeze": true })).await;
    assert_eq!(held.json(), json!({ "now": "2026-12-31T10:00:00.000Z", "frozen": true }));
}

async fn advance(shop: &Shop, days: u64) {
    shop.control("clock", json!({ "advance_seconds": days * DAY })).await;
}

async fn subscribe(shop: &Shop, product: &str, code: Option<&str>) -> String {
    let mut body = json!({ "product_id": product, "request_id": "order_1", "metadata": { "plan": "pro" },
        "success_url": "https://shop.example/" });
    if let Some(code) = code {
        body["discount_code"] = json!(code);
    }
    let checkout = shop.open(body).await;
    shop.pay(&checkout).await;
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    id(&paid["subscription"]).to_owned()
}

async fn subscription(shop: &Shop, id: &str) -> Value {
    shop.get(&format!("/v1/subscriptions?subscription_id={id}")).await.json()
}

/// The events so far, each as its type and its object.
async fn events(shop: &Shop) -> Vec<(String, Value)> {
    let events: Vec<Value> = serde_json::from_value(shop.get("/_sandbox/events").await.json()).expect("a list");
    let pair =
        |event: &Value| (event["eventType"].as_str().expect("a type").to_owned(), event["body"]["object"].clone());
    events.iter().map(pair).collect()
}

#[tokio::test]
async fn thirteen_months_are_thirteen_payments_on_their_dates_with_metadata_on_each() {
    let shop = Shop::new();
    hold(&shop).await;
    subscribe(&shop, MONTHLY, None).await;
    advance(&shop, 396).await;
    let events = events(&shop).await;
    let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds[..3], ["subscription.active", "subscription.paid", "checkout.completed"]);
    assert_eq!(kinds[3..], ["subscription.paid"; 13]);
    for (kind, object) in &events {
        assert_eq!(object["metadata"], json!({ "plan": "pro" }), "{kind}");
    }
    let ends: Vec<&str> =
        events[3..].iter().filter_map(|(_, object)| object["current_period_end_date"].as_str()).collect();
    assert_eq!(ends[0], "2027-02-28T10:00:00.000Z", "the month is shorter");
    assert_eq!(ends[1], "2027-03-31T10:00:00.000Z", "and the 31st comes back");
    assert_eq!(ends[12], "2028-02-29T10:00:00.000Z");
    let dates: Vec<&Value> = events[3..].iter().map(|(_, object)| &object["last_transaction_date"]).collect();
    assert_eq!(dates[0], "2027-01-31T10:00:00.000Z", "charged when it was due, however far the clock leapt");
}

#[tokio::test]
async fn a_failing_card_is_past_due_then_unpaid_then_over() {
    let shop = Shop::new();
    hold(&shop).await;
    let sub = subscribe(&shop, MONTHLY, None).await;
    shop.control(&format!("subscriptions/{sub}/card"), json!({ "card": "4507990000000010" })).await;
    let mut statuses = Vec::new();
    for days in [30, 1, 2, 4, 7] {
        advance(&shop, days).await;
        statuses.push(subscription(&shop, &sub).await["status"].clone());
    }
    assert_eq!(json!(statuses), json!(["active", "past_due", "past_due", "past_due", "unpaid"]));
    advance(&shop, 1).await;
    advance(&shop, 1).await;
    let events = events(&shop).await;
    let tail: Vec<(&str, &Value)> =
        events[3..].iter().map(|(kind, object)| (kind.as_str(), &object["status"])).collect();
    assert_eq!(
        tail,
        [
            ("subscription.expired", &json!("active")),
            ("subscription.past_due", &json!("past_due")),
            ("subscription.unpaid", &json!("unpaid")),
            ("subscription.canceled", &json!("canceled")),
        ]
    );
    let over = &events[6].1;
    assert!(over["canceled_at"].is_string() && over.get("next_transaction_date").is_none());
}

#[tokio::test]
async fn a_card_that_works_again_saves_the_subscription() {
    let shop = Shop::new();
    hold(&shop).await;
    let sub = subscribe(&shop, MONTHLY, None).await;
    shop.control(&format!("subscriptions/{sub}/card"), json!({ "card": "4000000000000069" })).await;
    advance(&shop, 32).await;
    assert_eq!(subscription(&shop, &sub).await["status"], "past_due");
    shop.control(&format!("subscriptions/{sub}/card"), json!({ "card": "4111111111111111" })).await;
    advance(&shop, 3).await;
    let saved = subscription(&shop, &sub).await;
    assert_eq!(
        (&saved["status"], &saved["current_period_end_date"]),
        (&json!("active"), &json!("2027-02-28T10:00:00.000Z"))
    );
}

#[tokio::test]
async fn a_discount_reduces_the_payments_it_is_for() {
    let shop = Shop::new();
    hold(&shop).await;
    for (code, duration, months) in [("ONE", "once", None), ("TWO", "repeating", Some(2)), ("ALL", "forever", None)] {
        let mut body = json!({ "name": code, "code": code, "type": "percentage", "percentage": 50, "duration": duration,
            "applies_to_products": [MONTHLY] });
        if let Some(months) = months {
            body["duration_in_months"] = json!(months);
        }
        assert_eq!(shop.call("POST", "/v1/discounts", body).await.status, StatusCode::OK);
        subscribe(&shop, MONTHLY, Some(code)).await;
    }
    advance(&shop, 62).await;
    let list = shop.get("/v1/transactions/search?page_size=100").await.json();
    let items = list["items"].as_array().expect("a list").clone();
    let mut by_subscription: std::collections::BTreeMap<String, Vec<i64>> = std::collections::BTreeMap::new();
    for item in items {
        let own = by_subscription.entry(item["subscription"].as_str().expect("an id").to_owned()).or_default();
        own.push(item["amount"].as_i64().expect("an amount"));
    }
    let mut amounts: Vec<Vec<i64>> =
        by_subscription.into_values().map(|latest_first| latest_first.into_iter().rev().collect()).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [vec![750, 750, 750], vec![750, 750, 1500], vec![750, 1500, 1500]]);
}

#[tokio::test]
async fn a_trial_costs_its_own_price_and_then_the_full_one() {
    let shop = Shop::new();
    hold(&shop).await;
    let product = json!({ "name": "Try", "description": "d", "price": 900, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-month", "trial_period_days": 7, "trial_price": 100 });
    let product = shop.call("POST", "/v1/products", product).await.json();
    let sub = subscribe(&shop, id(&product), None).await;
    assert_eq!(subscription(&shop, &sub).await["status"], "trialing");
    advance(&shop, 7).await;
    let kinds: Vec<String> = events(&shop).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["subscription.trialing", "checkout.completed", "subscription.active", "subscription.paid"]);
    let list = shop.get("/v1/transactions/search").await.json();
    assert_eq!([&list["items"][0]["amount"], &list["items"][1]["amount"]], [&json!(900), &json!(100)]);
    assert_eq!(subscription(&shop, &sub).await["current_period_end_date"], "2027-02-07T10:00:00.000Z");
}

#[tokio::test]
async fn what_is_cancelled_for_later_ends_or_pauses_with_its_period() {
    let shop = Shop::new();
    hold(&shop).await;
    for (ending, status) in [("cancel", "canceled"), ("pause", "paused")] {
        let sub = subscribe(&shop, MONTHLY, None).await;
        let body = json!({ "mode": "scheduled", "onExecute": ending });
        let scheduled = shop.call("POST", &format!("/v1/subscriptions/{sub}/cancel"), body).await.json();
        assert_eq!((&scheduled["status"], &scheduled["canceled_at"]), (&json!("scheduled_cancel"), &Value::Null));
        assert!(scheduled["next_transaction_date"].is_string());
        advance(&shop, 31).await;
        assert_eq!(subscription(&shop, &sub).await["status"], status);
    }
    let wrong = json!({ "mode": "immediate", "onExecute": "pause" });
    let sub = subscribe(&shop, MONTHLY, None).await;
    assert_eq!(
        shop.call("POST", &format!("/v1/subscriptions/{sub}/cancel"), wrong).await.status,
        StatusCode::BAD_REQUEST
    );
    let resumed = shop.call("POST", &format!("/v1/subscriptions/{sub}/resume"), Value::Null).await;
    assert_eq!(resumed.messages(), ["Subscription is not paused or scheduled to be canceled"]);
}

#[tokio::test]
async fn a_change_in_the_middle_of_a_period_costs_what_is_left_of_it() {
    let shop = Shop::new();
    shop.control("clock", json!({ "set": "2026-12-01T00:00:00Z", "freeze": true })).await;
    let sub = subscribe(&shop, MONTHLY, None).await;
    let item = subscription(&shop, &sub).await["items"][0].clone();
    // 15.5 of 31 days.
    shop.control("clock", json!({ "advance_seconds": 31 * DAY / 2 })).await;
    let path = format!("/v1/subscriptions/{sub}");
    let bare = shop.call("POST", &path, json!({ "items": [{ "id": item["id"], "units": 3 }] })).await;
    assert_eq!(bare.status, StatusCode::NOT_FOUND);
    assert_eq!(bare.messages(), ["Could not find product or price"], "all four fields are needed");
    let wanted =
        json!({ "id": item["id"], "product_id": item["product_id"], "price_id": item["price_id"], "units": 3 });
    let changed = shop.call("POST", &path, json!({ "items": [wanted] })).await.json();
    assert_eq!(changed["last_transaction"]["amount"], 1500, "half a month of two more seats");
    let yearly = shop.call("POST", &format!("{path}/upgrade"), json!({ "product_id": YEARLY })).await.json();
    assert_eq!(yearly["last_transaction"]["amount"], 45_000 - 2250, "a new year for three, less what was paid");
    assert_eq!(yearly["current_period_end_date"], "2027-12-16T12:00:00.000Z");
}

#[tokio::test]
async fn a_plan_of_another_rhythm_that_costs_nothing_now_begins_with_the_next_period() {
    let shop = Shop::new();
    shop.control("clock", json!({ "set": "2026-12-01T00:00:00Z", "freeze": true })).await;
    let sub = subscribe(&shop, MONTHLY, None).await;
    let body = json!({ "product_id": YEARLY, "update_behavior": "proration-none" });
    let changed = shop.call("POST", &format!("/v1/subscriptions/{sub}/upgrade"), body).await.json();
    assert_eq!(changed["current_period_end_date"], "2027-01-01T00:00:00.000Z");
    advance(&shop, 31).await;
    let renewed = subscription(&shop, &sub).await;
    assert_eq!(renewed["last_transaction"]["amount"], 15_000);
    assert_eq!(renewed["current_period_end_date"], "2028-01-01T00:00:00.000Z");
}

#[tokio::test]
async fn items_of_another_currency_cannot_be_added() {
    let shop = Shop::new();
    let sub = subscribe(&shop, MONTHLY, None).await;
    let body = json!({ "items": [{ "product_id": TEAM, "units": 2 }] });
    let refused = shop.call("POST", &format!("/v1/subscriptions/{sub}"), body).await;
    assert_eq!(refused.messages(), ["All items of a subscription must have the same currency and billing type"]);
    let more =
        shop.call("POST", &format!("/v1/subscriptions/{sub}"), json!({ "items": [{ "product_id": YEARLY }] })).await;
    assert_eq!(more.json()["items"].as_array().map(Vec::len), Some(2), "one without an id is added");
}

#[tokio::test]
async fn the_same_scenario_after_a_reset_gives_the_same_bytes() {
    let shop = Shop::new();
    let mut runs = Vec::new();
    for _ in 0..2 {
        shop.control("reset", json!({})).await;
        hold(&shop).await;
        let sub = subscribe(&shop, MONTHLY, Some("SAVE25")).await;
        shop.call("POST", "/v1/checkouts", json!({})).await;
        advance(&shop, 60).await;
        let order = shop.get("/v1/transactions/search").await.json()["items"][0]["id"].clone();
        let refund = shop.call("POST", "/v1/refunds", json!({ "transaction_id": order })).await.text;
        shop.control("clock", json!({ "advance_seconds": 60 })).await;
        let mut bytes = vec![refund, shop.call("GET", "/v1/checkouts?checkout_id=ch_none", Value::Null).await.text];
        bytes.push(shop.get(&format!("/v1/subscriptions?subscription_id={sub}")).await.text);
        for path in ["/_sandbox/events", "/_sandbox/requests", "/v1/customers/list", "/v1/stats/summary?currency=USD"] {
            bytes.push(shop.get(path).await.text);
        }
        runs.push(bytes);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn time_does_not_go_back_once_something_happened() {
    let shop = Shop::new();
    shop.open(json!({ "product_id": LIFETIME })).await;
    let back = shop.control("clock", json!({ "set": "2020-01-01T00:00:00Z" })).await;
    assert_eq!(back.status, StatusCode::CONFLICT);
}

/// A clock that was held gave the ids of products that were there already once more, and the second hid the first.
#[tokio::test]
async fn a_clock_that_is_held_gives_no_id_a_second_time() {
    let shop = Shop::new();
    let meter = json!({ "name": "One", "event_name": "call", "aggregation": "count", "unit_label": "calls" });
    let first = shop.call("POST", "/v1/meters", meter.clone()).await.json();
    shop.control("clock", json!({ "freeze": true })).await;
    let mut other = meter;
    other["name"] = json!("Other");
    let second = shop.call("POST", "/v1/meters", other).await.json();
    assert_ne!(first["id"], second["id"]);
    assert_eq!(shop.get(&format!("/v1/meters/{}", id(&first))).await.json()["name"], "One");
}

#[tokio::test]
async fn a_refund_settles_a_moment_later_and_says_whose_it_was() {
    let shop = Shop::new();
    hold(&shop).await;
    subscribe(&shop, MONTHLY, None).await;
    let transaction = shop.get("/v1/transactions/search").await.json()["items"][0].clone();
    let body = json!({ "transaction_id": transaction["id"] });
    assert_eq!(shop.call("POST", "/v1/refunds", body.clone()).await.json(), json!({ "status": "pending" }));
    assert_eq!(events(&shop).await.len(), 3, "not yet");
    shop.control("clock", json!({ "advance_seconds": 30 })).await;
    let (kind, refund) = events(&shop).await.pop().expect("an event");
    assert_eq!(kind, "refund.created");
    assert_eq!((&refund["refund_amount"], &refund["checkout"]["request_id"]), (&json!(1500), &json!("order_1")));
    assert_eq!(refund["subscription"]["metadata"], json!({ "plan": "pro" }));
    assert_eq!(shop.call("POST", "/v1/refunds", body).await.messages(), ["Transaction has already been refunded"]);
}
