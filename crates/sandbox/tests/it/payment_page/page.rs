//! The payment page, walked as a browser without scripts does.

use axum::http::StatusCode;
use creem::{ApiKey, return_url};
use sandbox::API_KEY;
use serde_json::{Value, json};
use url::Url;

use crate::shop::{LIFETIME, MONTHLY, Reply, Shop, TEAM, id, page_path};

pub(crate) const CARD: [(&str, &str); 3] =
    [("number", "4111 1111 1111 1111"), ("expirationDate", "04/99"), ("cvv", "123")];

pub(crate) fn details(country: &'static str) -> [(&'static str, &'static str); 4] {
    [("action", "continue"), ("email", "ada@example.com"), ("name", "Ada Buyer"), ("country", country)]
}

/// Where the card's frame of a page is.
pub(crate) fn frame_of(path: &str) -> String {
    format!("{path}/elements-inner-accessory-target")
}

/// Types a card into its frame and presses Pay on the page.
async fn pay_by_card(shop: &Shop, path: &str, number: &'static str) -> Reply {
    let mut fields = CARD.to_vec();
    fields[0].1 = number;
    let taken = shop.submit(&frame_of(path), &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    shop.submit(path, &[("action", "pay"), ("cardHolderName", "Ada Buyer")]).await
}

/// What stands between two texts, such as the address that a link points to.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} in {text}"));
    rest.split_once(after).expect("an end").0
}

fn return_link(page: &Reply) -> Url {
    let link = between(&page.text, "id=\"return-link\" href=\"", "\"").replace("&amp;", "&");
    Url::parse(&link).expect("an address")
}

pub(crate) async fn thank(shop: &Shop, paid: &Reply) -> Reply {
    assert_eq!(paid.status, StatusCode::SEE_OTHER, "{}", paid.text);
    shop.get(paid.location()).await
}

pub(crate) fn has_control(page: &Reply, name: &str) -> bool {
    page.text.contains(&format!("id=\"{name}\" name=\"{name}\""))
}

#[tokio::test]
async fn a_buyer_pays_in_three_steps_and_returns_with_a_genuine_signature() {
    let shop = Shop::new();
    let checkout = shop
        .open(json!({
            "product_id": LIFETIME, "request_id": "order_1", "success_url": "https://shop.example/thanks?plan=a#x",
        }))
        .await;
    let path = page_path(&checkout);

    let first = shop.get(&path).await;
    for name in ["email", "name", "country", "discount_code"] {
        assert!(has_control(&first, name), "{name}");
    }
    assert!(first.text.contains(">Continue to payment</button>"));
    assert_eq!(shop.submit(&path, &details("US")).await.location(), path);

    let second = shop.get(&path).await;
    for name in ["country", "addressLine1", "city", "postalCode", "state"] {
        assert!(has_control(&second, name), "{name}");
    }
    assert!(second.text.find("id=\"country\"") < second.text.find("id=\"state\""), "the state is the second to choose");
    let address = [("addressLine1", "1 Main St"), ("city", "Reno"), ("postalCode", "89501"), ("state", "NV")];
    assert_eq!(shop.submit(&path, &address).await.location(), path);

    let third = shop.get(&path).await;
    assert!(has_control(&third, "cardHolderName"));
    assert!(!has_control(&third, "number"), "the card has a frame of its own");
    let frame = shop
        .get(between(&third.text, "<iframe name=\"card\"", "</iframe>").split('"').rev().nth(1).expect("src"))
        .await;
    for ((name, _), id) in CARD.into_iter().zip(["payment-numberInput", "payment-expiryInput", "payment-cvcInput"]) {
        assert!(frame.text.contains(&format!("id=\"{id}\" name=\"{name}\"")), "{name}");
    }
    let thanks = thank(&shop, &pay_by_card(&shop, &path, "4111 1111 1111 1111").await).await;
    assert!(thanks.text.contains("Payment received") && thanks.text.contains("content=\"3;url=https://shop.example/"));

    let back = return_link(&thanks);
    let query = back.query().expect("a query");
    assert!(query.starts_with("plan=a&request_id=order_1&checkout_id=ch_"), "own query first: {query}");
    assert_eq!(back.fragment(), Some("x"));
    let names: Vec<String> = back.query_pairs().map(|(name, _)| name.into_owned()).skip(1).collect();
    assert_eq!(names, ["request_id", "checkout_id", "order_id", "customer_id", "product_id", "signature"]);
    let key = ApiKey::parse(API_KEY).expect("a key");
    let verified = return_url::verify(query, [&key]).expect("a genuine signature");
    assert_eq!(verified.checkout_id, id(&checkout));

    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    assert_eq!(paid["status"], "completed");
    assert_eq!(paid["product"]["id"], LIFETIME, "an object once paid");
    assert_eq!(paid["customer"]["email"], "ada@example.com");
    assert_eq!(Some(id(&paid["order"])), verified.order_id.as_deref());
}

