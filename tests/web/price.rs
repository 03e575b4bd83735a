//! The order summary: what is due today, and what is said about later.

use checkout_app::host::page;
use wasm_bindgen_test::wasm_bindgen_test;
use wire::PageData;

use crate::page::{answer_with, open, text, the, type_into, until};

/// 22 November 2026, in milliseconds.
const TODAY_MS: &str = "Date.UTC(2026, 10, 22, 23, 59)";

/// The page's language, direction and day, put back when the test is over.
struct Surroundings;

impl Surroundings {
    fn new(language: &str, direction: &str) -> Self {
        let root = page::document().document_element().expect("a root");
        root.set_attribute("lang", language).expect("an attribute");
        root.set_attribute("dir", direction).expect("an attribute");
        js_sys::eval(&format!("Date.real ??= Date.now; Date.now = () => {TODAY_MS}")).expect("a script");
        Self
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        let root = page::document().document_element().expect("a root");
        root.remove_attribute("lang").expect("an attribute");
        root.remove_attribute("dir").expect("an attribute");
        js_sys::eval("Date.now = Date.real").expect("a script");
    }
}

/// A page that sells one product.
fn selling(product: &str) -> PageData {
    let block = format!(
        r#"{{"mode":"sandbox","products":[{{"id":"prod_1","name":"Studio","tax_mode":"exclusive",{product}}}]}}"#
    );
    serde_json::from_str(&block).expect("a data block")
}

const MONTHLY: &str = r#""price":1500,"currency":"USD","billing_type":"recurring","billing_period":"every-month""#;
const FREE_TRIAL: &str = r#""price":4900,"currency":"USD","billing_type":"recurring","billing_period":"every-month",
    "trial_period_days":14"#;
const PAID_TRIAL: &str = r#""price":9900,"currency":"USD","billing_type":"recurring","billing_period":"every-month",
    "trial_period_days":30,"trial_price":100"#;
const ONCE: &str = r#""price":1999,"currency":"USD","billing_type":"onetime","billing_period":"once""#;
const FREE: &str = r#""price":0,"currency":"USD","billing_type":"onetime","billing_period":"once""#;

/// What the summary shows: what is due and, if it is lowered, from how much by how much, what is charged later, and the
/// button.
fn summary() -> (Vec<String>, String, String) {
    let total = text("[data-line=total] dd");
    let off = text(".code__off");
    let rows = if off.is_empty() { vec![total] } else { vec![text("[data-line=item] dd"), off, total] };
    (rows, text(".price-summary__later"), text("#pay"))
}

/// "$49.00, Renews at $49.00 per month" was said of a trial that costs nothing, and "$99.00" of one that costs $1.00.
#[wasm_bindgen_test]
fn a_trial_is_priced_as_what_it_is() {
    let _here = Surroundings::new("en", "ltr");
    for (product, due, later, button) in [
        (FREE_TRIAL, "$0.00", "Then $49.00 per month from Dec 6, 2026 until you cancel.", "Start free trial"),
        (
            PAID_TRIAL,
            "$1.00",
            "$1.00 today for 30 days, then $99.00 per month from Dec 22, 2026 until you cancel.",
            "Continue to payment",
        ),
        (MONTHLY, "$15.00", "Then $15.00 per month from Dec 22, 2026 until you cancel.", "Continue to payment"),
        (ONCE, "$19.99", "", "Continue to payment"),
    ] {
        open("?locale=en-US", &selling(product));
        assert_eq!(summary(), (vec![due.to_owned()], later.to_owned(), button.to_owned()));
        assert_eq!(text("[data-line=tax] dd"), "Calculated at payment");
    }
    assert_eq!(text("[data-line=total] dt"), "Due today USD");
}

#[wasm_bindgen_test]
fn units_are_in_every_amount() {
    let _here = Surroundings::new("en", "ltr");
    open("?locale=en-GB&units=3", &selling(PAID_TRIAL));
    let later = "$3.00 today for 30 days, then $297.00 per month from 22 Dec 2026 until you cancel.";
    assert_eq!(summary(), (vec!["$3.00".to_owned()], later.to_owned(), "Continue to payment".to_owned()));
}

fn quote(code: &str, due: &str, duration: &str) -> String {
    format!(
        r#""discount_code={code}": [200, {{"product_id":"prod_1","units":1,"currency":"USD","subtotal":1500,"total":750,
            "tax":"exclusive","due":{due},
            "discount":{{"code":"{code}","outcome":"applied","amount":750,"duration":{duration}}}}}]"#
    )
}

