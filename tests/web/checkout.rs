//! The checkout screen.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    QUOTES, answer_with, attribute, calls, find, focused, input, open, products, serve, take_over_in, text, the,
    type_into, until,
};

#[wasm_bindgen_test]
async fn choosing_a_product_changes_the_price() {
    open("?locale=en-US", &products());
    assert!(input("#product-prod_1").checked());
    assert_eq!(text("[data-line=total] dd"), "$19.99");
    the("#product-prod_2").click();
    until("the other price", || text("[data-line=total] dd") == "$0.00").await;
    assert!(text(".price-summary__later").starts_with("Then $15.00 per month from "), "the trial is over by then");
    assert_eq!(text(".product-card:last-of-type .product-card__trial"), "14 days free");
}

#[wasm_bindgen_test]
fn the_address_chooses_the_product_and_the_theme() {
    open("?product=prod_2&theme=dark&email=ada%40example.com", &products());
    assert!(input("#product-prod_2").checked());
    assert_eq!(input("#email").value(), "ada@example.com");
    let root = checkout_app::host::page::document().document_element().expect("a root");
    assert_eq!(root.get_attribute("data-theme").as_deref(), Some("dark"));
}

#[wasm_bindgen_test]
fn a_single_product_is_shown_and_not_asked_for() {
    let mut page_data = products();
    page_data.products.truncate(1);
    open("", &page_data);
    assert!(find("input[type=radio]").is_none());
    assert_eq!(input("input[name=product_id]").value(), "prod_1");
    assert_eq!(text(".product-card__name"), "Lifetime");
}

