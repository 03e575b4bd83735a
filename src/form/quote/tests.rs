//! Which answer counts, and what a code may still do to the price.

use super::*;

fn product() -> Product {
    serde_json::from_value(serde_json::json!({
        "id": "prod_1", "name": "Pro", "price": 1000, "currency": "USD", "billing_type": "onetime",
        "billing_period": "once", "tax_mode": "exclusive"
    }))
    .expect("a product")
}

fn question(discount_code: &str) -> PriceQuestion {
    PriceQuestion { product_id: "prod_1".into(), units: 2, discount_code: discount_code.into() }
}

fn today() -> Date {
    Date::parse("2026-11-22").expect("a date")
}

fn quote(code: &str, outcome: &str, amount: i64) -> Quote {
    serde_json::from_value(serde_json::json!({
        "product_id": "prod_1", "units": 2, "currency": "USD", "subtotal": 2000, "total": 2000 - amount,
        "tax": "exclusive", "discount": { "code": code, "outcome": outcome, "amount": amount }
    }))
    .expect("a quote")
}

#[test]
fn a_late_answer_to_an_older_question_changes_nothing() {
    let mut desk = QuoteDesk::default();
    let first = desk.ask(question("SAVE2")).expect("asked");
    let second = desk.ask(question("SAVE25")).expect("asked");
    desk.answered(second, Some(quote("SAVE25", "applied", 500)));
    desk.answered(first, Some(quote("SAVE2", "unknown", 0)));
    assert_eq!(desk.price(product(), today()).total.amount_minor, 1500);
    assert_eq!(desk.code_to_send().as_deref(), Some("SAVE25"));
}

#[test]
fn without_a_code_nobody_is_asked_and_the_price_is_known() {
    let mut desk = QuoteDesk::default();
    assert_eq!(desk.ask(question("")), None);
    assert_eq!(desk.price(product(), today()).total.amount_minor, 2000);
    assert_eq!((desk.verdict(), desk.code_to_send()), (Verdict::None, None));
}

#[test]
fn the_same_question_is_asked_once_and_again_only_after_a_failure() {
    let mut desk = QuoteDesk::default();
    let number = desk.ask(question("SAVE25")).expect("asked");
    assert_eq!(desk.ask(question("SAVE25")), None);
    desk.answered(number, None);
    assert_eq!(desk.code(), CodeState::Unchecked);
    assert!(desk.ask(question("SAVE25")).is_some());
}

#[test]
fn a_question_leaves_once_however_many_want_to_send_it() {
    let mut desk = QuoteDesk::default();
    let number = desk.ask(question("SAVE25")).expect("asked");
    assert_eq!(desk.take(number), Some(question("SAVE25")), "a press does not wait until the typing rests");
    assert_eq!(desk.take(number), None, "and the typing that has come to rest asks nothing more");
    desk.ask(question("SAVE2"));
    assert_eq!(desk.take(number), None, "nobody wants to know that any more");
}

#[test]
fn a_wrong_code_is_left_out_and_an_unjudged_one_is_tried() {
    let mut desk = QuoteDesk::default();
    let number = desk.ask(question("NOPE")).expect("asked");
    assert_eq!((desk.verdict(), desk.code_to_send().as_deref()), (Verdict::Open, Some("NOPE")));
    desk.answered(number, Some(quote("NOPE", "unknown", 0)));
    assert_eq!((desk.verdict(), desk.code_to_send()), (Verdict::Refused, None));
}

/// A press before the verdict dropped a wrong code without a word, and the buyer paid the full price.
#[test]
fn a_refused_code_is_left_out_only_once_the_buyer_knows() {
    let mut desk = QuoteDesk::default();
    let judge = |desk: &mut QuoteDesk, code: &str, outcome: &str| {
        let number = desk.ask(question(code)).expect("asked");
        desk.answered(number, Some(quote(code, outcome, 0)));
    };
    judge(&mut desk, "NOPE", "unknown");
    assert!(!desk.goes_on_without(), "said, and perhaps not read yet");
    desk.tell();
    assert!(desk.goes_on_without());
    judge(&mut desk, "NADA", "unknown");
    assert!(!desk.goes_on_without(), "another code is another matter");
    desk.tell();
    let other = PriceQuestion { product_id: "prod_2".into(), ..question("NADA") };
    let number = desk.ask(other).expect("asked");
    desk.tell();
    assert!(!desk.goes_on_without(), "for another product it may apply");
    desk.answered(number, Some(quote("NADA", "applied", 500)));
    judge(&mut desk, "NADA", "wrong_product");
    assert!(!desk.goes_on_without(), "it did apply, so that it does not any more is news");
}

#[test]
fn who_asks_about_a_code_knows_once_it_is_answered() {
    let mut desk = QuoteDesk::default();
    let number = desk.ask(question("NOPE")).expect("asked");
    desk.ask_about();
    assert!(!desk.goes_on_without());
    desk.answered(number, Some(quote("NOPE", "unknown", 0)));
    assert!(desk.goes_on_without());

    let number = desk.ask(question("NADA")).expect("asked");
    desk.ask_about();
    desk.hurry();
    desk.answered(number, Some(quote("NADA", "unknown", 0)));
    assert!(!desk.goes_on_without(), "who pressed the button meanwhile is told before it goes on");
}

#[test]
fn a_code_that_ran_out_between_quote_and_press_is_taken_off_the_price() {
    let mut desk = QuoteDesk::default();
    let number = desk.ask(question("SAVE25")).expect("asked");
    desk.answered(number, Some(quote("SAVE25", "applied", 500)));
    desk.refused(DiscountOutcome::UsedUp);
    assert_eq!(desk.price(product(), today()).total.amount_minor, 2000);
    assert_eq!((desk.code_to_send(), desk.goes_on_without()), (None, true));
}

#[test]
fn a_refusal_at_creation_counts_before_and_instead_of_every_quote() {
    let mut desk = QuoteDesk::default();
    let number = desk.ask(question("USEDUP")).expect("asked");
    desk.refused(DiscountOutcome::UsedUp);
    assert_eq!(desk.take(number), None, "nothing is left to ask");
    desk.answered(number, None);
    assert!(desk.goes_on_without());
}
/// The price of the trial was not known here at all, and a code's discount was taken off the price of a day on
/// which nothing is charged.
#[test]
fn during_a_trial_its_price_is_due_and_no_code_lowers_it() {
    let trial: Product = serde_json::from_value(serde_json::json!({
        "id": "prod_1", "name": "Pro", "price": 1000, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-month", "trial_period_days": 30, "trial_price": 100, "tax_mode": "exclusive"
    }))
    .expect("a product");
    let mut desk = QuoteDesk::default();
    assert_eq!(desk.ask(question("")), None);
    let price = desk.price(trial.clone(), today());
    assert_eq!((price.subtotal, price.discount.amount_minor), (price.total, 0));
    assert_eq!(price.due, due(&trial, 2, None, today()));
    let number = desk.ask(question("SAVE25")).expect("asked");
    let quote = quote("SAVE25", "applied", 500);
    let due = due(&trial, 2, quote.discount.as_ref(), today());
    desk.answered(number, Some(quote));
    let price = desk.price(trial.clone(), today());
    assert_eq!((price.subtotal.amount_minor, price.discount.amount_minor, price.due), (200, 0, due));
}
