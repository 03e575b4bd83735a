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

fn product(period: &str) -> Product {
    serde_json::from_value(serde_json::json!({
        "id": "prod_1", "name": "Pro", "price": 1000, "currency": "USD", "billing_type": "recurring",
        "billing_period": period, "recurring_interval": "week", "recurring_interval_count": 2,
        "trial_period_days": 14, "tax_mode": "exclusive"
    }))
    .expect("a product")
}

#[test]
fn periods_and_trials_are_said_in_words_and_as_the_served_page_says_them() {
    assert_eq!(period(&product("once"), None), None);
    assert_eq!(period(&product("every-month"), None).as_deref(), Some("per month"));
    assert_eq!(period(&product("every-three-months"), None).as_deref(), Some("every 3 months"));
    assert_eq!(period(&product("custom"), None).as_deref(), Some("every 2 weeks"));
    assert_eq!(trial(&product("every-month"), Some("$1.00"), None).as_deref(), Some("Trial: 14 days for $1.00"));
    for name in ["every-day", "every-month", "every-three-months", "every-six-months", "every-year", "custom"] {
        let product = product(name);
        assert_eq!(period(&product, None), words::period(&product));
        assert_eq!(trial(&product, None, None), words::trial(&product));
        assert!(Text::ALL.contains(&words::plan_name(&product)), "{name} has a plan's name in every language");
    }
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
    assert_eq!(code_outcome(&discount(DiscountDuration::Once), "$2.50", None), "SAVE25 applied: $2.50 off.");
    assert_eq!(
        code_outcome(&discount(DiscountDuration::Repeating), "$2.50", None),
        "SAVE25 applied: $2.50 off for the first 3 months."
    );
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
