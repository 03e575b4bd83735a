//! That the sentences are right, and that every language has words for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use wire::DiscountOutcome;

use super::*;
use crate::language::{DIRECTION, FILES};

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

/// What is filled into sentences: amounts, days and counted times that the tables of all languages write. A bare number
/// would need a sentence for each plural.
const FILLED_IN: [&str; 14] = [
    "amount", "charges", "code", "date", "days", "email", "fields", "first", "interval", "next", "percent", "period",
    "price", "time",
];

#[test]
fn every_sentence_has_an_id_of_its_own_and_english_words() {
    let mut ids = BTreeSet::new();
    for text in Text::ALL {
        assert!(ids.insert(text.id()), "{} twice", text.id());
        let mut kebab = String::new();
        for letter in format!("{text:?}").chars() {
            if letter.is_ascii_uppercase() && !kebab.is_empty() {
                kebab.push('-');
            }
            kebab.push(letter.to_ascii_lowercase());
        }
        assert_eq!(text.id(), kebab);
        assert!(!text.english().trim().is_empty(), "{kebab}");
        for name in names(text.english()) {
            assert!(FILLED_IN.contains(&name), "{kebab}: {name}");
        }
        assert!(!text.english().contains('\''), "{kebab}: {}", text.english());
    }
}

#[test]
fn every_sentence_is_said_somewhere() {
    let mut code = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("crates/proxy/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("text/tests.rs") {
                code.push_str(&fs::read_to_string(path).expect("a source"));
            }
        }
    }
    let said: BTreeSet<&str> =
        code.split("Text::").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()).collect();
    for text in Text::ALL {
        assert!(said.contains(format!("{text:?}").as_str()), "nothing says {:?}", text.id());
    }
}

#[test]
fn every_language_has_words_for_every_sentence_and_for_nothing_else() {
    let wanted: BTreeMap<&str, &str> = Text::ALL.iter().map(|text| (text.id(), text.english())).collect();
    assert!(!FILES.is_empty());
    for (language, file) in FILES {
        let mut words: BTreeMap<String, String> = serde_json::from_str(file).expect(language);
        let direction = words.remove(DIRECTION).unwrap_or_default();
        assert!(["ltr", "rtl"].contains(&direction.as_str()), "{language} has the direction {direction:?}");
        assert!(
            file.trim_start_matches(['{', '\n', ' ']).starts_with("\"$dir\""),
            "{language} begins with its direction"
        );
        assert_eq!(wire::locale::tag(language).as_deref(), Some(*language));
        let missing: Vec<&&str> = wanted.keys().filter(|id| !words.contains_key(**id)).collect();
        let extra: Vec<&String> = words.keys().filter(|id| !wanted.contains_key(id.as_str())).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{language} lacks {missing:#?} and has besides {extra:#?}");
        for (id, said) in &words {
            assert!(!said.trim().is_empty(), "{language}: {id}");
            assert_eq!(names(wanted[id.as_str()]), names(said), "{language}: {id}");
        }
    }
}

/// What is filled into a sentence.
fn names(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}
