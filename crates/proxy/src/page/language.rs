//! In which language the page is served, and its words.
//!
//! The tables are the app's own, so that what is served and what takes over say the same. The page comes in the
//! buyer's language at first paint and without scripts; the app gets its table with it and fetches none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use checkout_app::language::Dictionary;
use wire::locale;

use crate::log::json_fault;

/// The languages beside English, each with its table.
const TABLES: [(&str, &str); 7] = [
    ("ar", include_str!("../../../../languages/ar.json")),
    ("de", include_str!("../../../../languages/de.json")),
    ("es", include_str!("../../../../languages/es.json")),
    ("fr", include_str!("../../../../languages/fr.json")),
    ("he", include_str!("../../../../languages/he.json")),
    ("ja", include_str!("../../../../languages/ja.json")),
    ("pt-BR", include_str!("../../../../languages/pt-BR.json")),
];

/// A table of sentences: the English one, and what is said instead.
type Table = BTreeMap<String, String>;

/// The merchant's own sentences, by language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnSentences(BTreeMap<String, Table>);

impl OwnSentences {
    /// Reads a JSON object of languages, each with an object of English sentences and the merchant's own.
    ///
    /// # Errors
    /// What is wrong, in words: not such an object, or a language, a sentence or a name in braces that is not known.
    pub fn parse(json: &str) -> Result<Self, String> {
        let own: BTreeMap<String, Table> = serde_json::from_str(json)
            .map_err(|error| format!("not an object of languages, each of sentences: {}", json_fault(&error)))?;
        let known: BTreeSet<String> = table(TABLES[0].1).into_keys().collect();
        for (code, sentences) in &own {
            if code != "en" && !TABLES.iter().any(|(name, _)| name == code) {
                return Err(format!("there is no language {code:?}"));
            }
            for (english, said) in sentences {
                if !known.contains(english) {
                    return Err(format!("the page never says {english:?}"));
                }
                if !names(said).is_subset(&names(english)) {
                    return Err(format!("{said:?} names in braces what {english:?} does not"));
                }
            }
        }
        Ok(Self(own))
    }
}

/// What is filled into a sentence.
fn names(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

fn table(json: &str) -> Table {
    serde_json::from_str(json).expect("a language is a flat table, which a test checks")
}

/// One language the page can be served in.
#[derive(Debug)]
pub(crate) struct Language {
    /// Its tag, as in `lang`.
    pub(crate) code: &'static str,
    words: Arc<Table>,
}

impl Language {
    /// In which direction it is written, where the page does not say so already.
    pub(crate) fn direction(&self) -> Option<&'static str> {
        match self.code {
            "en" => None,
            "ar" | "he" => Some("rtl"),
            _ => Some("ltr"),
        }
    }

    /// Whether it says anything else than the English that stands in the page.
    pub(crate) fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// The words for a sentence, where it has its own.
    pub(crate) fn find(&self, english: &str) -> Option<&str> {
        self.words.get(english).map(String::as_str)
    }

    /// Its words for a sentence, or the English ones.
    pub(crate) fn say<'s>(&'s self, english: &'s str) -> &'s str {
        self.find(english).unwrap_or(english)
    }

    /// Its words for the app, where it has any.
    pub(crate) fn dictionary(&self) -> Option<Dictionary> {
        let words = Arc::clone(&self.words);
        self.has_words().then(|| -> Dictionary { Box::new(move |english| words.get(english).cloned()) })
    }

    /// The table for the app; `<` is written so that nothing in it can end the element it stands in.
    pub(crate) fn block(&self) -> String {
        let json = serde_json::to_string(&*self.words).expect("text is JSON");
        json.replace('<', "\\u003c")
    }
}

/// The languages the page can be served in, English first.
#[derive(Debug)]
pub(crate) struct Languages(Vec<Language>);

impl Languages {
    pub(crate) fn new(own: &OwnSentences) -> Self {
        let english = ("en", Table::new());
        let others = TABLES.iter().map(|(code, json)| (*code, table(json)));
        let languages = std::iter::once(english).chain(others).map(|(code, mut words)| {
            words.extend(own.0.get(code).cloned().unwrap_or_default());
            Language { code, words: Arc::new(words) }
        });
        Self(languages.collect())
    }

