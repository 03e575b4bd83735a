//! What Creem refuses, the sandbox refuses in the same words: what passes here and fails there is found too late.

use axum::http::StatusCode;
use reqwest::Client;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, id};

/// What the API is asked, with what it answers.
async fn refused(shop: &Shop, method: &str, path: &str, body: Value, messages: &[&str]) {
    let reply = shop.call(method, path, body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}: {}", reply.text);
    assert_eq!(reply.messages(), messages, "{path}");
}

/// Parameters that nobody knows were ignored, so a program believed that it had filtered.
#[tokio::test]
async fn a_query_that_an_operation_does_not_take_is_refused_by_name_everywhere() {
    let shop = Shop::new();
    let lists = [
        "products/search",
        "discounts/search",
        "customers/list",
        "customers/cust_none/orders",
        "customers/cust_none/subscriptions",
        "customers/cust_none/licenses",
        "subscriptions/search",
        "transactions/search",
        "licenses/lk_none/instances",
        "webhooks",
        "webhooks/wh_none/events/pending",
        "discounts",
        "customers",
        "products/prod_none",
        "webhooks/wh_none",
        "webhooks/wh_none/secret",
    ];
    for path in lists {
        refused(&shop, "GET", &format!("/v1/{path}?foo=1"), Value::Null, &["property foo should not exist"]).await;
    }
    let one = [
        ("checkouts?checkout_id=ch_none", "checkout_id"),
        ("products?product_id=prod_none", "product_id"),
        ("subscriptions?subscription_id=sub_none", "subscription_id"),
        ("transactions?transaction_id=tran_none", "transaction_id"),
        ("stats/summary?currency=USD", "currency"),
    ];
    for (path, needed) in one {
        let both = [format!("{path}&expand=all"), path.split('?').next().unwrap_or_default().to_owned()];
        refused(&shop, "GET", &format!("/v1/{}", both[0]), Value::Null, &["property expand should not exist"]).await;
        let rule = if needed == "currency" { "must be a valid enum value" } else { "must be a string" };
        refused(&shop, "GET", &format!("/v1/{}", both[1]), Value::Null, &[&format!("{needed} {rule}")]).await;
    }
    let others = [("POST", "checkouts"), ("PATCH", "customers"), ("DELETE", "products/prod_none"), ("POST", "refunds")];
    for (method, path) in others {
        refused(&shop, method, &format!("/v1/{path}?a=1"), json!({}), &["property a should not exist"]).await;
    }
    let probe = "/v1/transactions/search?subscription_id=sub_1&page_size=0";
    let both = ["property subscription_id should not exist", "page_size must not be less than 1"];
    refused(&shop, "GET", probe, Value::Null, &both).await;
}

/// A misspelt status found nothing, and that looked like an answer.
#[tokio::test]
async fn filters_are_words_of_their_enumerations() {
    let shop = Shop::new();
    for (path, name) in [
        ("products/search?status=AAA", "status"),
        ("products/search?status=", "status"),
        ("discounts/search?type=null", "type"),
        ("discounts/search?status=expired", "status"),
        ("subscriptions/search?status=done", "status"),
        ("stats/summary?currency=GBP", "currency"),
        ("stats/summary?currency=USD&interval=hour", "interval"),
    ] {
        let message = format!("{name} must be a valid enum value");
        refused(&shop, "GET", &format!("/v1/{path}"), Value::Null, &[&message]).await;
    }
    for (path, message) in [
        ("discounts/search?created_after=yesterday", "created_after must be a valid ISO 8601 date string"),
        ("products/search?page_number=one", "page_number must be an integer number"),
        ("stats/summary?currency=USD&startDate=now", "startDate must be an integer number"),
    ] {
        refused(&shop, "GET", &format!("/v1/{path}"), Value::Null, &[message]).await;
    }
    for status in ["active", "trialing", "paused", "past_due", "unpaid", "canceled", "scheduled_cancel"] {
        let found = shop.get(&format!("/v1/subscriptions/search?status={status}")).await;
        assert_eq!(found.status, StatusCode::OK, "{status}");
    }
}

