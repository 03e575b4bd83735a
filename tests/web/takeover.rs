//! From the served form to the app.

use wasm_bindgen_test::wasm_bindgen_test;

use checkout_app::host::json;
use wire::PageData;

use crate::page::{BLOCK, focused, input, open, products, serve_form, take_over, text, the, unfold};

#[wasm_bindgen_test]
fn what_was_typed_and_chosen_stays() {
    serve_form(&products());
    input("#product-prod_1").set_default_checked(true);
    input("#discount_code").set_default_value("SERVED");
    input("#product-prod_2").set_checked(true);
    input("#email").set_value("ada@exa");
    input("#discount_code").set_value("");
    take_over("?discount_code=ASKED&product=prod_1", &products());
    assert!(input("#product-prod_2").checked());
    assert_eq!(input("#email").value(), "ada@exa");
    assert_eq!(input("#discount_code").value(), "", "the buyer had emptied it");
    assert_eq!(text("#pay"), "Start free trial");
}

#[wasm_bindgen_test]
fn focus_and_caret_stay_in_a_text_field() {
    serve_form(&products());
    unfold("#discount_code");
    let served = input("#discount_code");
    served.set_default_value("SERVED");
    served.focus().expect("focus");
    served.set_selection_range(2, 4).expect("a selection");
    take_over("?discount_code=SERVED", &products());
    assert_eq!(focused(), "discount_code");
    let field = input("#discount_code");
    assert_eq!((field.selection_start(), field.selection_end()), (Ok(Some(2)), Ok(Some(4))));
}

/// E-mail fields hide their selection from scripts. The caret used to end up behind the text, so that the next
/// letter landed in the wrong place.
#[wasm_bindgen_test]
fn focus_and_caret_stay_in_the_email_field() {
    serve_form(&products());
    let served = input("#email");
    served.set_value("ad@example.com");
    served.focus().expect("focus");
    served.set_type("text");
    served.set_selection_range(2, 2).expect("a selection");
    served.set_type("email");
    take_over("", &products());
    assert_eq!(focused(), "email");
    let page: web_sys::HtmlDocument = wasm_bindgen::JsCast::unchecked_into(checkout_app::host::page::document());
    page.exec_command_with_show_ui_and_value("insertText", false, "a").expect("typed");
    assert_eq!(input("#email").value(), "ada@example.com");
}

#[wasm_bindgen_test]
fn a_focused_choice_stays_focused() {
    serve_form(&products());
    the("#product-prod_1").focus().expect("focus");
    take_over("", &products());
    assert_eq!(focused(), "product-prod_1");
}

#[wasm_bindgen_test]
fn the_data_block_means_to_the_page_what_it_means_to_the_proxy() {
    assert_eq!(json::parse(BLOCK), Some(products()));
    for unreadable in ["", "{", "[]", r#"{"mode":"unheard_of"}"#, r#"{"mode":"live","products":[{"id":"ch_1"}]}"#] {
        assert_eq!(json::parse::<PageData>(unreadable), None, "{unreadable}");
    }
}

/// What the buyer had unfolded in the served form was folded again under their eyes.
#[wasm_bindgen_test]
fn what_was_unfolded_stays_unfolded() {
    serve_form(&products());
    assert!(!the("#code").has_attribute("open"));
    unfold("#discount_code");
    take_over("", &products());
    assert!(the("#code").has_attribute("open"));
    let mut linked = products();
    linked.values.product_id = "prod_1".into();
    serve_form(&linked);
    open("?product=prod_1", &linked);
    assert!(!the("#others").has_attribute("open"), "a link sells one thing");
}
