//! The discount code at the press: never in the way for long, and never dropped unseen.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    QUOTES, answer_with, attribute, calls, focused, input, open, posted, press_enter, products, text, the, type_into,
    until,
};

/// The answers to both codes come after this time, which is long enough to press in, in milliseconds.
const SLOW_MS: u32 = 400;

fn outcome() -> String {
    attribute("#discount_code-outcome", "data-outcome").unwrap_or_default()
}

/// The buyer is at the marked field, and the button says what a further press does.
async fn holds() {
    until("the focus on the code", || focused() == "discount_code").await;
    assert_eq!(attribute("#discount_code", "aria-invalid").as_deref(), Some("true"));
    assert_eq!((outcome().as_str(), text("#pay").as_str()), ("refused", "Continue without the code"));
    assert_eq!(attribute("#pay", "aria-disabled").as_deref(), Some("false"));
    assert_eq!(calls("api/checkouts"), 0, "nothing is created");
}

async fn goes_on_without_it() {
    the("#pay").click();
    until("the order", || !posted().is_empty()).await;
    assert!(!posted().contains("discount_code"), "{}", posted());
}

/// Enter after a code means "apply". With an e-mail filled in it paid the full price, with the code gone.
#[wasm_bindgen_test]
async fn enter_in_the_code_field_asks_at_once_and_stays() {
    answer_with(QUOTES, 0);
    open("?product=prod_1&email=ada@example.com", &products());
    type_into("#discount_code", "SAVE25");
    assert!(!press_enter("#discount_code"), "the form is not sent");
    assert_eq!(text("#pay"), "Continue to payment");
    until("the verdict", || outcome() == "applied").await;
    assert_eq!((calls("discount_code=SAVE25"), calls("api/checkouts")), (1, 0));
    type_into("#discount_code", "NOPE");
    press_enter("#discount_code");
    until("the refusal", || outcome() == "refused").await;
    assert_eq!((text("#pay").as_str(), focused().as_str()), ("Continue without the code", "discount_code"));
    goes_on_without_it().await;
}

/// Typing that had not come to rest was no question yet, so that a quick press sent the code unjudged.
#[wasm_bindgen_test]
async fn a_press_waits_for_the_verdict_and_goes_on_with_a_code_that_applies() {
    answer_with(QUOTES, SLOW_MS);
    open("?product=prod_1&email=ada@example.com", &products());
    type_into("#discount_code", "SAVE25");
    the("#pay").click();
    the("#pay").click();
    until("the button to say so", || text("#pay") == "Checking the code…").await;
    assert_eq!(attribute("#pay", "aria-disabled").as_deref(), Some("true"));
    assert_eq!((calls("discount_code=SAVE25"), calls("api/checkouts")), (1, 0));
    until("the order", || !posted().is_empty()).await;
    assert!(posted().contains(r#""discount_code":"SAVE25""#), "{}", posted());
    assert_eq!((calls("discount_code=SAVE25"), calls("api/checkouts")), (1, 1));
}

/// The press before the verdict dropped the wrong code without a word.
#[wasm_bindgen_test]
async fn a_refusal_that_comes_after_the_press_holds_once() {
    answer_with(QUOTES, SLOW_MS);
    open("?product=prod_1&email=ada@example.com", &products());
    type_into("#discount_code", "NOPE");
    the("#pay").focus().expect("focus");
    the("#pay").click();
    holds().await;
    goes_on_without_it().await;
}

#[wasm_bindgen_test]
async fn a_refusal_that_stands_there_holds_once_too() {
    answer_with(QUOTES, 0);
    open("?product=prod_1&email=ada@example.com", &products());
    type_into("#discount_code", "NOPE");
    until("the refusal", || outcome() == "refused").await;
    assert_eq!(text("#pay"), "Continue to payment", "nobody was told yet");
    the("#pay").focus().expect("focus");
    the("#pay").click();
    holds().await;
    type_into("#discount_code", "NOPE2");
    until("the button", || text("#pay") == "Continue to payment").await;
    type_into("#discount_code", "NOPE");
    until("the refusal", || outcome() == "refused").await;
    the("#pay").focus().expect("focus");
    the("#pay").click();
    holds().await;
    goes_on_without_it().await;
}

/// A code that was refused is no news to somebody who has gone on below it; they are not held up again.
#[wasm_bindgen_test]
async fn who_has_gone_on_below_a_refusal_is_not_held() {
    answer_with(QUOTES, 0);
    open("?product=prod_1", &products());
    type_into("#discount_code", "NOPE");
    until("the refusal", || outcome() == "refused").await;
    type_into("#email", "ada@example.com");
    until("the button", || text("#pay") == "Continue without the code").await;
    goes_on_without_it().await;
}

#[wasm_bindgen_test]
async fn a_code_that_is_taken_out_while_a_press_waits_matters_no_longer() {
    answer_with("{}", 0);
    open("?product=prod_1&email=ada@example.com", &products());
    type_into("#discount_code", "NEVERANSWERED");
    the("#pay").click();
    type_into("#discount_code", "");
    until("the order", || !posted().is_empty()).await;
    assert!(!posted().contains("discount_code"), "{}", posted());
}

#[wasm_bindgen_test]
async fn a_press_that_waits_is_for_the_order_as_it_was() {
    answer_with(QUOTES, SLOW_MS);
    open("?product=prod_1&email=ada@example.com", &products());
    type_into("#discount_code", "SAVE25");
    the("#pay").click();
    the("#product-prod_2").click();
    until("the verdict", || outcome() == "applied").await;
    assert_eq!(text("#pay"), "Start free trial");
    assert_eq!(calls("api/checkouts"), 0, "nobody pressed for this product");
}

/// Nobody could judge the code before, so the refusal came with the order, and the order was sent again without the
/// code and without a word.
#[wasm_bindgen_test]
async fn a_refusal_at_the_order_holds_once() {
    let failing = r#"{
        "api/quote": [503, {"error":{"code":"upstream_unavailable","message":"m","trace_id":"t"}}],
        "api/checkouts": [400, {"error":{"code":"discount_used_up","message":"m","trace_id":"t",
            "field":"discount_code"}}]
    }"#;
    answer_with(failing, 0);
    open("?product=prod_1&email=ada@example.com", &products());
    type_into("#discount_code", "USEDUP");
    the("#pay").click();
    until("the order", || !posted().is_empty()).await;
    assert!(posted().contains("USEDUP"), "{}", posted());
    until("the focus on the code", || focused() == "discount_code").await;
    assert_eq!((outcome().as_str(), text("#pay").as_str()), ("refused", "Continue without the code"));
    assert!(text("#discount_code-outcome").contains("reached its limit"));
    answer_with(failing, 0);
    goes_on_without_it().await;
}

#[wasm_bindgen_test]
async fn a_code_that_the_plain_form_was_refused_for_has_held_already() {
    answer_with("{}", 0);
    let refused = r#"{"code":"discount_expired","message":"m","trace_id":"t","field":"discount_code"}"#;
    let mut page_data = products();
    page_data.error = serde_json::from_str(refused).expect("an error");
    page_data.values.product_id = "prod_1".into();
    page_data.values.discount_code = "EXPIRED".into();
    page_data.values.email = "ada@example.com".into();
    open("", &page_data);
    assert_eq!((outcome().as_str(), text("#pay").as_str()), ("refused", "Continue without the code"));
    assert_eq!(input("#discount_code").value(), "EXPIRED");
    goes_on_without_it().await;
    assert_eq!(calls("api/quote"), 0, "it is known already");
}