    /// The language that is asked for by name, else the first known of those a browser accepts, else English.
    pub(crate) fn choose(&self, asked: Option<&str>, accepted: &str) -> &Language {
        let mut tags: Vec<(u32, String)> = match asked.and_then(locale::tag) {
            Some(tag) => vec![(1000, tag)],
            None => accepted.split(',').filter_map(weighed).collect(),
        };
        tags.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        tags.iter().find_map(|(_, tag)| self.find(tag)).unwrap_or(&self.0[0])
    }

    fn find(&self, tag: &str) -> Option<&Language> {
        let exact = self.0.iter().find(|language| language.code == tag);
        exact.or_else(|| self.0.iter().find(|known| locale::language(known.code) == locale::language(tag)))
    }
}

/// A tag of `Accept-Language` with its weight in thousandths; `None` when it is not wanted.
fn weighed(part: &str) -> Option<(u32, String)> {
    let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
    let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u32;
    Some((weight, locale::tag(tag)?)).filter(|_| weight > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_asked_for_or_the_first_that_is_accepted_and_known() {
        let languages = Languages::new(&OwnSentences::default());
        let choose = |asked, accepted| languages.choose(asked, accepted).code;
        assert_eq!(choose(None, ""), "en");
        assert_eq!(choose(Some("ar-EG"), "de"), "ar");
        assert_eq!(choose(Some("tlh"), "de"), "en");
        assert_eq!(choose(None, "it, fr;q=0.5, de-AT;q=0.8"), "de");
        assert_eq!(choose(None, "en-GB,de;q=0.9"), "en");
        assert_eq!(choose(None, "de;q=0, pt"), "pt-BR");
        assert_eq!(choose(None, "*, ;q=x, \u{7f}"), "en");
        assert_eq!(choose(None, "iw"), "he", "as old phones say it");
    }

    // `de_DE` gave the English page, and `iw` one with Hebrew amounts.
    #[test]
    fn the_language_asked_for_is_read_as_systems_write_it() {
        let languages = Languages::new(&OwnSentences::default());
        let choose = |asked| languages.choose(Some(asked), "fr").code;
        for (asked, code) in [
            ("de_DE", "de"),
            ("pt_BR", "pt-BR"),
            ("pt_PT.UTF-8", "pt-BR"),
            ("fr_FR@euro", "fr"),
            ("iw_IL", "he"),
            ("en-US@posix", "en"),
            ("it", "en"),
        ] {
            assert_eq!(choose(asked), code, "{asked}");
        }
        for nothing in ["", "C", "POSIX", "C.UTF-8", "%"] {
            assert_eq!(choose(nothing), "fr", "{nothing} names no language, so the browser's counts");
        }
    }

    #[test]
    fn every_table_of_the_repository_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../languages");
        let files = std::fs::read_dir(folder).expect("the tables").map(|file| file.expect("a table").file_name());
        let mut names: Vec<String> = files.map(|name| name.to_string_lossy().replace(".json", "")).collect();
        names.sort();
        assert_eq!(names, TABLES.map(|(name, _)| name));
    }

    #[test]
    fn a_merchants_own_sentences_come_first_in_english_too() {
        let own = r#"{"en": {"Checkout": "Your order"}, "de": {"Subtotal": "Summe"}}"#;
        let languages = Languages::new(&OwnSentences::parse(own).expect("sentences"));
        assert_eq!(languages.choose(Some("en"), "").say("Checkout"), "Your order");
        assert_eq!(languages.choose(Some("de"), "").say("Subtotal"), "Summe");
        assert_eq!(languages.choose(Some("de"), "").say("Checkout"), "Kasse");
    }

    #[test]
    fn sentences_that_would_never_be_said_or_filled_are_refused() {
        for (own, why) in [
            (r#"{"tlh": {}}"#, "language"),
            (r#"{"en": {"Chekout": "Order"}}"#, "never says"),
            (r#"{"en": {"Checkout": "{amount}"}}"#, "braces"),
            (r#"{"en": ["Checkout"]}"#, "not an object of languages"),
            (r#"{"en": {"Checkout": "Order",}}"#, "line 1, column"),
        ] {
            let problem = OwnSentences::parse(own).expect_err(own);
            assert!(problem.contains(why), "{problem}");
        }
    }
}