#[tokio::test]
async fn periods_that_have_two_ends_need_both() {
    let shop = Shop::new();
    let message = "startDate and endDate are required when interval is given";
    for dates in ["", "&startDate=1", "&endDate=1"] {
        let path = format!("/v1/stats/summary?currency=USD&interval=day{dates}");
        refused(&shop, "GET", &path, Value::Null, &[message]).await;
    }
    assert_eq!(shop.get("/v1/stats/summary?currency=USD").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_subscription_that_is_not_there_is_a_bad_request_for_what_acts_on_it() {
    let shop = Shop::new();
    let calls = [
        ("cancel", Value::Null),
        ("pause", Value::Null),
        ("resume", Value::Null),
        ("upgrade", json!({ "product_id": MONTHLY })),
    ];
    for (action, body) in calls {
        let path = format!("/v1/subscriptions/sub_none/{action}");
        refused(&shop, "POST", &path, body, &["Subscription does not exist"]).await;
    }
    refused(&shop, "POST", "/v1/subscriptions/sub_none", json!({ "items": [] }), &["Subscription does not exist"])
        .await;
    let read = shop.get("/v1/subscriptions?subscription_id=sub_none").await;
    assert_eq!((read.status, read.messages()), (StatusCode::NOT_FOUND, vec!["Subscription not found".to_owned()]));
}

#[tokio::test]
async fn a_word_of_no_enumeration_is_refused_without_naming_the_others() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": MONTHLY, "success_url": "https://shop.example/" })).await;
    shop.pay(&checkout).await;
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    let own = format!("/v1/subscriptions/{}", id(&paid["subscription"]));
    let cases = [
        ("POST", format!("{own}/cancel"), json!({ "mode": "later" }), "mode must be a valid enum value"),
        (
            "POST",
            format!("{own}/upgrade"),
            json!({ "product_id": MONTHLY, "update_behavior": "free" }),
            "update_behavior must be a valid enum value",
        ),
        (
            "PATCH",
            format!("/v1/products/{LIFETIME}"),
            json!({ "currency": "GBP" }),
            "currency must be a valid enum value",
        ),
        (
            "POST",
            "/v1/webhooks".to_owned(),
            json!({ "url": "https://shop.example/", "events": ["tea.ready"] }),
            "each value in events must be a valid enum value",
        ),
    ];
    for (method, path, body, message) in cases {
        refused(&shop, method, &path, body, &[message]).await;
    }
}

/// A one-time product could be made that was billed every month.
#[tokio::test]
async fn what_is_paid_once_has_neither_period_nor_trial() {
    let shop = Shop::new();
    let once = |more: Value| {
        let mut body =
            json!({ "name": "B", "description": "b", "price": 500, "currency": "USD", "billing_type": "onetime" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    let custom = "recurring_interval and recurring_interval_count are only supported for a custom billing_period";
    for (more, message) in [
        (json!({ "billing_period": "every-month" }), "billing_period is only supported for recurring products"),
        (json!({ "recurring_interval": "month" }), custom),
        (json!({ "trial_period_days": 7 }), "trial_period_days is only supported for recurring products"),
    ] {
        refused(&shop, "POST", "/v1/products", once(more), &[message]).await;
    }
    let plan =
        once(json!({ "billing_type": "recurring", "billing_period": "every-month", "recurring_interval": "month" }));
    refused(&shop, "POST", "/v1/products", plan, &[custom]).await;
    let made = shop.call("POST", "/v1/products", once(json!({ "billing_period": "once" }))).await.json();
    assert_eq!(made["billing_period"], "once");
}

#[tokio::test]
async fn trials_follow_creems_rules() {
    let shop = Shop::new();
    let plan = json!({ "name": "Try", "description": "d", "price": 900, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-month", "trial_period_days": 7 });
    let make = async |price: i64| {
        let mut plan = plan.clone();
        plan["trial_price"] = json!(price);
        shop.call("POST", "/v1/products", plan).await
    };
    let free = make(0).await.json();
    assert!(free["trial_period_days"] == 7 && free.get("trial_price").is_none(), "0 is a free trial: {free}");
    assert_eq!(make(99).await.messages(), ["trial_price must not be less than 100"]);

    let paid = make(100).await.json();
    let several = json!({ "product_id": paid["id"], "units": 2 });
    let message = "units must not be greater than 1 for a product with a paid trial";
    refused(&shop, "POST", "/v1/checkouts", several, &[message]).await;
    shop.open(json!({ "product_id": paid["id"], "units": 1 })).await;
    shop.open(json!({ "product_id": free["id"], "units": 2 })).await;

    for (change, trial) in [
        (json!({ "trial_price": 0 }), json!([7, null])),
        (json!({ "trial_price": null }), json!([7, null])),
        (json!({ "trial_period_days": null }), json!([null, null])),
        (json!({ "billing_type": "onetime" }), json!([null, null])),
    ] {
        let path = format!("/v1/products/{}", id(&make(100).await.json()));
        let changed = shop.call("PATCH", &path, change.clone()).await;
        assert_eq!(changed.status, StatusCode::OK, "{change}: {}", changed.text);
        let changed = changed.json();
        assert_eq!(json!([changed.get("trial_period_days"), changed.get("trial_price")]), trial, "{change}");
        let once = changed["billing_type"] == "onetime";
        assert_eq!(changed["billing_period"], if once { "once" } else { "every-month" }, "{change}");
    }
    let path = format!("/v1/products/{}", id(&paid));
    let both = json!({ "trial_period_days": null, "trial_price": 200 });
    refused(&shop, "PATCH", &path, both, &["trial_price must be less than price and needs trial_period_days"]).await;
}

/// Clients that end their paths with a slash met "not found".
#[tokio::test]
async fn capitals_and_a_slash_at_the_end_of_a_path_do_not_matter() {
    let shop = Shop::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(shop.sandbox.clone().serve(listener, std::future::pending()));
    let client = Client::builder().no_proxy().build().expect("a client");
    for (path, status) in [
        ("/v1/products/search/", 200),
        ("/V1/Products/Search?page_size=1", 200),
        (&format!("/v1/PRODUCTS/{LIFETIME}/"), 200),
        (&format!("/v1/products/{}", LIFETIME.to_uppercase()), 404),
        ("/v1/products//", 404),
        ("/V1/nothing", 404),
    ] {
        let answer = client.get(format!("{url}{path}")).header("x-api-key", sandbox::API_KEY).send().await;
        assert_eq!(answer.expect("an answer").status(), status, "{path}");
    }
    let seen = shop.get("/_sandbox/requests").await.json();
    assert_eq!(seen[1]["path"], "/V1/Products/Search", "shown as it was received");
    assert_eq!(seen[5]["answer"]["message"], "Cannot GET /V1/nothing");
    shop.control("faults", json!({ "path": "/v1/products/search", "status": 503 })).await;
    assert_eq!(shop.get("/v1/Products/search/").await.status, StatusCode::SERVICE_UNAVAILABLE, "faults know it too");
}

#[tokio::test]
async fn a_discount_is_told_in_full() {
    let shop = Shop::new();
    let seeded = shop.get("/v1/discounts?discount_code=SAVE25").await.json();
    assert_eq!(seeded["created_at"], "2026-01-01T00:00:00.000Z");
    let endpoint = shop.call("POST", "/v1/webhooks", json!({ "url": "https://shop.example/" })).await.json();
    assert!(seeded["store_id"].is_string() && seeded["store_id"] == endpoint["store_id"]);
    shop.control("clock", json!({ "set": "2027-01-01T00:00:00Z", "freeze": true })).await;
    let body =
        json!({ "name": "New", "type": "percentage", "percentage": 5, "duration": "once", "applies_to_products": [] });
    let made = shop.call("POST", "/v1/discounts", body).await.json();
    assert_eq!(made["created_at"], "2027-01-01T00:00:00.000Z");
}

/// The second word on a delivery was "not found", so a listener that repeated itself stopped.
#[tokio::test]
async fn events_that_are_fetched_are_acknowledged_once_however_often_it_is_said() {
    let shop = Shop::new();
    let ignored = json!({ "delivery_mode": "cli", "url": "no address" });
    let made = shop.call("POST", "/v1/webhooks", ignored).await.json();
    assert_eq!(made["url"], "", "an address is ignored");
    let path = format!("/v1/webhooks/{}/events", id(&made));
    shop.pay(&shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/" })).await).await;
    for (limit, message) in [(0, "limit must not be less than 1"), (101, "limit must not be greater than 100")] {
        refused(&shop, "GET", &format!("{path}/pending?limit={limit}"), Value::Null, &[message]).await;
    }
    let pending = shop.get(&format!("{path}/pending?limit=100")).await.json();
    assert_eq!(pending["items"][0]["object"], "webhook_event");
    let event = id(&pending["items"][0]).to_owned();
    let ack = format!("{path}/{event}/ack");
    let long = json!({ "status_code": 200, "response_body": "x".repeat(10_001) });
    let message = "response_body must be shorter than or equal to 10000 characters";
    refused(&shop, "POST", &ack, long, &[message]).await;
    for status in [503, 200] {
        let answer =
            shop.call("POST", &ack, json!({ "status_code": status, "response_body": "x".repeat(10_000) })).await;
        assert_eq!(answer.json(), json!({ "id": event, "object": "webhook_event_ack", "success": false }), "{status}");
    }
    assert_eq!(shop.get(&format!("{path}/pending")).await.json()["items"], json!([]));
    let unknown = shop.call("POST", &format!("{path}/evt_none/ack"), json!({ "status_code": 200 })).await;
    assert_eq!((unknown.status, unknown.messages()), (StatusCode::NOT_FOUND, vec!["Event not found".to_owned()]));
}
