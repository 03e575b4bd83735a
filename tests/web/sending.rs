//! How an order leaves: what the fields really hold, and what blocks the way.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{answer_with, calls, find, input, open, posted, products, text, the, type_into, until};

/// Notes in `window.plain` what a form sends that would leave the page.
const CATCH_FORMS: &str = "window.plain = ''; HTMLFormElement.prototype.submit = function () {
    window.plain = [this.getAttribute('action'), new URLSearchParams(new FormData(this))].join('?'); this.remove(); };";

fn plain() -> String {
    js_sys::eval("window.plain").expect("a form").as_string().unwrap_or_default()
}

/// Fillers of forms set a value and tell nobody. The next change anywhere emptied the field again, or the press did.
#[wasm_bindgen_test]
async fn what_a_filler_set_without_an_event_is_sent() {
    answer_with("{}", 0);
    open("?product=prod_1&units=1", &products());
    input("#email").set_value("ada@example.com");
    type_into("#units", "3");
    until("the price", || text("[data-line=total] dd").contains("59.97")).await;
    assert_eq!(input("#email").value(), "ada@example.com", "another field's change leaves it alone");
    input("#units").set_value("2");
    the("#pay").click();
    until("the order", || !posted().is_empty()).await;
    assert!(posted().contains("ada@example.com") && posted().contains("\"units\":2"), "{}", posted());
}

/// What blocks the calls of scripts, such as an extension, lets a plain form pass. The page said "You seem to be
/// offline", at each try.
#[wasm_bindgen_test]
async fn an_order_that_is_blocked_for_scripts_leaves_as_a_plain_form() {
    js_sys::eval(CATCH_FORMS).expect("a script");
    answer_with(r#"{"api/checkouts": [0], "api/products": [200, {"items":[]}]}"#, 0);
    open(
        "?product=prod_1&email=ada%2Bshop@example.com&request_id=order_1&metadata[plan]=pro&units=2&locale=en-GB",
        &products(),
    );
    the("#pay").click();
    until("the form", || !plain().is_empty()).await;
    let expected = "api/checkouts?product_id=prod_1&email=ada%2Bshop%40example.com&units=2&request_id=order_1\
                    &locale=en-GB&metadata%5Bplan%5D=pro";
    assert_eq!(plain(), expected);
    assert_eq!(calls("api/checkouts"), 2, "it was tried once more first");
}

/// A server that is down lets nothing pass; a form would leave the page for the browser's own error page.
#[wasm_bindgen_test]
async fn an_order_that_nothing_answers_keeps_the_page() {
    js_sys::eval(CATCH_FORMS).expect("a script");
    answer_with(r#"{"api/checkouts": [0], "api/products": [0]}"#, 0);
    open("?product=prod_1&email=ada@example.com", &products());
    the("#pay").click();
    until("the notice", || find("#form-error:not([hidden])").is_some()).await;
    assert_eq!(plain(), "");
}
