//! The rest of the API, where it says more than Creem's own SDK checks: strict bodies, sentences, limits, switches.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, TEAM, id};

fn book() -> Value {
    json!({ "name": "Book", "description": "A book.", "price": 500, "currency": "EUR", "billing_type": "onetime" })
}

async fn refused(shop: &Shop, method: &str, path: &str, body: Value, messages: &[&str]) {
    let reply = shop.call(method, path, body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}: {}", reply.text);
    assert_eq!(reply.messages(), messages, "{path}");
}

#[tokio::test]
async fn a_repeated_creation_with_the_same_key_answers_with_the_first_product() {
    let shop = Shop::new();
    let make = async |key: &str| {
        let request = Request::builder().method("POST").uri("/v1/products").header("x-api-key", sandbox::API_KEY);
        let request = request.header("idempotency-key", key).body(Body::from(book().to_string()));
        shop.send(request.expect("a request")).await.json()
    };
    let (first, again, other) = (make("a").await, make("a").await, make("b").await);
    assert_eq!(first["id"], again["id"]);
    assert_ne!(first["id"], other["id"]);
}

#[tokio::test]
async fn a_change_of_a_product_touches_what_was_sent_and_nothing_else() {
    let shop = Shop::new();
    let made = shop.call("POST", "/v1/products", book()).await.json();
    let path = format!("/v1/products/{}", id(&made));
    let mut changed = shop.call("PATCH", &path, json!({ "price": 900 })).await.json();
    assert_eq!(changed["price"], 900);
    changed["price"] = made["price"].clone();
    changed["updated_at"] = made["updated_at"].clone();
    assert_eq!(changed, made);
    refused(&shop, "PATCH", &path, json!({ "custom_fields": [] }), &["property custom_fields should not exist"]).await;
    refused(&shop, "PATCH", &path, json!({ "price": 50 }), &["price must be 0 or not be less than 100"]).await;
    assert_eq!(shop.call("DELETE", &path, Value::Null).await.json()["status"], "archived");
    let gone = shop.call("POST", "/v1/checkouts", json!({ "product_id": made["id"] })).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "an archived product is not sold");
}

#[tokio::test]
async fn periods_and_trials_have_their_rules() {
    let shop = Shop::new();
    let mut plan = book();
    plan["billing_type"] = json!("recurring");
    let with = |more: Value| {
        let mut plan = plan.clone();
        plan.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        plan
    };
    for (more, message) in [
        (json!({}), "billing_period must be given for a recurring product"),
        (
            json!({ "billing_period": "custom" }),
            "recurring_interval and recurring_interval_count must be given for a custom billing_period",
        ),
        (
            json!({ "billing_period": "custom", "recurring_interval": "year", "recurring_interval_count": 4 }),
            "recurring_interval_count must not be greater than 3",
        ),
        (
            json!({ "billing_period": "every-month", "trial_period_days": 7, "trial_price": 500 }),
            "trial_price must be less than price and needs trial_period_days",
        ),
    ] {
        refused(&shop, "POST", "/v1/products", with(more), &[message]).await;
    }
}

