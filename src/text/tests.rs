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
        code_outcome(&discount, "")
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
    assert_eq!(code_outcome(&discount(DiscountDuration::Once), "$2.50"), "SAVE25 applied: $2.50 off.");
    assert_eq!(
        code_outcome(&discount(DiscountDuration::Repeating), "$2.50"),
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
