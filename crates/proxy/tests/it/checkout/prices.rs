//! Products and quotes.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wire::ProductId;

use crate::shop::{LIFETIME, MONTHLY, OTHER_SITE, Shop, Webhooks};

#[tokio::test]
async fn the_products_are_the_sellable_ones_in_the_merchants_order() {
    let all = Shop::open().await.get("/api/products").await.json();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(4));
    let chosen = Shop::open_with(Webhooks::Arrive, |config| {
        config.products = [MONTHLY, LIFETIME].map(|id| ProductId::parse(id).expect("an id")).to_vec();
    });
    let chosen = chosen.await;
    let products = chosen.get("/api/products").await.json();
    let ids: Vec<_> = products["items"].as_array().expect("a list").iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [MONTHLY, LIFETIME]);
    assert_eq!(chosen.get("/api/products/prod_SandboxProYearly000001").await.refusal().0, "product_unknown");
}

#[tokio::test]
async fn a_product_is_told_with_its_price_and_its_questions() {
    let shop = Shop::open().await;
    let lifetime = shop.get(&format!("/api/products/{LIFETIME}")).await.json();
    assert_eq!((&lifetime["price"], &lifetime["currency"]), (&json!(1999), &json!("USD")));
    let products = shop.get("/api/products").await.json();
    let team = products["items"].as_array().expect("a list").iter().find(|item| item["currency"] == "EUR");
    assert_eq!(team.expect("the team product")["custom_fields"][0]["key"], "company");
}

