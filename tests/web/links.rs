//! What a link asks for, as the app shows it and refuses it.

use wasm_bindgen_test::wasm_bindgen_test;
use wire::{ErrorCode, ErrorDetail, PageData, PageMode};

use crate::page::{answer_with, attribute, calls, find, focused, input, open, products, text, the, type_into, until};

const GONE: &str = "This product is no longer for sale. Choose another one.";
const MISTAKE: &str = "This checkout link isn’t set up correctly, so the payment can’t start. Please tell the shop.";

fn with_error(code: ErrorCode, message: &str) -> PageData {
    let error = ErrorDetail { code, message: message.into(), field: None, trace_id: "trace_1".into() };
    PageData { error: Some(error), ..products() }
}

/// The first product was chosen instead, nothing was said, and it was bought.
#[wasm_bindgen_test]
async fn a_product_that_is_gone_is_said_and_nothing_is_chosen() {
    let refused = r#"[502, {"error":{"code":"upstream_refused","message":"m","trace_id":"t"}}]"#;
    answer_with(&format!(r#"{{"api/quote": [503, {{}}], "api/checkouts": {refused}}}"#), 0);
    open("?product=prod_gone&email=ada@example.com&discount_code=GONE", &products());
    assert!(find("input[name=product_id]:checked").is_none());
    assert_eq!((text("#products-error span:last-child").as_str(), text("#form-error").as_str()), (GONE, ""));
    the("#pay").click();
    until("the first choice", || focused() == "product-prod_1").await;
    assert_eq!((calls("api/checkouts"), calls("api/quote")), (0, 0));
    the("#product-prod_2").click();
    until("the choice", || text("#products-error").is_empty()).await;
    the("#pay").click();
    until("the order", || calls("api/checkouts") == 1).await;
    until("its end", || attribute("#form-error", "hidden").is_none()).await;
}

#[wasm_bindgen_test]
fn the_only_product_left_is_not_chosen_for_a_buyer_who_came_for_another() {
    let mut page_data = products();
    page_data.products.truncate(1);
    open("?product=prod_gone", &page_data);
    assert!(!input("#product-prod_1").checked() && attribute("#product-prod_1", "type").as_deref() == Some("radio"));
    assert_eq!(text("#products-error"), ["Error: ", GONE].concat());
}

/// The field was taken away and one unit sold.
#[wasm_bindgen_test]
async fn units_that_are_none_stay_in_their_field_with_their_error() {
    answer_with("{}", 0);
    for units in ["0", "1.5", "99999", "abc"] {
        open(
            &format!("?product=prod_1&units={units}&email=ada@example.com"),
            &with_error(ErrorCode::UnitsInvalid, "m"),
        );
        assert_eq!(input("#units").value(), units);
        assert!(text("#units-error span:last-child").starts_with("Enter a quantity"), "{units}");
        the("#pay").click();
        until("the field", || focused() == "units").await;
    }
    assert_eq!(calls("api/checkouts"), 0);
    type_into("#units", "２");
    until("the mended field", || text("#units-error").is_empty()).await;
    open("?units=%EF%BC%93", &products());
    assert_eq!((input("#units").value().as_str(), text("#units-error").as_str()), ("3", ""));
}

/// The page looked as if all was well, until everything was filled in.
#[wasm_bindgen_test]
fn a_link_that_cannot_be_sold_says_so_at_load_and_explains_it_where_no_money_moves() {
    let why = "success_url is on an origin that is not allowed; the merchant can add it to CHECKOUT_RETURN_ORIGINS";
    let mut served = with_error(ErrorCode::SuccessUrlNotAllowed, why);
    open("?success_url=https%3A%2F%2Fevil.example%2F", &served);
    assert_eq!(text(".notice__text"), format!("{MISTAKE} ({why})"));
    assert!(text(".notice__trace").contains("trace_1") && !the("#form-error").hidden());
    served.mode = PageMode::Live;
    open("?success_url=https%3A%2F%2Fevil.example%2F", &served);
    assert_eq!(text(".notice__text"), MISTAKE);
}

/// A host of plain files knows nothing of the link.
#[wasm_bindgen_test]
fn a_wrong_reference_is_said_without_the_proxy() {
    open("?request_id=INV%2F2024", &PageData { mode: PageMode::Live, ..products() });
    assert_eq!((text(".notice__text").as_str(), the("#form-error").hidden()), (MISTAKE, false));
    open("?request_id=INV-2024", &products());
    assert!(the("#form-error").hidden());
}

#[wasm_bindgen_test]
fn of_a_repeated_name_the_first_counts() {
    open("?product=&product=prod_2&product_id=prod_1&amp;discount_code=A&discount_code=B", &products());
    assert!(input("#product-prod_2").checked());
    assert_eq!(input("#discount_code").value(), "A");
}

/// `de_DE` wrote "EUR 9.00", and `iw` Hebrew amounts on an English page.
#[wasm_bindgen_test]
fn amounts_and_words_are_in_one_language_whatever_the_link_says() {
    let root = checkout_app::host::page::document().document_element().expect("a root");
    for (page, locale, amount) in [
        ("en", "en_US", "$19.99"),
        ("en", "de_DE", "$19.99"),
        ("en", "C", "$19.99"),
        ("en", "x-%25", "$19.99"),
        ("de", "de_DE", "19,99\u{a0}$"),
        ("de", "de_AT.UTF-8", "$\u{a0}19,99"),
        ("de", "fr", "19,99\u{a0}$"),
        ("de", "", "19,99\u{a0}$"),
    ] {
        root.set_attribute("lang", page).expect("set");
        open(&format!("?product=prod_1&locale={locale}"), &products());
        assert_eq!(text("[data-line=total] dd"), amount, "{locale} on a page in {page}");
    }
    root.remove_attribute("lang").expect("removed");
}