/// "$7.50 off for the first 3 months" stood beside "Renews at $15.00 per month", which months two and three do not cost.
#[wasm_bindgen_test]
async fn a_discount_is_said_for_as_long_as_it_lasts() {
    let _here = Surroundings::new("en", "ltr");
    let step = |amount: i64, from: &str, times: &str| {
        format!(r#"{{"amount":{amount},"period":"every-month","from":"{from}","times":{times}}}"#)
    };
    let (full, reduced) = (step(1500, "2026-12-22", "null"), step(750, "2026-12-22", "null"));
    let three = [step(750, "2026-12-22", "2"), step(1500, "2027-02-22", "null")].join(",");
    let due = |then: &str| format!(r#"{{"today":750,"then":[{then}]}}"#);
    let routes = [
        quote("ONCE", &due(&full), r#""once""#),
        quote("ALWAYS", &due(&reduced), r#""forever""#),
        quote("THREE", &due(&three), r#""repeating","duration_in_months":3"#),
    ];
    answer_with(&format!("{{{}}}", routes.join(",")), 0);
    open("?locale=en-US", &selling(MONTHLY));
    for (code, later, outcome) in [
        ("ONCE", "Then $15.00 per month from Dec 22, 2026 until you cancel.", "ONCE applied: $7.50 off."),
        (
            "ALWAYS",
            "Then $7.50 per month from Dec 22, 2026 until you cancel.",
            "ALWAYS applied: $7.50 off every payment.",
        ),
        (
            "THREE",
            "$7.50 per month for 3 months, then $15.00 per month from Feb 22, 2027 until you cancel.",
            "THREE applied: $7.50 off for the first 3 months.",
        ),
    ] {
        type_into("#discount_code", code);
        until(outcome, || text("#discount_code-outcome") == outcome).await;
        let rows = ["$15.00", "−$7.50", "$7.50"].map(str::to_owned).to_vec();
        assert_eq!(summary(), (rows, later.to_owned(), "Continue to payment".to_owned()));
    }
    type_into("#discount_code", "");
    until("one row", || summary().0 == ["$15.00"]).await;
}

/// "$0.00", "Tax, where due, is added" and "Continue to payment" were said where nothing is to be paid.
#[wasm_bindgen_test]
async fn nothing_to_pay_is_free_without_tax() {
    open("?locale=en-US", &selling(FREE));
    assert_eq!(summary(), (vec!["Free".to_owned()], String::new(), "Get it free".to_owned()));
    assert!(the("dl:has([data-line=tax])").hidden(), "nothing is taxed");
    assert_eq!((text("[data-line=item] dd").as_str(), text(".product-card__amount").as_str()), ("Free", "Free"));
    answer_with(
        r#"{"discount_code=ALL": [200, {"product_id":"prod_1","units":1,"currency":"USD","subtotal":1999,"total":0,
            "tax":"exclusive","due":{"today":0,"then":[]},"discount":{"code":"ALL","outcome":"applied","amount":1999}}]}"#,
        0,
    );
    open("?locale=en-US&discount_code=ALL", &selling(ONCE));
    until("the discount", || text("[data-line=total] dd") == "Free").await;
    assert_eq!((summary().0[1].as_str(), summary().2.as_str()), ("−$19.99", "Get it free"));
    assert!(the("dl:has([data-line=tax])").hidden(), "nothing is taxed");
}

/// The browser's lists of currencies leave small coins out: RSD 1999.50 was written RSD 2,000, and IQD 1.234 IQD 1.
#[wasm_bindgen_test]
fn every_digit_that_is_charged_is_written() {
    for (currency, price, digits) in [
        ("RSD", 199_950, "1,999.50"),
        ("IQD", 1_234, "1.234"),
        ("LBP", 123_456, "1,234.56"),
        ("HUF", 123_456, "1,234.56"),
        ("JPY", 1_234, "1,234"),
        ("ISK", 1_234, "1,234"),
        ("UGX", 1_234, "1,234"),
        ("KWD", 1_234, "1.234"),
        ("CLF", 12_345, "1.2345"),
        ("USD", 199_900, "1,999.00"),
    ] {
        let product =
            format!(r#""price":{price},"currency":"{currency}","billing_type":"onetime","billing_period":"once""#);
        open("?locale=en-US", &selling(&product));
        let written = text("[data-line=total] dd");
        assert!(written.ends_with(digits) && !written[..written.len() - digits.len()].ends_with('.'), "{written}");
    }
}

/// From right to left the browser's own marks put the currency of a discount behind the number, and before it elsewhere.
#[wasm_bindgen_test]
async fn from_right_to_left_all_amounts_read_in_one_order() {
    let _here = Surroundings::new("ar", "rtl");
    answer_with(&format!("{{{}}}", quote("HALF", r#"{"today":750,"then":[]}"#, r#""once""#)), 0);
    for language in ["ar", "he"] {
        open(&format!("?locale={language}&discount_code=HALF"), &selling(MONTHLY));
        until("the discount", || summary().0.len() == 3).await;
        for (row, number) in summary().0.iter().zip(["15.00", "−7.50", "7.50"]) {
            let inside = row.strip_prefix('\u{2066}').and_then(|row| row.strip_suffix('\u{2069}')).expect("isolated");
            assert!(inside.starts_with(number), "{inside:?}");
            assert!(inside.chars().all(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')), "{inside:?}");
        }
    }
}