#[tokio::test]
async fn there_is_one_customer_per_email() {
    let shop = Shop::new();
    let ada = json!({ "email": "ada@example.com", "name": "Ada", "metadata": { "a": 1 }, "external_id": "u_1" });
    let made = shop.call("POST", "/v1/customers", ada).await.json();
    assert_eq!((&made["country"], &made["external_id"]), (&Value::Null, &json!("u_1")));
    let twin = json!({ "email": "ADA@example.com", "name": "Ada" });
    refused(&shop, "POST", "/v1/customers", twin, &["A resource with this identifier already exists"]).await;
    let change = json!({ "customer_id": made["id"], "external_id": null });
    let changed = shop.call("PATCH", "/v1/customers", change).await.json();
    assert!(changed.get("external_id").is_none() && changed["metadata"] == json!({ "a": 1 }), "{changed}");
    let wrong = json!({ "email": "nobody", "phone": "1" });
    let messages = ["property phone should not exist", "name must be a string", "email must be an email"];
    refused(&shop, "POST", "/v1/customers", wrong, &messages).await;
    let list = shop.get("/v1/customers/list").await.json();
    assert_eq!(list["pagination"]["total_records"], 1);
    assert_eq!(shop.get("/v1/customers/cust_none/orders").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn subscriptions_are_found_by_status() {
    let shop = Shop::new();
    for _ in 0..2 {
        let checkout = shop.open(json!({ "product_id": MONTHLY, "success_url": "https://shop.example/" })).await;
        shop.pay(&checkout).await;
    }
    let all = shop.get("/v1/subscriptions/search").await.json();
    let first = id(&all["items"][0]);
    shop.call("POST", &format!("/v1/subscriptions/{first}/cancel"), Value::Null).await;
    let canceled = shop.get("/v1/subscriptions/search?status=canceled").await.json();
    assert_eq!((id(&canceled["items"][0]), &canceled["pagination"]["total_records"]), (first, &json!(1)));
    let again = shop.call("POST", &format!("/v1/subscriptions/{first}/cancel"), Value::Null).await;
    assert_eq!(again.messages(), ["Subscription is already canceled"]);
}

#[tokio::test]
async fn a_secret_is_told_when_an_endpoint_is_made_and_when_it_is_asked_for() {
    let shop = Shop::new();
    refused(&shop, "POST", "/v1/webhooks", json!({}), &["url must be a valid URL"]).await;
    let made = shop.call("POST", "/v1/webhooks", json!({ "url": "https://shop.example/hook" })).await.json();
    let path = format!("/v1/webhooks/{}", id(&made));
    assert!(shop.get(&path).await.json().get("secret").is_none());
    assert_eq!(shop.get(&format!("{path}/secret")).await.json(), json!({ "secret": made["secret"] }));
    let pending = shop.get(&format!("{path}/events/pending")).await;
    assert_eq!(pending.messages(), ["Webhook delivery_mode must be cli"]);
    let off = shop.call("PATCH", &path, json!({ "status": "disabled", "name": null })).await.json();
    assert_eq!((&off["status"], &off["name"]), (&json!("disabled"), &Value::Null));
}

#[tokio::test]
async fn a_discount_ends_when_its_date_comes() {
    let shop = Shop::new();
    shop.control("clock", json!({ "set": "2026-12-01T00:00:00Z", "freeze": true })).await;
    let body = json!({ "name": "Today", "code": "TODAY", "type": "percentage", "percentage": 10, "duration": "once",
        "applies_to_products": [LIFETIME], "expiry_date": "2026-12-02T00:00:00Z" });
    shop.call("POST", "/v1/discounts", body).await;
    let status = async || shop.get("/v1/discounts?discount_code=TODAY").await.json()["status"].clone();
    assert_eq!(status().await, "active");
    let new = shop.get("/v1/discounts/search?created_after=2026-11-30T00:00:00Z").await.json();
    assert_eq!(new["pagination"]["total_records"], 1, "the seed's are older");
    shop.control("clock", json!({ "advance_seconds": 86_400 })).await;
    assert_eq!(status().await, "expired");
}

#[tokio::test]
async fn what_creem_does_not_say_is_behind_switches() {
    let shop = Shop::new();
    shop.control("switches", json!({ "ignore_bad_discounts": true, "show_checkout_url": true })).await;
    let made = shop.open(json!({ "product_id": LIFETIME, "discount_code": "EXPIRED" })).await;
    assert!(made.get("discount").is_none());
    let read = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&made))).await.json();
    assert!(read["checkout_url"].is_string() && read["checkout_url"] == made["checkout_url"]);
    let unknown = shop.control("switches", json!({ "gravity": false })).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tax_is_on_top_or_inside_by_the_buyers_country() {
    let shop = Shop::new();
    shop.control("switches", json!({ "taxes": { "DE": 19 } })).await;
    for (product, country, amounts) in
        [(LIFETIME, "DE", [1999, 380, 2379]), (LIFETIME, "US", [1999, 0, 1999]), (TEAM, "DE", [900, 144, 900])]
    {
        let made = shop.open(json!({ "product_id": product })).await;
        shop.control(&format!("checkouts/{}/pay", id(&made)), json!({ "country": country })).await;
        let order = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&made))).await.json()["order"].clone();
        assert_eq!(json!([order["amount"], order["tax_amount"], order["amount_paid"]]), json!(amounts), "{country}");
    }
}

#[tokio::test]
async fn the_summary_groups_by_month_and_counts_what_went_back() {
    let shop = Shop::new();
    shop.control("clock", json!({ "set": "2026-12-31T12:00:00Z", "freeze": true })).await;
    for _ in 0..2 {
        let checkout = shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/" })).await;
        shop.pay(&checkout).await;
        shop.control("clock", json!({ "advance_seconds": 86_400 })).await;
    }
    let first = shop.get("/v1/transactions/search").await.json()["items"][1]["id"].clone();
    shop.call("POST", "/v1/refunds", json!({ "transaction_id": first })).await;
    shop.control("clock", json!({ "advance_seconds": 60 })).await;
    let summary =
        shop.get("/v1/stats/summary?currency=USD&interval=month&startDate=0&endDate=1900000000000").await.json();
    let totals = &summary["totals"];
    assert_eq!((&totals["totalRevenue"], &totals["totalNetRevenue"]), (&json!(3998), &json!(1999)));
    assert_eq!(
        summary["periods"],
        json!([
            { "timestamp": 1_796_083_200_000_i64, "grossRevenue": 1999, "netRevenue": 0 },
            { "timestamp": 1_798_761_600_000_i64, "grossRevenue": 1999, "netRevenue": 1999 },
        ])
    );
    let none = shop.get("/v1/stats/summary?currency=EUR").await.json();
    assert_eq!(none["totals"]["totalRevenue"], 0);
    assert_eq!(shop.get("/v1/stats/summary?currency=GBP").await.status, StatusCode::BAD_REQUEST);
}
