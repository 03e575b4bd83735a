//! Addresses that are pages by themselves: payment links and the customer portal.

use axum::http::StatusCode;
use serde_json::json;
use url::Url;

use crate::shop::{LIFETIME, MONTHLY, Shop, id, page_path};

#[tokio::test]
async fn the_portal_cancels_and_keeps_subscriptions_of_its_own_customer() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": MONTHLY, "success_url": "https://shop.example/" })).await;
    shop.pay(&checkout).await;
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    let body = json!({ "customer_id": paid["customer"]["id"] });
    let link = shop.call("POST", "/v1/customers/billing", body).await.json();
    let link = Url::parse(link["customer_portal_link"].as_str().expect("a link")).expect("an address");
    let page = shop.get(link.path()).await;
    assert!(page.text.contains("Cancel subscription") && page.text.contains("$15.00 per month"));
    let subscription = id(&paid["subscription"]);
    for (action, status) in [("cancel", "scheduled_cancel"), ("resume", "active")] {
        let pressed = shop.submit(link.path(), &[("subscription", subscription), ("action", action)]).await;
        assert_eq!(pressed.location(), link.path());
        assert!(shop.get(link.path()).await.text.contains(&format!("data-status=\"{status}\"")), "{status}");
    }
    let stranger =
        shop.call("POST", "/v1/customers", json!({ "email": "eve@example.com", "name": "Eve" })).await.json();
    let other = shop.call("POST", "/v1/customers/billing", json!({ "customer_id": id(&stranger) })).await.json();
    let other = Url::parse(other["customer_portal_link"].as_str().expect("a link")).expect("an address");
    let refused = shop.submit(other.path(), &[("subscription", subscription), ("action", "cancel")]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

/// A link to the portal that had ended said "Checkout not found"; an address that does not exist said nothing at all.
#[tokio::test]
async fn every_dead_end_says_in_its_own_words_what_it_is() {
    let shop = Shop::new();
    for (path, title) in [
        ("/test/my-orders/login/guess", "This link is not valid"),
        ("/test/payment/prod_none", "Product not found"),
        ("/test/checkout/prod_none/ch_none", "Checkout not found"),
        ("/checkout/prod_none/ch_none", "Page not found"),
        ("/nowhere", "Page not found"),
        ("/test/my-orders", "Page not found"),
        ("/requests/none", "Request #none"),
    ] {
        let page = shop.visit(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.text.contains(&format!("<h1>{title}</h1>")), "{path}: {}", page.text);
    }
    for path in ["/v1/nowhere", "/_sandbox/nowhere"] {
        let answer = shop.visit(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.json().is_object(), "a program's address answers as programs read: {path}");
    }
    assert_eq!(shop.get("/nowhere").await.json()["error"]["code"], "not_found", "nobody asked for a page");
}

/// The buyer was told to start again at the shop, and not where that is.
#[tokio::test]
async fn an_expired_payment_page_leads_back_to_the_merchant() {
    let shop = Shop::new();
    let own = shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/thanks?a=b" })).await;
    let unknown = shop.open(json!({ "product_id": LIFETIME })).await;
    shop.control("clock", json!({ "advance_seconds": 25 * 3600 })).await;
    let page = shop.visit(&page_path(&own)).await;
    assert!(page.text.contains("Checkout expired"), "{}", page.text);
    assert!(page.text.contains(r#"href="https://shop.example/">Back to the shop</a>"#), "{}", page.text);
    let page = shop.visit(&page_path(&unknown)).await;
    assert!(page.text.contains("Checkout expired") && !page.text.contains("Back to the shop"), "{}", page.text);
}

#[tokio::test]
async fn a_payment_link_opens_a_session_with_its_code_and_metadata() {
    let shop = Shop::new();
    let link = format!("/test/payment/{LIFETIME}?discount_code=SAVE25&metadata%5Bref%5D=blog&theme=dark");
    let opened = shop.get(&link).await;
    let address = Url::parse(opened.location()).expect("an address");
    assert_eq!(address.query(), Some("theme=dark"), "what is not for the session is for the page");
    assert!(shop.get(address.path()).await.text.contains("$14.99"));
    let checkout = address.path().rsplit('/').next().expect("an id");
    let session = shop.get(&format!("/v1/checkouts?checkout_id={checkout}")).await.json();
    assert_eq!(session["metadata"], json!({ "ref": "blog" }));
    let stale = shop.get(&format!("/test/payment/{LIFETIME}?discount_code=EXPIRED")).await;
    assert_eq!(stale.status, StatusCode::SEE_OTHER, "an old code does not stop a sale");
}

/// Products came without the address of their page.
#[tokio::test]
async fn a_product_names_the_page_that_sells_it_and_is_named_without_it_elsewhere() {
    let shop = Shop::new();
    let body =
        json!({ "name": "Book", "description": "A book.", "price": 500, "currency": "EUR", "billing_type": "onetime" });
    let made = shop.call("POST", "/v1/products", body).await.json();
    let url = format!("http://127.0.0.1:8081/test/product/{}", id(&made));
    assert_eq!(made["product_url"], json!(url));
    let path = format!("/v1/products/{}", id(&made));
    for answer in [
        shop.get(&path).await.json(),
        shop.get(&format!("/v1/products?product_id={}", id(&made))).await.json(),
        shop.get("/v1/products/search?page_size=100").await.json()["items"][4].clone(),
        shop.call("PATCH", &path, json!({ "price": 600 })).await.json(),
        shop.call("DELETE", &path, serde_json::Value::Null).await.json(),
    ] {
        assert_eq!(answer["product_url"], json!(url), "{answer}");
    }
    let opened = shop.get(&format!("/test/product/{MONTHLY}")).await;
    assert!(opened.location().starts_with(&format!("http://127.0.0.1:8081/test/checkout/{MONTHLY}/ch_")));
    let checkout = shop.open(json!({ "product_id": MONTHLY, "success_url": "https://shop.example/" })).await;
    shop.pay(&checkout).await;
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    let found = shop.get(&format!("/v1/subscriptions?subscription_id={}", id(&paid["subscription"]))).await.json();
    for product in [&paid["product"], &found["product"]] {
        assert!(product["id"] == MONTHLY && product.get("product_url").is_none(), "{product}");
    }
}