#[tokio::test]
async fn a_declined_card_keeps_the_session_open_and_says_why() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME })).await;
    let path = page_path(&checkout);
    shop.submit(&path, &details("DE")).await;
    for (number, reason) in [
        ("4507 9900 0000 0028", "card was declined"),
        ("4000000000000002", "card was declined"),
        ("4507 9900 0000 0010", "insufficient funds"),
        ("4000 0000 0000 9995", "insufficient funds"),
        ("4507 9900 0000 0044", "security code is incorrect"),
        ("4000 0000 0000 0127", "security code is incorrect"),
        ("4000 0000 0000 0069", "has expired"),
        ("5555 5555 5555 4444", "not a test card"),
    ] {
        let declined = pay_by_card(&shop, &path, number).await;
        assert_eq!(declined.status, StatusCode::PAYMENT_REQUIRED);
        let alert = between(&declined.text, "role=\"alert\"", "</div>");
        assert!(alert.contains(reason), "{number}: {alert}");
        assert!(has_control(&declined, "cardHolderName"), "still on the card step");
        assert!(!declined.text.contains(number), "a card number never comes back");
    }
    assert_eq!(shop.get("/_sandbox/events").await.json(), json!([]));
    let thanks = thank(&shop, &pay_by_card(&shop, &path, "4242424242424242").await).await;
    assert!(thanks.text.contains("Thank you. You can close this page."), "no success_url anywhere");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_what_is_right_stays() {
    let shop = Shop::new();
    let path = page_path(&shop.open(json!({ "product_id": TEAM })).await);
    let fields = [("action", "continue"), ("email", "nobody"), ("name", "<b>Ada</b>"), ("country", "DE")];
    let wrong = shop.submit(&path, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Enter an e-mail address"));
    assert!(wrong.text.contains("Fill in “Company”."));
    assert!(wrong.text.contains("value=\"&lt;b&gt;Ada&lt;/b&gt;\""), "kept, and harmless");
    assert!(wrong.text.contains("<option value=\"DE\" selected>"));
}

#[tokio::test]
async fn answers_to_the_merchants_questions_come_back() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": TEAM, "units": 3 })).await;
    let path = page_path(&checkout);
    let mut fields = details("DE").to_vec();
    fields.extend([("custom_company", "Acme"), ("custom_newsletter", "true")]);
    shop.submit(&path, &fields).await;
    pay_by_card(&shop, &path, "4111111111111111").await;
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    assert_eq!(paid["custom_fields"][0]["text"], json!({ "value": "Acme", "max_length": 80 }));
    assert_eq!(paid["custom_fields"][1]["checkbox"]["value"], true);
    assert_eq!(paid["order"]["amount_paid"], 2700);
}

#[tokio::test]
async fn a_code_is_applied_removed_and_never_in_the_way() {
    let shop = Shop::new();
    let path = page_path(&shop.open(json!({ "product_id": LIFETIME })).await);
    let mut wrong = details("DE").to_vec();
    wrong[0].1 = "apply";
    wrong.push(("discount_code", "NOPE"));
    let refused = shop.submit(&path, &wrong).await;
    assert!(refused.text.contains("Discount not found."));
    assert!(refused.text.contains("value=\"ada@example.com\""), "what was typed beside it stays");
    shop.submit(&path, &[("action", "apply"), ("discount_code", "save25")]).await;
    assert!(shop.get(&path).await.text.contains("id=\"total\">$14.99<"));
    shop.submit(&path, &[("action", "remove")]).await;
    assert!(shop.get(&path).await.text.contains("id=\"total\">$19.99<"));
    let mut enter_key = details("DE").to_vec();
    enter_key[0].1 = "onward";
    shop.submit(&path, &enter_key).await;
    assert!(has_control(&shop.get(&path).await, "cardHolderName"), "the Enter key goes on");
}

