//! Addresses that are pages by themselves: payment links and the customer portal.

use axum::http::StatusCode;
use serde_json::json;
use url::Url;

use crate::shop::{LIFETIME, MONTHLY, Shop, id};

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
    assert_eq!(shop.get("/my-orders/login/guess").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_payment_link_opens_a_session_with_its_code_and_metadata() {
    let shop = Shop::new();
    let link = format!("/payment/{LIFETIME}?discount_code=SAVE25&metadata%5Bref%5D=blog&theme=dark");
    let opened = shop.get(&link).await;
    let address = Url::parse(opened.location()).expect("an address");
    assert_eq!(address.query(), Some("theme=dark"), "what is not for the session is for the page");
    assert!(shop.get(address.path()).await.text.contains("$14.99"));
    let checkout = address.path().rsplit('/').next().expect("an id");
    let session = shop.get(&format!("/v1/checkouts?checkout_id={checkout}")).await.json();
    assert_eq!(session["metadata"], json!({ "ref": "blog" }));
    let stale = shop.get(&format!("/payment/{LIFETIME}?discount_code=EXPIRED")).await;
    assert_eq!(stale.status, StatusCode::SEE_OTHER, "an old code does not stop a sale");
    assert_eq!(shop.get("/payment/prod_none").await.status, StatusCode::NOT_FOUND);
}
