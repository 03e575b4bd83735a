//! When a mistake is said, and what of a draft outlives a reload.

use super::*;

#[test]
fn an_email_is_not_judged_before_the_buyer_leaves_it() {
    let mut draft = Draft { email: "ada".into(), ..Draft::default() };
    assert_eq!(draft.email_problem(), None);
    draft.leave_email();
    assert_eq!(draft.email_problem(), Some(EmailError::Incomplete));
    draft.email = "ada@example.com".into();
    assert_eq!(draft.email_problem(), None);
}

#[test]
fn leaving_the_email_empty_is_not_a_mistake_until_the_buyer_goes_on() {
    let mut draft = Draft { product_id: "prod_1".into(), ..Draft::default() };
    draft.leave_email();
    assert_eq!(draft.email_problem(), None);
    assert_eq!(draft.check(), Some(Field::Email));
    assert_eq!(draft.email_problem(), Some(EmailError::Empty));
}

#[test]
fn units_step_between_the_limits_and_are_asked_only_where_they_are_sold() {
    let mut draft = Draft { product_id: "prod_1".into(), units: Some("2".into()), ..Draft::default() };
    draft.step_units(-1);
    draft.step_units(-1);
    assert_eq!(draft.count(), Some(1));
    draft.units = Some("two".into());
    assert_eq!(draft.check(), Some(Field::Units));
    draft.step_units(1);
    assert_eq!(draft.count(), Some(1));
    assert_eq!(Draft::default().count(), Some(1));
}

fn product(id: &str) -> Product {
    serde_json::from_value(serde_json::json!({
        "id": id, "name": id, "price": 1000, "currency": "USD", "billing_type": "onetime",
        "billing_period": "once", "tax_mode": "exclusive"
    }))
    .expect("a product")
}

// A link to a product that is no longer sold chose the first one instead, and it was bought.
#[test]
fn a_product_that_is_gone_is_never_replaced_by_another() {
    let products = [product("prod_1"), product("prod_2")];
    let asked = |id: &str| Draft { product_id: id.into(), email: "ada@example.com".into(), ..Draft::default() };
    let chosen = |mut draft: Draft| {
        draft.choose_among(&products);
        draft.choose_among(&products);
        (draft.product_id.clone(), draft.must_choose(), draft.check())
    };
    assert_eq!(chosen(asked("")), (String::new(), false, Some(Field::Product)), "the buyer has not chosen yet");
    assert_eq!(chosen(asked("prod_2")), ("prod_2".into(), false, None));
    assert_eq!(chosen(asked("prod_gone")), (String::new(), true, Some(Field::Product)));
    let mut draft = asked("prod_gone");
    draft.choose_among(&products);
    let mut reloaded = asked("prod_gone");
    reloaded.take_lines(&draft.to_lines());
    assert!(chosen(reloaded).1, "after a reload as before");
    assert!(draft.shows(ErrorCode::ProductUnknown) && !draft.shows(ErrorCode::UnitsInvalid));
    draft.product_id = "prod_2".into();
    assert!(!draft.shows(ErrorCode::ProductUnknown), "the buyer has chosen");
    assert_eq!(chosen(draft), ("prod_2".into(), false, None));
}

// The first of several products was chosen by the page, and bought by whoever did not look.
#[test]
fn among_several_products_the_buyer_chooses_and_is_told_once_the_button_was_pressed() {
    let mut draft = Draft { email: "ada@example.com".into(), ..Draft::default() };
    draft.choose_among(&[product("prod_1"), product("prod_2")]);
    assert_eq!((draft.product_id.as_str(), draft.product_problem()), ("", None), "nothing is wrong yet");
    assert_eq!(draft.check(), Some(Field::Product));
    assert_eq!(draft.product_problem(), Some(ErrorCode::ProductRequired));
    draft.product_id = "prod_2".into();
    assert_eq!((draft.product_problem(), draft.check()), (None, None));
    let mut only = Draft { email: "ada@example.com".into(), ..Draft::default() };
    only.choose_among(&[product("prod_1")]);
    assert_eq!(only.check(), None, "where there is no choice, none is asked for");
    assert_eq!(only.product_id, "prod_1");
}

// A press without scripts came back with the sentence at the top alone, and the app took even that away.
#[test]
fn what_was_missing_in_a_press_without_scripts_is_said_in_its_field() {
    let mut draft = Draft { consent: Some(false), ..Draft::default() };
    assert!(!draft.shows(ErrorCode::ProductRequired) && !draft.consent_missing());
    draft.refused(ErrorCode::DiscountExpired);
    assert!(!draft.pressed, "that is said at the code");
    draft.refused(ErrorCode::ConsentRequired);
    assert!(draft.shows(ErrorCode::ConsentRequired) && draft.shows(ErrorCode::ProductRequired));
}

#[test]
fn a_reload_brings_back_what_was_typed() {
    let typed = Draft {
        product_id: "prod_2".into(),
        units: Some("3".into()),
        discount_code: "SAVE25".into(),
        email: "ada@exa".into(),
        ..Draft::default()
    };
    let mut reloaded = Draft { product_id: "prod_1".into(), units: Some("1".into()), ..Draft::default() };
    reloaded.take_lines(&typed.to_lines());
    assert_eq!(reloaded, typed);
}

#[test]
fn a_mistyped_domain_is_asked_about_after_the_field_was_left() {
    let mut draft = Draft { email: "ada@gmial.com".into(), ..Draft::default() };
    assert_eq!(draft.email_meant(), None);
    draft.leave_email();
    assert_eq!(draft.email_meant().as_deref(), Some("ada@gmail.com"));
}
