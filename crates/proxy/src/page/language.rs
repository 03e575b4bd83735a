//! In which language the page is served, and its words.
//!
//! The tables are the app's own, so that what is served and what takes over say the same. The page comes in the
//! buyer's language at first paint and without scripts; the app gets its table with it and fetches none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use checkout_app::language::{DIRECTION, Dictionary, FILES};
use checkout_app::text::Text;
use wire::locale;

use crate::text::log::json_fault;
use crate::text::spelling::distance;

/// A table of sentences: their ids, and what is said.
type Table = BTreeMap<String, String>;

/// The merchant's own sentences, by language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnSentences(BTreeMap<String, Table>);

impl OwnSentences {
    /// Reads a JSON object of languages, each with an object of sentences' ids and the merchant's own words.
    ///
    /// # Errors
    /// What is wrong, in words: not such an object, or a language, an id or a name in braces that is not known.
    pub fn parse(json: &str) -> Result<Self, String> {
        let own: BTreeMap<String, Table> = serde_json::from_str(json)
            .map_err(|error| format!("not an object of languages, each of sentences: {}", json_fault(&error)))?;
        for (code, sentences) in &own {
            if code != "en" && !FILES.iter().any(|(name, _)| name == code) {
                let known: Vec<&str> = std::iter::once("en").chain(FILES.iter().map(|(name, _)| *name)).collect();
                return Err(format!("there is no language {code:?}; there are {}", known.join(", ")));
            }
            for (id, said) in sentences {
                let Some(text) = Text::ALL.iter().find(|text| text.id() == id) else {
                    return Err(format!("there is no sentence {id:?}; the nearest is {:?}", nearest(id)));
                };
                let known = names(text.english());
                if let Some(name) = names(said).into_iter().find(|name| !known.contains(name)) {
                    let known: Vec<String> = known.into_iter().map(|name| format!("{{{name}}}")).collect();
                    return Err(format!("{id:?} fills in no {{{name}}}, only [{}]", known.join(", ")));
                }
            }
        }
        Ok(Self(own))
    }

    /// The same with others over them, sentence by sentence.
    #[must_use]
    pub fn with(mut self, others: Self) -> Self {
        for (code, sentences) in others.0 {
            self.0.entry(code).or_default().extend(sentences);
        }
        self
    }
}

/// What is filled into a sentence.
fn names(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

/// The sentence that was most likely meant: the id with the fewest changes, or the one whose English was written.
fn nearest(id: &str) -> &'static str {
    let english = Text::ALL.iter().find(|text| text.english() == id);
    let nearest = || Text::ALL.iter().min_by_key(|text| distance(id, text.id()));
    english.or_else(nearest).map(|text| text.id()).unwrap_or_default()
}

/// One language the page can be served in.
#[derive(Debug)]
pub(crate) struct Language {
    /// Its tag, as in `lang`.
    pub(crate) code: &'static str,
    /// In which direction it is written, where the page does not say so already.
    pub(crate) direction: Option<String>,
    words: Arc<Table>,
}

impl Language {
    /// Whether it says anything else than the English that stands in the page.
    pub(crate) fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// Its words for a sentence, or the English ones.
    pub(crate) fn say(&self, text: Text) -> &str {
        self.words.get(text.id()).map_or_else(|| text.english(), String::as_str)
    }

    /// Its words for the app, where it has any.
    pub(crate) fn dictionary(&self) -> Option<Dictionary> {
        let words = Arc::clone(&self.words);
        self.has_words().then(|| -> Dictionary { Box::new(move |id| words.get(id).cloned()) })
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
        let languages = std::iter::once(&("en", "{}")).chain(FILES).map(|(code, file)| {
            let mut words: Table = serde_json::from_str(file).expect("a language is a flat table, which a test checks");
            let direction = words.remove(DIRECTION);
            words.extend(own.0.get(*code).cloned().unwrap_or_default());
            Language { code, direction, words: Arc::new(words) }
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
        let is_traditional = locale::is_traditional_chinese(tag);
        // The last of equals is taken, which from behind is the first.
        self.0
            .iter()
            .rev()
            .filter(|known| locale::language(known.code) == locale::language(tag))
            .max_by_key(|known| (known.code == tag, locale::is_traditional_chinese(known.code) == is_traditional))
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
        assert_eq!(choose(None, "mt, fr;q=0.5, de-AT;q=0.8"), "de");
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
            ("pt_PT.UTF-8", "pt-PT"),
            ("pt", "pt-BR"),
            ("zh_HK", "zh-TW"),
            ("zh-Hant", "zh-TW"),
            ("zh", "zh-CN"),
            ("fr_FR@euro", "fr"),
            ("iw_IL", "he"),
            ("en-US@posix", "en"),
            ("mt", "en"),
        ] {
            assert_eq!(choose(asked), code, "{asked}");
        }
        for nothing in ["", "C", "POSIX", "C.UTF-8", "%"] {
            assert_eq!(choose(nothing), "fr", "{nothing} names no language, so the browser's counts");
        }
    }

    /// Each of two scripts or countries is one's own language, and the other a stranger's.
    #[test]
    fn every_language_is_found_by_its_own_name_and_by_its_language_alone() {
        let languages = Languages::new(&OwnSentences::default());
        for (code, _) in FILES {
            assert_eq!(languages.choose(Some(code), "").code, *code);
            let found = languages.choose(Some(locale::language(code)), "").code;
            assert_eq!(locale::language(found), locale::language(code));
        }
    }

    #[test]
    fn a_merchants_own_sentences_come_first_in_english_too() {
        let own = r#"{"en": {"checkout": "Your order"}, "de": {"summary": "Auftrag"}}"#;
        let languages = Languages::new(&OwnSentences::parse(own).expect("sentences"));
        assert_eq!(languages.choose(Some("en"), "").say(Text::Checkout), "Your order");
        assert_eq!(languages.choose(Some("de"), "").say(Text::Summary), "Auftrag");
        assert_eq!(languages.choose(Some("de"), "").say(Text::Checkout), "Kasse");
    }

    #[test]
    fn sentences_that_would_never_be_said_or_filled_are_refused() {
        for (own, why) in [
            (r#"{"tlh": {}}"#, r#"there is no language "tlh"; there are en, ar"#),
            (r#"{"en": {"chekout": "Order"}}"#, r#"there is no sentence "chekout"; the nearest is "checkout""#),
            (r#"{"en": {"Continue to payment": "Buy"}}"#, r#"the nearest is "pay""#),
            (r#"{"en": {"checkout": "{amount}"}}"#, r#""checkout" fills in no {amount}, only []"#),
            (r#"{"en": {"code-applied": "{sum}"}}"#, r#""code-applied" fills in no {sum}, only [{amount}, {code}]"#),
            (r#"{"en": {"$dir": "rtl"}}"#, "there is no sentence"),
            (r#"{"en": ["checkout"]}"#, "not an object of languages"),
            (r#"{"en": {"checkout": "Order",}}"#, "line 1, column"),
        ] {
            let problem = OwnSentences::parse(own).expect_err(own);
            assert!(problem.contains(why), "{problem}");
        }
    }
}
