//! That the sentences are right, and that every language has words for all of them.

use std::collections::{BTreeMap, BTreeSet};

use wire::DiscountOutcome;

use super::*;

#[test]
fn every_code_that_does_not_apply_has_its_own_sentence() {
    let outcomes = [
        DiscountOutcome::Unknown,
        DiscountOutcome::Expired,
        DiscountOutcome::NotStarted,
        DiscountOutcome::UsedUp,
        DiscountOutcome::WrongProduct,
        DiscountOutcome::WrongCurrency,
    ];
    let mut sentences = outcomes.map(|outcome| {
        let discount =
            QuotedDiscount { code: "NOPE".into(), outcome, amount: 0, duration: None, duration_in_months: None };
        code_outcome(&discount, "", None)
    });
    sentences.sort();
    assert!(sentences.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(sentences.iter().all(|sentence| !sentence.contains("applied")));
}

#[test]
fn a_discount_says_how_long_it_lasts() {
    let discount = |duration| QuotedDiscount {
        code: "SAVE25".into(),
        outcome: DiscountOutcome::Applied,
        amount: 250,
        duration: Some(duration),
        duration_in_months: Some(3),
    };
    let said = |duration, time| code_outcome(&discount(duration), "$2.50", time);
    let quarter = Some((3, IntervalUnit::Month));
    assert_eq!(said(DiscountDuration::Once, None), "SAVE25 applied: $2.50 off.");
    assert_eq!(said(DiscountDuration::Repeating, quarter), "SAVE25 applied: $2.50 off for the first 3 months.");
    assert_eq!(said(DiscountDuration::Repeating, None), "SAVE25 applied: $2.50 off.", "one payment, however long");
    assert_eq!(said(DiscountDuration::Forever, None), "SAVE25 applied: $2.50 off every payment.");
}

/// "Continue to payment" led to a page on which nothing was to be paid.
#[test]
fn the_button_says_whether_there_is_something_to_pay() {
    let said = |product: serde_json::Value, off: i64| {
        let product: Product = serde_json::from_value(product).expect("a product");
        let discount = QuotedDiscount {
            code: "OFF".into(),
            outcome: DiscountOutcome::Applied,
            amount: off,
            duration: Some(DiscountDuration::Once),
            duration_in_months: None,
        };
        let today = wire::Date::parse("2026-11-22").expect("a date");
        pay(&product, &wire::due(&product, 1, Some(&discount), today)).say()
    };
    let product = |billing_type, billing_period, trial_days| {
        serde_json::json!({
            "id": "prod_1", "name": "Pro", "price": 1500, "currency": "USD", "billing_type": billing_type,
            "billing_period": billing_period, "trial_period_days": trial_days, "tax_mode": "exclusive"
        })
    };
    assert_eq!(said(product("onetime", "once", None), 750), "Continue to payment");
    assert_eq!(said(product("onetime", "once", None), 1500), "Get it free");
    assert_eq!(said(product("recurring", "every-month", None), 1500), "Continue");
    assert_eq!(said(product("recurring", "every-month", Some(14)), 0), "Start free trial");
}

/// The languages beside English, each with its file.
const LANGUAGES: [(&str, &str); 7] = [
    ("ar", include_str!("../../languages/ar.json")),
    ("de", include_str!("../../languages/de.json")),
    ("es", include_str!("../../languages/es.json")),
    ("fr", include_str!("../../languages/fr.json")),
    ("he", include_str!("../../languages/he.json")),
    ("ja", include_str!("../../languages/ja.json")),
    ("pt-BR", include_str!("../../languages/pt-BR.json")),
];

#[test]
fn every_language_has_words_for_every_sentence_and_for_nothing_else() {
    let wanted: BTreeSet<&str> = everything().into_iter().collect();
    for (language, file) in LANGUAGES {
        let words: BTreeMap<String, String> = serde_json::from_str(file).expect("a flat table");
        let known: BTreeSet<&str> = words.keys().map(String::as_str).collect();
        let missing: Vec<&&str> = wanted.difference(&known).collect();
        let extra: Vec<&&str> = known.difference(&wanted).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{language} lacks {missing:#?} and has besides {extra:#?}");
        for (english, said) in &words {
            assert!(!said.trim().is_empty(), "{language}: {english}");
            assert_eq!(names(english), names(said), "{language}: {english}");
        }
        assert!(include_str!("../boot.js").contains(&format!("\"{language}\"")), "boot.js knows {language}");
    }
}

/// What is filled into a sentence.
fn names(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}
