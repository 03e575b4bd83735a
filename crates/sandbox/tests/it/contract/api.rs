//! The API's rules: keys, errors, strict bodies, the shapes of answers.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, TEAM, id};

#[tokio::test]
async fn a_missing_key_and_a_wrong_key_are_told_apart() {
    let shop = Shop::new();
    let bare = Request::builder().uri("/v1/products/search");
    let missing = shop.send(bare.body(Body::empty()).expect("a request")).await;
    assert_eq!(missing.status, StatusCode::UNAUTHORIZED);
    assert_eq!(missing.messages(), ["API Key is missing"]);
    for wrong in ["creem_test_other", "creem_sandbox", "nonsense"] {
        let request = Request::builder().uri("/v1/products/search").header("x-api-key", wrong);
        let reply = shop.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        let body = reply.json();
        assert_eq!(body["message"], json!(["Invalid API Key"]));
        assert_eq!(body["error"], "Unauthorized");
        assert_eq!(body["status"], 401);
        assert_eq!(body["trace_id"].as_str().map(str::len), Some(36));
        assert!(body["timestamp"].as_i64() > Some(1_600_000_000_000));
    }
    let bearer = Request::builder().uri("/v1/products/search").header("authorization", "Bearer creem_test_sandbox");
    let reply = shop.send(bearer.body(Body::empty()).expect("a request")).await;
    assert_eq!(reply.messages(), ["API Key is missing"]);
}

#[tokio::test]
async fn an_unknown_path_is_answered_by_the_framework_below() {
    let reply = Shop::new().get("/v1/nothing/here?a=b").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(
        reply.json(),
        json!({ "message": "Cannot GET /v1/nothing/here?a=b", "error": "Not Found", "statusCode": 404 })
    );
    assert_eq!(Shop::new().call("PUT", "/v1/checkouts", Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_new_session_echoes_what_was_sent_and_leaves_out_what_was_not() {
    let shop = Shop::new();
    let bare = shop.open(json!({ "product_id": LIFETIME })).await;
    let keys: Vec<&String> = bare.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["id", "object", "product", "units", "checkout_url", "status", "mode"]);
    assert_eq!(bare["checkout_url"], json!(format!("http://127.0.0.1:8081/test/checkout/{LIFETIME}/{}", id(&bare))));
    assert_eq!((&bare["status"], &bare["mode"], &bare["units"]), (&json!("pending"), &json!("test"), &json!(1)));

    let sent = json!({
        "product_id": LIFETIME, "request_id": "order_1", "units": 3, "discount_code": "save25",
        "customer": { "email": "ada@example.com" }, "success_url": "https://shop.example/thanks?plan=a",
        "metadata": { "plan": "pro", "depth": [1, null] },
    });
    let mut full = shop.open(sent.clone()).await;
    for key in ["request_id", "units", "success_url", "metadata"] {
        assert_eq!(full[key], sent[key], "{key}");
    }
    assert_eq!(full["product"], LIFETIME, "a string, not an object");
    assert_eq!(full["discount"]["discountCode"], "SAVE25");
    assert!(full.get("customer").is_none() && full.get("order").is_none());
    full.as_object_mut().expect("an object").remove("checkout_url").expect("told when it is made, and only then");
    let again = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&full))).await.json();
    assert_eq!(again, full);
}

#[tokio::test]
async fn the_same_reference_may_have_many_sessions() {
    let shop = Shop::new();
    let body = json!({ "product_id": LIFETIME, "request_id": "1" });
    let (one, other) = (shop.open(body.clone()).await, shop.open(body).await);
    assert_ne!(one["id"], other["id"]);
}

