//! What Creem refuses at creation, told by what it says, and believed from then on.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, Webhooks};

/// Has Creem refuse the next session.
async fn refuse(shop: &Shop, status: u16, message: Value) {
    let body = json!({"trace_id": "tr-1", "status": status, "error": "Bad Request", "message": message});
    let fault = json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "status": status, "body": body});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
}

async fn quoted(shop: &Shop, code: &str) -> String {
    let quote = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code={code}")).await.json();
    quote["discount"]["outcome"].as_str().expect("an outcome").to_owned()
}

/// A merchant's own call to Creem.
async fn at_creem(shop: &Shop, method: Method, path: &str, body: Value) -> Value {
    let client = reqwest::Client::new();
    let call = client.request(method, shop.sandbox.join(path).expect("a URL"));
    let call = call.header("x-api-key", sandbox::API_KEY).header("content-type", "application/json");
    let answer = call.body(body.to_string()).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
}

// Whatever was wrong, a 404 was the product's fault and anything else nobody's: the buyer of a code that had just ended
// read that the product was no longer for sale, and one with a mistyped address that the shop had to be told.
#[tokio::test]
async fn the_field_at_fault_is_the_one_that_creem_names() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let asked = json!({
        "product_id": LIFETIME, "units": 2, "discount_code": "SAVE25", "customer": {"email": "ada@shop.example"}
    });
    for (status, message, code, field) in [
        (404, json!(["Discount not found"]), "discount_unknown", "discount_code"),
        (404, json!("discount code SAVE25 has expired"), "discount_expired", "discount_code"),
        (400, json!(["Discount has reached its redemption limit"]), "discount_used_up", "discount_code"),
        (422, json!({"message": ["Coupon is not valid yet"]}), "discount_not_started", "discount_code"),
        (403, json!(["Discount does not apply to this product"]), "discount_wrong_product", "discount_code"),
        (400, json!(["email must be an email"]), "email_invalid", "customer.email"),
        (404, json!(["Product not found"]), "product_unknown", "product_id"),
        (400, json!(["Product is archived"]), "product_unknown", "product_id"),
        (400, json!(["Only 1 seat is left"]), "units_invalid", "units"),
        (400, json!(["Store is under review"]), "upstream_refused", ""),
        (403, json!([]), "upstream_misconfigured", ""),
    ] {
        refuse(&shop, status, message.clone()).await;
        let refused = shop.post_json("/api/checkouts", &asked, &[]).await;
        assert_eq!(refused.refusal(), (code.to_owned(), field.to_owned()), "{status} {message}");
    }
    shop.create(&asked).await;
    refuse(&shop, 400, json!(["email must be an email"])).await;
    let page = shop.post_form(&format!("product_id={LIFETIME}&email=ada%40shop.example")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains(r#"aria-invalid="true""#), "without scripts the field is marked: {}", page.text);
}

// The discount was remembered for half a minute after Creem had refused it: the price went on being shown with it.
#[tokio::test]
async fn a_code_that_creem_refuses_is_looked_up_again() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    assert_eq!(quoted(&shop, "save25").await, "applied");
    let discount = at_creem(&shop, Method::GET, "v1/discounts?discount_code=SAVE25", Value::Null).await;
    let id = discount["id"].as_str().expect("an id");
    at_creem(&shop, Method::DELETE, &format!("v1/discounts/{id}/delete"), Value::Null).await;
    assert_eq!(quoted(&shop, "save25").await, "applied", "remembered");
    let asked = json!({"product_id": LIFETIME, "discount_code": "save25"});
    let refused = shop.post_json("/api/checkouts", &asked, &[]).await;
    assert_eq!(refused.refusal(), ("discount_unknown".to_owned(), "discount_code".to_owned()));
    assert_eq!(quoted(&shop, "save25").await, "unknown");
    shop.create(&json!({"product_id": LIFETIME})).await;
}