#[wasm_bindgen_test]
async fn a_good_code_lowers_the_total_and_a_wrong_one_is_only_said() {
    answer_with(QUOTES, 0);
    open("?locale=en-US", &products());
    type_into("#discount_code", "SAVE25");
    until("the discount", || text("[data-line=total] dd") == "$14.99").await;
    assert_eq!(attribute("#discount_code-outcome", "data-outcome").as_deref(), Some("applied"));
    assert!(text("#discount_code-outcome").contains("SAVE25 applied: $5.00 off"));
    type_into("#discount_code", "NOPE");
    until("the refusal", || attribute("#discount_code", "aria-invalid").as_deref() == Some("true")).await;
    assert_eq!(text("[data-line=total] dd"), "$19.99");
    assert_eq!(attribute("#pay", "aria-disabled").as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn a_code_is_removed_by_one_press_and_the_field_has_the_focus() {
    answer_with(QUOTES, 0);
    open("?locale=en-US&discount_code=SAVE25", &products());
    until("the discount", || text("[data-line=total] dd") == "$14.99").await;
    the("button[aria-label='Remove the code']").click();
    until("the full price", || text("[data-line=total] dd") == "$19.99").await;
    assert_eq!((input("#discount_code").value().as_str(), focused().as_str()), ("", "discount_code"));
    assert_eq!(text("#discount_code-outcome"), "");
    assert!(the("button[aria-label='Remove the code']").hidden(), "nothing is left to remove");
}

/// A link that the merchant has to renew cannot be mended by loading the page again, which was what it offered.
#[wasm_bindgen_test]
fn a_link_that_is_no_longer_valid_leads_to_the_shop() {
    let refused = r#"{"code":"intent_invalid","message":"m","trace_id":"t"}"#;
    let mut page_data = products();
    page_data.error = serde_json::from_str(refused).expect("an error");
    open("", &page_data);
    assert!(text(".notice__text").contains("no longer valid"));
    assert!(the("#form-error-action").hidden() && the("#form-error a").hidden(), "there is no way on");
    page_data.shop_url = Some("https://shop.example/".into());
    open("", &page_data);
    assert!(the("#form-error-action").hidden());
    assert_eq!(attribute("#form-error a:not([hidden])", "href").as_deref(), Some("https://shop.example/"));
    assert_eq!(text("#form-error a"), "Back to the shop");
}

/// It was said under the last card, far below what could be seen.
#[wasm_bindgen_test]
async fn a_product_that_is_gone_is_said_at_the_top() {
    answer_with(r#"{"api/checkouts": [404, {"error":{"code":"product_unknown","message":"m","trace_id":"t"}}]}"#, 0);
    open("?email=ada@example.com", &products());
    the("#pay").click();
    until("the notice", || find("#form-error:not([hidden])").is_some()).await;
    until("the focus", || focused() == "form-error").await;
    assert!(text(".notice__text").contains("no longer for sale"));
}

#[wasm_bindgen_test]
async fn what_the_payment_page_asks_follows_the_link_and_the_product() {
    answer_with("{}", 0);
    let query = "?email=ada@example.com&custom_fields=[{\"type\":\"text\",\"key\":\"team\",\"label\":\"Team\"}]";
    open(query, &products());
    assert_eq!(text(".checkout__asked"), "The payment page also asks for: Team.");
    the("#product-prod_2").click();
    until("the product's own", || text(".checkout__asked").ends_with("Team, VAT (optional).")).await;
    open("", &products());
    assert_eq!(text(".checkout__asked"), "", "nothing is asked");
}

#[wasm_bindgen_test]
fn a_merchants_own_words_are_said_in_english_too() {
    serve("");
    take_over_in(r#"{"pay":"Buy now"}"#, "", &products());
    assert_eq!((text("#pay").as_str(), text("h1").as_str()), ("Buy now", "Checkout"));
}

#[wasm_bindgen_test]
async fn typing_a_code_asks_once_when_it_rests() {
    answer_with(QUOTES, 0);
    open("", &products());
    for code in ["S", "SA", "SAV", "SAVE25"] {
        type_into("#discount_code", code);
    }
    until("the answer", || attribute("#discount_code-outcome", "data-outcome").as_deref() == Some("applied")).await;
    // Not every question: the pages of earlier tests may still ask theirs.
    assert_eq!(calls("discount_code=SA"), 1);
}

#[wasm_bindgen_test]
async fn a_wrong_email_is_said_when_the_field_is_left_and_taken_back_when_mended() {
    open("", &products());
    type_into("#email", "ada@");
    assert_eq!(text("#email-error"), "");
    input("#email").blur().expect("blur");
    until("the problem", || !text("#email-error").is_empty()).await;
    assert_eq!(attribute("#email", "aria-invalid").as_deref(), Some("true"));
    let described_by = attribute("#email", "aria-describedby").expect("a description");
    assert!(described_by.split(' ').any(|id| id == "email-error"));
    type_into("#email", "ada@example.com");
    until("the problem is gone", || text("#email-error").is_empty()).await;
    assert_eq!(attribute("#email", "aria-invalid").as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn pressing_without_an_email_moves_to_it_and_sends_nothing() {
    answer_with("{}", 0);
    open("", &products());
    the("#pay").click();
    until("the problem", || !text("#email-error").is_empty()).await;
    assert_eq!(focused(), "email");
    assert_eq!(calls("api/checkouts"), 0);
}

#[wasm_bindgen_test]
async fn a_slow_order_shows_it_keeps_the_focus_and_is_sent_once() {
    answer_with("{}", 0);
    open("?email=ada@example.com", &products());
    the("#pay").focus().expect("focus");
    the("#pay").click();
    the("#pay").click();
    until("busy", || attribute("#pay", "aria-disabled").as_deref() == Some("true")).await;
    assert_eq!(text("#pay"), "One moment…");
    assert_eq!(focused(), "pay");
    assert_eq!(calls("api/checkouts"), 1);
}

#[wasm_bindgen_test]
async fn a_failed_order_keeps_the_form_and_offers_to_try_again() {
    answer_with(
        r#"{"api/checkouts": [503, {"error":{"code":"upstream_unavailable","message":"m","trace_id":"t"}}]}"#,
        0,
    );
    open("?email=ada@example.com", &products());
    the("#pay").click();
    until("the notice", || find("#form-error:not([hidden]) .notice__text").is_some()).await;
    assert_eq!(attribute("#form-error", "role").as_deref(), Some("alert"));
    until("the focus", || focused() == "form-error-action").await;
    assert_eq!(input("#email").value(), "ada@example.com");
    the("#form-error-action").click();
    until("a second call", || calls("api/checkouts") == 2).await;
}