#[tokio::test]
async fn many_readers_make_one_call_upstream() {
    let shop = Arc::new(Shop::open().await);
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let shop = Arc::clone(&shop);
        readers.spawn(async move { shop.get("/api/products").await.status });
    }
    assert!(readers.join_all().await.iter().all(|status| *status == StatusCode::OK));
    let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
    assert_eq!(requests.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn every_code_has_its_outcome_and_a_bad_one_is_no_error() {
    let shop = Shop::open().await;
    let outcomes = [
        ("SAVE25", "applied", 1499),
        ("save25", "applied", 1499),
        ("%20SAVE25%20", "applied", 1499),
        ("TENOFF", "applied", 1000),
        ("EXPIRED", "expired", 0),
        ("SOON", "not_started", 0),
        ("USEDUP", "used_up", 0),
        ("PROONLY", "wrong_product", 0),
        ("EUROS", "wrong_currency", 0),
        ("NOSUCHCODE", "unknown", 0),
        ("%3Cscript%3E", "unknown", 0),
    ];
    for (code, outcome, off) in outcomes {
        let answer = shop.get(&format!("/api/quote?product_id={LIFETIME}&units=3&discount_code={code}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{code}: {}", answer.text);
        let quote = answer.json();
        assert_eq!(quote["discount"]["outcome"], outcome, "{code}");
        assert_eq!(quote["discount"]["amount"], off, "{code}");
        assert_eq!((&quote["subtotal"], &quote["total"]), (&json!(5997), &json!(5997 - off)), "{code}");
    }
    let without = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=")).await.json();
    assert_eq!((&without["total"], without.get("discount")), (&json!(1999), None));
}

// A code in small letters cost two calls each time it was right: as typed, and only then as codes are written.
#[tokio::test]
async fn a_code_costs_one_call_when_there_is_one_two_when_there_is_none_and_none_again() {
    let shop = Shop::open().await;
    let asked = async || {
        let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
        let requests = requests.as_array().expect("a list").iter();
        let discounts = requests.filter(|request| request["path"] == "/v1/discounts");
        discounts.map(|request| request["query"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    for code in ["save25", "Save25", "SAVE25", "tenoff", "wrong", "wrong", "WRONG", "Wrong"] {
        let answer = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code={code}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    let spelled = ["SAVE25", "TENOFF", "WRONG", "wrong", "Wrong"];
    assert_eq!(asked().await, spelled.map(|code| format!("discount_code={code}")));
}

#[tokio::test]
async fn what_cannot_be_bought_has_no_price() {
    let shop = Shop::open().await;
    for units in ["0", "10000", "-1", "1.5", "two", "99999999999999999999"] {
        let answer = shop.get(&format!("/api/quote?product_id={LIFETIME}&units={units}")).await;
        assert_eq!(answer.refusal(), ("units_invalid".to_owned(), "units".to_owned()), "{units}");
    }
    assert_eq!(shop.get("/api/quote?product_id=prod_nothing").await.refusal().0, "product_unknown");
    let strange = shop.get(&format!("/api/quote?product_id={LIFETIME}&price=1")).await;
    assert_eq!(strange.refusal(), ("field_unknown".to_owned(), "price".to_owned()));
}

#[tokio::test]
async fn a_failing_creem_is_one_code_of_ours_and_never_raw() {
    let shop = Shop::open().await;
    for (status, code) in
        [(500, "upstream_unavailable"), (401, "upstream_misconfigured"), (403, "upstream_misconfigured")]
    {
        let fault = json!({"method": "GET", "path": "/v1/products/search", "times": 9, "status": status});
        shop.control(Method::POST, "/_sandbox/faults", fault).await;
        assert_eq!(shop.get("/api/products").await.refusal().0, code, "{status}");
        shop.control(Method::DELETE, "/_sandbox/faults", json!({})).await;
        shop.advance(Duration::from_secs(31));
    }
    assert_eq!(shop.get("/api/products").await.status, StatusCode::OK, "it recovers by itself");
}

#[tokio::test]
async fn allowed_sites_and_no_others_may_read_the_api() {
    let shop = Shop::open().await;
    let allowed = shop.call(Method::GET, "/api/products", &[("origin", OTHER_SITE)], Vec::new()).await;
    assert_eq!(allowed.header("access-control-allow-origin"), OTHER_SITE);
    assert!(allowed.header("vary").contains("origin"));
    let foreign = shop.call(Method::GET, "/api/products", &[("origin", "https://evil.example")], Vec::new()).await;
    assert_eq!(foreign.header("access-control-allow-origin"), "");
    let asks = [("origin", OTHER_SITE), ("access-control-request-method", "POST")];
    let preflight = shop.call(Method::OPTIONS, "/api/checkouts", &asks, Vec::new()).await;
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert!(preflight.header("access-control-allow-headers").contains("idempotency-key"));
    assert!(preflight.header("content-security-policy").contains(&format!("frame-ancestors 'self' {OTHER_SITE}")));
}

/// Two units of a paid trial had a price, a button that said so, and a refusal of Creem's behind it.
#[tokio::test]
async fn a_product_with_a_paid_trial_is_sold_one_at_a_time() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.catalog_fresh_for = Duration::ZERO).await;
    let product = json!({
        "name": "Trial", "description": "d", "price": 1500, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-month", "trial_period_days": 7, "trial_price": 100
    });
    let asked = reqwest::Client::new().post(shop.sandbox.join("v1/products").expect("a path"));
    let made = asked.header("x-api-key", sandbox::API_KEY).json(&product).send().await.expect("an answer");
    let id = made.json::<Value>().await.expect("JSON")["id"].as_str().expect("an id").to_owned();
    let refused = ("units_invalid".to_owned(), "units".to_owned());
    assert_eq!(shop.get(&format!("/api/quote?product_id={id}&units=2")).await.refusal(), refused);
    let order = json!({"product_id": id, "units": 2});
    assert_eq!(shop.post_json("/api/checkouts", &order, &[]).await.refusal(), refused);
    let page = shop.get(&format!("/?product={id}&units=2")).await.text;
    assert!(page.contains("aria-invalid=\"true\""), "the link is said to be wrong at load: {page}");
    assert_eq!(shop.get(&format!("/api/quote?product_id={id}&units=1")).await.status, StatusCode::OK);
}