// A product that was archived stayed on the page for half a minute after its buyers were refused.
#[tokio::test]
async fn a_product_that_creem_refuses_is_not_shown_again() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    assert!(shop.get("/").await.text.contains(MONTHLY));
    at_creem(&shop, Method::DELETE, &format!("v1/products/{MONTHLY}"), Value::Null).await;
    let page = shop.post_form(&format!("product_id={MONTHLY}&email=ada%40example.com")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.text);
    assert!(page.text.contains("This product is no longer for sale"), "{}", page.text);
    assert!(!page.text.contains(&format!("id=\"product-{MONTHLY}")), "{}", page.text);
    let products = shop.get("/api/products").await.text;
    assert!(!products.contains(MONTHLY) && products.contains(LIFETIME), "{products}");
}

// `mixed20` was unknown where the merchant's code is `Mixed20`, because only the typed spelling and capitals were tried.
#[tokio::test]
async fn a_code_is_found_in_any_case_where_creem_is_exact() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let discount = json!({
        "name": "Mixed", "code": "Mixed20", "type": "percentage", "percentage": 20, "duration": "once",
        "applies_to_products": [LIFETIME],
    });
    at_creem(&shop, Method::POST, "v1/discounts", discount).await;
    // The sandbox is not exact, so that its first two answers are made so.
    let exact = json!({"method": "GET", "path": "/v1/discounts", "times": 2, "status": 404});
    shop.control(Method::POST, "/_sandbox/faults", exact).await;
    assert_eq!(quoted(&shop, "mixed20").await, "applied");
    let asked = json!({"product_id": LIFETIME, "discount_code": "MIXED20"});
    shop.create(&asked).await;
    assert_eq!(shop.creations().await.last().expect("a session")["discount_code"], "Mixed20");
    // Without the list it is as if there was none.
    let fault = json!({"method": "GET", "path": "/v1/discounts/search", "times": 9, "status": 403});
    let other = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    other.control(Method::POST, "/_sandbox/faults", fault).await;
    assert_eq!(quoted(&other, "nosuch").await, "unknown");
}

// A product made in the sandbox's dashboard was on the page after half a minute, at the second look.
#[tokio::test]
async fn what_is_made_in_a_sandbox_is_there_at_once() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.catalog_fresh_for = std::time::Duration::ZERO).await;
    assert_eq!(quoted(&shop, "NEWCODE").await, "unknown");
    assert!(!shop.get("/").await.text.contains("Brand new"));
    let product = json!({
        "name": "Brand new", "description": "", "price": 500, "currency": "USD", "billing_type": "onetime"
    });
    let made = at_creem(&shop, Method::POST, "v1/products", product).await;
    let discount = json!({
        "name": "New", "code": "NEWCODE", "type": "percentage", "percentage": 20, "duration": "once",
        "applies_to_products": [LIFETIME],
    });
    at_creem(&shop, Method::POST, "v1/discounts", discount).await;
    assert!(shop.get("/").await.text.contains("Brand new"));
    assert_eq!(quoted(&shop, "NEWCODE").await, "applied");
    at_creem(&shop, Method::DELETE, &format!("v1/products/{}", made["id"].as_str().expect("an id")), Value::Null).await;
    assert!(!shop.get("/").await.text.contains("Brand new"));
}

// Each of a thousand views would be a call: those who ask together still make one.
#[tokio::test]
async fn those_who_ask_a_sandbox_together_make_one_call() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.catalog_fresh_for = std::time::Duration::ZERO).await;
    let slow = json!({"method": "GET", "path": "/v1/products/search", "times": 1, "delay_ms": 300});
    shop.control(Method::POST, "/_sandbox/faults", slow).await;
    let answers = futures_util::future::join_all((0..50).map(|_| shop.get("/api/products"))).await;
    assert!(answers.iter().all(|answer| answer.text.contains(LIFETIME)));
    let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
    let lists = requests.as_array().expect("a list").iter().filter(|request| request["path"] == "/v1/products/search");
    assert!(lists.count() < 10);
}