#[tokio::test]
async fn a_free_order_needs_no_card() {
    let shop = Shop::new();
    let discount = json!({
        "name": "Free", "code": "FREE", "type": "percentage", "percentage": 100, "duration": "once",
        "applies_to_products": [LIFETIME],
    });
    shop.call("POST", "/v1/discounts", discount).await;
    let path = page_path(&shop.open(json!({ "product_id": LIFETIME, "discount_code": "FREE" })).await);
    shop.submit(&path, &details("DE")).await;
    let last = shop.get(&path).await;
    assert!(!last.text.contains("<iframe") && last.text.contains("Complete order"));
    assert!(thank(&shop, &shop.submit(&path, &[("action", "pay")]).await).await.text.contains("Payment received"));
}

#[tokio::test]
async fn an_email_given_by_the_merchant_cannot_be_changed() {
    let shop = Shop::new();
    let body = json!({ "product_id": LIFETIME, "customer": { "email": "locked@example.com", "name": "Lo Cked" } });
    let checkout = shop.open(body).await;
    let path = page_path(&checkout);
    let page = shop.get(&path).await;
    assert!(between(&page.text, "id=\"email\"", ">").contains("readonly"));
    assert!(page.text.contains("value=\"Lo Cked\""), "the name is only prefilled");
    shop.submit(&path, &details("DE")).await;
    pay_by_card(&shop, &path, "4111111111111111").await;
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    assert_eq!(paid["customer"]["email"], "locked@example.com");
}

#[tokio::test]
async fn a_second_press_charges_nothing_and_an_old_page_says_so() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": MONTHLY, "success_url": "https://shop.example/" })).await;
    let path = page_path(&checkout);
    shop.submit(&path, &details("DE")).await;
    pay_by_card(&shop, &path, "4111111111111111").await;
    let second = shop.submit(&path, &[("action", "pay"), ("cardHolderName", "Ada Buyer")]).await;
    assert!(second.text.contains("already paid"));
    let reopened = shop.get(&path).await;
    assert!(reopened.text.contains("already paid") && !reopened.text.contains("http-equiv=\"refresh\""));
    assert!(return_link(&reopened).query().expect("a query").contains("subscription_id=sub_"));
    assert_eq!(shop.get("/_sandbox/events").await.json().as_array().map(Vec::len), Some(3));

    let late = page_path(&shop.open(json!({ "product_id": MONTHLY })).await);
    shop.call("POST", "/_sandbox/clock", json!({ "advance_seconds": 86_401 })).await;
    assert!(shop.get(&late).await.text.contains("expired"));
    assert!(shop.submit(&late, &details("DE")).await.text.contains("expired"));
}

#[tokio::test]
async fn removing_a_code_keeps_what_was_typed() {
    let shop = Shop::new();
    let path = page_path(&shop.open(json!({ "product_id": LIFETIME, "discount_code": "SAVE25" })).await);
    shop.submit(&path, &[("action", "remove"), ("email", "ada@example.com"), ("name", "Ada"), ("country", "DE")]).await;
    let page = shop.get(&path).await;
    assert!(page.text.contains("value=\"ada@example.com\"") && page.text.contains("id=\"total\">$19.99<"));
}

#[tokio::test]
async fn a_session_is_only_at_the_address_of_its_own_product() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME })).await;
    let elsewhere = shop.get(&format!("/test/checkout/{MONTHLY}/{}", id(&checkout))).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    let unpaid = shop.get(&format!("{}/done", page_path(&checkout))).await;
    assert_eq!(unpaid.location(), page_path(&checkout), "no thanks before the payment");
    assert_eq!(shop.get("/_sandbox/events").await.json(), Value::Array(vec![]));
}
