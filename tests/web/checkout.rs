//! The checkout screen.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    QUOTES, answer_with, attribute, calls, find, focused, input, open, press_enter, products, serve, serve_form,
    take_over, take_over_in, text, the, type_into, until,
};

/// The first of several products was chosen by the page, and bought by whoever did not look.
#[wasm_bindgen_test]
async fn the_buyer_chooses_and_the_price_follows() {
    open("?locale=en-US", &products());
    assert!(find("input[name=product_id]:checked").is_none(), "nobody has chosen");
    assert_eq!((text("[data-line=item]").as_str(), text("[data-line=total] dd").as_str()), ("Nothing chosen yet", "–"));
    assert_eq!(text("#pay"), "Continue to payment", "the button names no amount");
    the("#product-prod_1").click();
    until("the price", || text("[data-line=total] dd") == "$19.99").await;
    assert!(text("[data-line=item]").starts_with("Lifetime"));
    the("#product-prod_2").click();
    until("the other price", || text("[data-line=total] dd") == "$0.00").await;
    assert!(text(".price-summary__later").starts_with("Then $15.00 per month from "), "the trial is over by then");
    assert_eq!(text(".product-card:last-of-type .product-card__trial"), "14 days free");
}

#[wasm_bindgen_test]
async fn pressing_without_a_choice_moves_to_it_and_sends_nothing() {
    answer_with("{}", 0);
    open("?email=ada@example.com&discount_code=SAVE25", &products());
    assert_eq!(text("#products-error"), "", "nothing is wrong before");
    the("#pay").click();
    until("the first choice", || focused() == "product-prod_1").await;
    until("why", || text("#products-error") == "Error: Choose a product to continue.").await;
    let described_by = attribute("#products", "aria-describedby").expect("a description");
    assert!(described_by.split(' ').any(|id| id == "products-error"), "said with the choice");
    the("#product-prod_2").click();
    until("nothing to be wrong", || text("#products-error").is_empty()).await;
    assert_eq!(calls("api/checkouts"), 0);
}

/// Whoever looks for a product by typing sees some of them only, and the first of all may not be among these.
#[wasm_bindgen_test]
async fn the_focus_goes_to_a_choice_that_is_shown() {
    let mut page_data = products();
    for number in 3..20 {
        let mut product = page_data.products[0].clone();
        product.id = wire::ProductId::parse(&format!("prod_{number}")).expect("an id");
        product.name = format!("Course {number}");
        page_data.products.push(product);
    }
    open("?email=ada@example.com", &page_data);
    type_into("input[type=search]", "course 12");
    until("the others to go", || the(".product-card").hidden()).await;
    the("#pay").click();
    until("the one that is shown", || focused() == "product-prod_12").await;
}

/// What a code takes off depends on the product. Enter asked nobody and said nothing.
#[wasm_bindgen_test]
async fn enter_in_the_code_field_asks_for_the_product_first() {
    answer_with(QUOTES, 0);
    open("", &products());
    type_into("#discount_code", "SAVE25");
    assert!(!press_enter("#discount_code"), "the form is not sent");
    until("the choice", || focused() == "product-prod_1").await;
    the("#product-prod_1").click();
    until("the verdict", || text("[data-line=total] dd").contains("14.99")).await;
}

/// A radio button was called by everything that its card says, read out whole at each step through the choices.
#[wasm_bindgen_test]
fn a_choice_is_called_by_its_name_and_price_and_described_by_the_rest() {
    open("?locale=en-US", &products());
    let said = |name: &str| {
        let ids = attribute("#product-prod_2", name).expect("ids");
        let parts = ids.split_whitespace().filter_map(|id| find(&format!("#{id}"))?.text_content());
        parts.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(said("aria-labelledby"), "Pro $15.00 per month");
    assert_eq!(said("aria-describedby"), "14 days free");
}

#[wasm_bindgen_test]
fn a_long_description_is_unfolded_where_it_stands_and_by_nothing_else() {
    let mut page_data = products();
    page_data.products[0].description = "Twelve evenings of painting what you see. ".repeat(9);
    open("", &page_data);
    assert_eq!(text("#more-prod_1 summary"), "More · Lifetime");
    assert!(find("#more-prod_2").is_none(), "there is no more of this one");
    the("#more-prod_1 summary").click();
    assert!(
        the("#more-prod_1").has_attribute("open") && !input("#product-prod_1").checked(),
        "nothing is chosen by it"
    );
    serve_form(&page_data);
    the("#more-prod_1").set_attribute("open", "").expect("unfolded");
    take_over("", &page_data);
    assert!(the("#more-prod_1").has_attribute("open"), "the app folds nothing");
    open("?product=prod_1", &page_data);
    assert!(find("#more-prod_1").is_none(), "its own link says all of it");
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
    open("?product=prod_1&locale=en-US", &products());
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
    open("?product=prod_1&locale=en-US&discount_code=SAVE25", &products());
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
    open("?product=prod_1&email=ada@example.com", &products());
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
    open("?product=prod_1", &products());
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
    // "Error:" was read out with every field, because a hidden description is read as well.
    assert_eq!(the("#email-error").text_content().as_deref(), Some(""));
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
    open("?product=prod_1", &products());
    the("#pay").click();
    until("the problem", || !text("#email-error").is_empty()).await;
    assert_eq!(focused(), "email");
    assert_eq!(calls("api/checkouts"), 0);
}

#[wasm_bindgen_test]
async fn a_slow_order_shows_it_keeps_the_focus_and_is_sent_once() {
    answer_with("{}", 0);
    open("?product=prod_1&email=ada@example.com", &products());
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
    open("?product=prod_1&email=ada@example.com", &products());
    the("#pay").click();
    until("the notice", || find("#form-error:not([hidden]) .notice__text").is_some()).await;
    assert_eq!(attribute("#form-error", "role").as_deref(), Some("alert"));
    until("the focus", || focused() == "form-error-action").await;
    assert_eq!(input("#email").value(), "ada@example.com");
    the("#form-error-action").click();
    until("a second call", || calls("api/checkouts") == 2).await;
}
