//! A page that the browser translates: it puts elements of its own in the place of every text node.

use checkout_app::text::Text;
use wasm_bindgen_test::wasm_bindgen_test;
use wire::PageData;

use crate::page::{QUOTES, answer_with, attribute, open, products, text, the, type_into, until};

/// Does to every text of the app what translators do. What says `translate="no"` is left alone.
const TRANSLATE: &str = "
    const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
        if (!text.data.trim() || text.parentElement.closest('[translate=no]')) continue;
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        inner.textContent = `«${text.data}»`;
        outer.append(inner);
        text.replaceWith(outer);
    }";

fn translate() {
    js_sys::eval(TRANSLATE).expect("a script");
}

/// The words on the screen stayed at what they said when the page was translated: "Checking the code…", and the price
/// of the product chosen before.
#[wasm_bindgen_test]
async fn the_form_follows_what_the_buyer_does() {
    answer_with(QUOTES, 0);
    open("?product=prod_1&locale=en-US&email=ada@example.com", &products());
    translate();
    assert_eq!(text("#pay"), "«Continue to payment»");
    assert_eq!(text("[data-line=total] dd"), "$19.99", "amounts are nobody's to translate");
    type_into("#discount_code", "SAVE25");
    until("the verdict", || text("#discount_code-outcome").contains("SAVE25 applied")).await;
    assert_eq!(text("[data-line=total] dd"), "$14.99");
    translate();
    type_into("#discount_code", "NOPE");
    until("the refusal", || text("#discount_code-outcome").contains("isn’t valid")).await;
    assert!(!text("#discount_code-outcome").contains("SAVE25"));
    translate();
    type_into("#discount_code", "");
    until("nothing to say", || text("#discount_code-outcome").is_empty()).await;
    the("#product-prod_2").click();
    until("the other price", || text("[data-line=total] dd") == "$0.00").await;
    assert!(text(".price-summary__later").contains("$15.00 per month"), "{}", text(".price-summary__later"));
    assert!(text(".checkout__asked").contains("VAT"));
    translate();
    type_into("#email", "ada@gmial.com");
    the("#email").blur().expect("blur");
    until("the hint", || text("#email-accept").contains("ada@gmail.com")).await;
    translate();
    type_into("#email", "ada@");
    until("the problem", || text("#email-error").contains("full email address")).await;
    translate();
    type_into("#email", "ada@example.com");
    answer_with(
        r#"{"api/checkouts": [503, {"error":{"code":"upstream_unavailable","message":"m","trace_id":"t"}}]}"#,
        0,
    );
    the("#pay").click();
    until("the notice", || text(".notice__text").contains("isn’t responding")).await;
    translate();
    answer_with(r#"{"api/checkouts": [401, {"error":{"code":"upstream_refused","message":"m","trace_id":"t1"}}]}"#, 0);
    the("#form-error-action").click();
    until("another notice", || text(".notice__text").contains("tell the shop")).await;
    assert_eq!(text("#form-error code"), "t1");
}

/// A mark and a tab that said paid stood beside the words "not confirmed yet".
#[wasm_bindgen_test]
async fn the_status_follows_the_payment() {
    let payment = |status: &str, amount: &str| {
        format!(
            r#"{{"request_id":"order_1001","checkout_id":"ch_1","status":"{status}","product_id":"prod_1",
                 "amount":{amount},"currency":"USD","order_id":null,"subscription_id":null,"updated_at":"2026"}}"#
        )
    };
    let block = format!(r#"{{"mode":"sandbox","payment":{}}}"#, payment("pending", "null"));
    let served: PageData = serde_json::from_str(&block).expect("a data block");
    let paid = format!(r#"{{"api/payments/order_1001": [200, {}]}}"#, payment("paid", "1999"));
    answer_with("{}", 0);
    open("?request_id=order_1001&checkout_id=ch_1&locale=en-US", &served);
    translate();
    assert_eq!(text(".status__title"), format!("«{}»", Text::StatusPendingTitle.english()));
    assert_eq!(text(".status__reference"), "order_1001", "a reference is nobody's to translate");
    answer_with(&paid, 0);
    open("?request_id=order_1001&checkout_id=ch_1&locale=en-US", &served);
    translate();
    until("paid", || attribute("main", "data-payment-status").as_deref() == Some("paid")).await;
    until("the title", || text(".status__title") == Text::StatusPaidTitle.english()).await;
    assert_eq!(text(".status__lead"), Text::StatusPaidLead.english());
    assert_eq!(text(".status__hint"), "You can close this page.");
    assert!(text(".status__details").contains("$19.99"));
}
