//! The status screen.

use checkout_app::text::status_title;
use wasm_bindgen_test::wasm_bindgen_test;
use wire::{PageData, StatusScreen};

use crate::page::{answer_with, attribute, calls, find, open, text, the, until};

const RETURN: &str = "?request_id=order_1001&checkout_id=ch_1&order_id=ord_1&product_id=prod_1&signature=ab";

fn served(status: &str) -> PageData {
    let block = format!(
        r#"{{"mode":"sandbox","payment":{{"request_id":"order_1001","checkout_id":"ch_1","status":"{status}",
            "product_id":"prod_1","amount":1999,"currency":"USD","order_id":"ord_1","subscription_id":null,
            "updated_at":"2026-11-22T10:00:00Z"}}}}"#
    );
    serde_json::from_str(&block).expect("a data block")
}

fn refused(code: &str) -> PageData {
    let block = format!(r#"{{"mode":"sandbox","error":{{"code":"{code}","message":"m","trace_id":"t"}}}}"#);
    serde_json::from_str(&block).expect("a data block")
}

fn shown() -> String {
    attribute("main", "data-payment-status").unwrap_or_default()
}

#[wasm_bindgen_test]
fn every_served_state_is_right_at_first_paint() {
    answer_with("{}", 0);
    for status in ["pending", "processing", "paid", "expired", "refunded", "disputed"] {
        open(RETURN, &served(status));
        assert_eq!(shown(), status);
        assert_eq!(text(".status__reference"), "order_1001");
    }
    for (code, status) in [
        ("return_not_genuine", StatusScreen::NotGenuine),
        ("return_not_confirmed", StatusScreen::Pending),
        ("upstream_unavailable", StatusScreen::Verifying),
    ] {
        open(RETURN, &refused(code));
        assert_eq!(shown(), status.as_str());
        assert_eq!(text(".status__title"), status_title(status).say());
    }
}

#[wasm_bindgen_test]
fn a_paid_screen_shows_the_facts_and_says_that_it_is_over() {
    answer_with("{}", 0);
    open(&[RETURN, "&locale=en-US"].concat(), &served("paid"));
    assert!(text(".status__details").contains("$19.99"));
    assert!(text(".status__details").contains("ord_1"));
    assert_eq!(text(".status__hint"), "You can close this page.");
    assert_eq!(checkout_app::host::page::document().title(), status_title(StatusScreen::Paid).say());
    assert_eq!(calls("api/"), 0);
}

#[wasm_bindgen_test]
fn the_way_back_leads_to_the_shop_and_to_the_form_only_from_what_ended_unpaid() {
    answer_with("{}", 0);
    for status in ["pending", "processing", "paid", "expired", "refunded", "disputed"] {
        let mut page_data = served(status);
        open(RETURN, &page_data);
        let to_form = (!the(".status__actions > a:last-child").hidden())
            .then(|| (attribute(".status__actions > a:last-child", "href"), text(".status__actions > a:last-child")));
        let expected = (status == "expired").then(|| (Some("./".to_owned()), "Back to checkout".to_owned()));
        assert_eq!(to_form, expected, "{status}");
        page_data.shop_url = Some("https://shop.example/".into());
        open(RETURN, &page_data);
        assert_eq!(attribute(".status__actions > a:last-child", "href").as_deref(), Some("https://shop.example/"));
        assert_eq!(text(".status__actions > a:last-child"), "Back to the shop");
    }
}

#[wasm_bindgen_test]
async fn an_address_alone_is_never_paid() {
    answer_with(r#"{"api/return": [400, {"error":{"code":"return_not_genuine","message":"m","trace_id":"t"}}]}"#, 0);
    open(RETURN, &PageData::default());
    assert_eq!(shown(), "verifying");
    until("the refusal", || shown() == "not_genuine").await;
    assert!(find(".status__details").is_some());
}

#[wasm_bindgen_test]
async fn a_payment_that_becomes_paid_is_shown_by_itself() {
    answer_with(
        r#"{"api/payments/order_1001": [200, {"request_id":"order_1001","checkout_id":"ch_1","status":"paid",
            "product_id":"prod_1","amount":1999,"currency":"USD","order_id":"ord_1","subscription_id":null,
            "updated_at":"2026-11-22T10:00:00Z"}]}"#,
        0,
    );
    open(RETURN, &served("processing"));
    assert_eq!(shown(), "processing");
    until("paid", || shown() == "paid").await;
}