#[tokio::test]
async fn every_problem_of_a_body_is_named_at_once() {
    let shop = Shop::new();
    let reply = shop
        .call(
            "POST",
            "/v1/checkouts",
            json!({
                "productId": LIFETIME, "cancel_url": "x", "units": "two", "success_url": "not a url",
                "customer": { "id": "cust_1", "email": "a@b.example", "phone": "1" },
                "custom_fields": [{ "type": "number", "key": "a b", "label": "L", "placeholder": "x" }],
                "metadata": "text",
            }),
        )
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let messages = reply.messages();
    for expected in [
        "property productId should not exist",
        "property cancel_url should not exist",
        "product_id must be a string",
        "units must be an integer number",
        "success_url must be a valid URL",
        "customer.property phone should not exist",
        "You may only specify one of these parameters: customer.id, customer.email",
        "custom_fields.0.property placeholder should not exist",
        "custom_fields.0.type must be a valid enum value",
        "custom_fields.0.key must contain only letters and numbers",
        "metadata must be an object",
    ] {
        assert!(messages.iter().any(|message| message == expected), "{expected}: {messages:?}");
    }
}

#[tokio::test]
async fn the_limits_of_a_session_are_checked() {
    let shop = Shop::new();
    let field = |key: &str| json!({ "type": "text", "key": key, "label": "Label" });
    let long = "x".repeat(51);
    let cases = [
        (json!({ "units": 0 }), "units must not be less than 1"),
        (json!({ "custom_price": 99 }), "custom_price must not be less than 100"),
        (json!({ "custom_price": 100_000_000 }), "custom_price must not be greater than 99999999"),
        (json!({ "success_url": "javascript:alert(1)" }), "success_url must be a valid URL"),
        (json!({ "customer": { "email": "nobody" } }), "customer.email must be an email"),
        (
            json!({ "custom_fields": [field("a"), field("b"), field("c"), field("d")] }),
            "custom_fields must contain no more than 3 elements",
        ),
        (json!({ "custom_fields": [field("a"), field("a")] }), "custom_fields keys must be unique"),
        (
            json!({ "custom_fields": [{ "type": "text", "key": "a", "label": long }] }),
            "custom_fields.0.label must be shorter than or equal to 50 characters",
        ),
    ];
    for (mut body, expected) in cases {
        body["product_id"] = json!(LIFETIME);
        assert_eq!(shop.call("POST", "/v1/checkouts", body).await.messages(), [expected]);
    }
    let recurring = shop.call("POST", "/v1/checkouts", json!({ "product_id": MONTHLY, "custom_price": 500 })).await;
    assert_eq!(recurring.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_unknown_product_or_session_is_not_found() {
    let shop = Shop::new();
    for (method, path, body, message) in [
        ("POST", "/v1/checkouts", json!({ "product_id": "prod_none" }), "Product not found"),
        ("GET", "/v1/checkouts?checkout_id=ch_none", Value::Null, "Checkout not found"),
        ("GET", "/v1/products?product_id=prod_none", Value::Null, "Product not found"),
        ("GET", "/v1/products/prod_none", Value::Null, "Product not found"),
        ("GET", "/v1/discounts?discount_code=NONE", Value::Null, "Discount not found"),
    ] {
        let reply = shop.call(method, path, body).await;
        assert_eq!((reply.status, reply.messages()), (StatusCode::NOT_FOUND, vec![message.to_owned()]), "{path}");
        assert_eq!(reply.json()["error"], "Bad Request", "the category does not fit the status, as at Creem");
    }
}

#[tokio::test]
async fn each_discount_outcome_has_its_own_answer() {
    let shop = Shop::new();
    for (code, product, status, message) in [
        ("NOPE", LIFETIME, 404, "Discount not found"),
        ("EXPIRED", LIFETIME, 400, "Discount has expired"),
        ("SOON", LIFETIME, 400, "Discount is not active yet"),
        ("USEDUP", LIFETIME, 400, "Discount has reached its redemption limit"),
        ("PROONLY", LIFETIME, 400, "Discount does not apply to this product"),
        ("EUROS", LIFETIME, 400, "Discount currency does not match the product currency"),
        ("TENOFF", TEAM, 400, "Discount currency does not match the product currency"),
    ] {
        let body = json!({ "product_id": product, "discount_code": code });
        let reply = shop.call("POST", "/v1/checkouts", body).await;
        assert_eq!((reply.status.as_u16(), reply.messages()), (status, vec![message.to_owned()]), "{code}");
    }
    for (code, product) in [("SAVE25", TEAM), ("TENOFF", LIFETIME), ("PROONLY", MONTHLY), ("EUROS", TEAM)] {
        shop.open(json!({ "product_id": product, "discount_code": code })).await;
    }
}

#[tokio::test]
async fn products_can_be_made_found_and_listed() {
    let shop = Shop::new();
    let made = shop
        .call(
            "POST",
            "/v1/products",
            json!({
                "name": "Book", "description": "A book.", "price": 500, "currency": "EUR", "billing_type": "onetime",
            }),
        )
        .await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let made = made.json();
    assert_eq!(shop.get(&format!("/v1/products/{}", id(&made))).await.json(), made);
    assert_eq!(shop.get(&format!("/v1/products?product_id={}", id(&made))).await.json(), made);
    let list = shop.get("/v1/products/search?page_size=2&page_number=2").await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        list["pagination"],
        json!({ "total_records": 5, "total_pages": 3, "current_page": 2, "next_page": 3, "prev_page": 1 })
    );
    let wrong = shop.call("POST", "/v1/products", json!({ "name": 1, "price": 50, "currency": "GBP" })).await;
    let messages = wrong.messages();
    for expected in [
        "name must be a string",
        "description must be a string",
        "price must be 0 or not be less than 100",
        "currency must be a valid enum value",
        "billing_type must be a valid enum value",
    ] {
        assert!(messages.iter().any(|message| message == expected), "{expected}: {messages:?}");
    }
}

#[tokio::test]
async fn discounts_can_be_made_found_and_deleted() {
    let shop = Shop::new();
    let body = json!({
        "name": "Launch", "code": "LAUNCH50", "type": "percentage", "percentage": 50, "duration": "once",
        "applies_to_products": [LIFETIME],
    });
    let made = shop.call("POST", "/v1/discounts", body.clone()).await.json();
    assert!(made.get("amount").is_none() && made["redeem_count"] == 0, "{made}");
    let taken = shop.call("POST", "/v1/discounts", body).await;
    assert_eq!(taken.messages(), ["A resource with this identifier already exists"]);
    assert_eq!(shop.get("/v1/discounts?discount_code=LAUNCH50").await.json(), made);
    let deleted = shop.call("DELETE", &format!("/v1/discounts/{}/delete", id(&made)), Value::Null).await.json();
    assert_eq!(deleted["status"], "deleted");
    assert_eq!(shop.get("/v1/discounts?discount_code=LAUNCH50").await.status, StatusCode::NOT_FOUND);
    let active = shop.get("/v1/discounts/search?status=active").await.json();
    assert_eq!(active["pagination"]["total_records"], 5);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids_and_without_one_they_are_new() {
    let shop = Shop::new();
    let mut runs = Vec::new();
    for seed in [json!({ "seed": 7 }), json!({ "seed": 7 }), Value::Null, json!({})] {
        shop.call("POST", "/_sandbox/reset", seed).await;
        let first = id(&shop.open(json!({ "product_id": LIFETIME })).await).to_owned();
        shop.call("POST", "/v1/checkouts", json!({})).await;
        runs.push((first, id(&shop.open(json!({ "product_id": LIFETIME })).await).to_owned()));
    }
    assert_eq!(runs[0], runs[1], "refused calls use up no ids");
    assert!(runs[1] != runs[2] && runs[2] != runs[3], "ids of a world before would be taken for today's: {runs:?}");
    assert_eq!(runs[0].0.len(), "ch_".len() + 22);
}
