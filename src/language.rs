//! In which language sentences are said: English is built in, others are small files that `speak.js` fetches or the proxy
//! has.
//!
//! A sentence is found by its id, so a file is a table of two columns, and a merchant's own wording is one too. Each
//! instance of the app, and each drawing of the proxy's, speaks for itself: what is said below its owner is said in its
//! words.

use leptos::prelude::{provide_context, use_context};
use wire::Date;

use crate::signal::Live;

/// Finds the other language's words for the sentence of an id.
pub type Dictionary = Box<dyn Fn(&str) -> Option<String>>;

/// The languages beside English, by their tag: the files of `languages/`. In the browser nothing names this, so that it is
/// no part of the download.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// Under what name a language's file says in which direction it is written.
pub const DIRECTION: &str = "$dir";

/// How one reader is spoken to.
pub struct Speech {
    /// The page's language, as in `lang`.
    pub language: String,
    /// Whether that is written from right to left.
    pub is_right_to_left: bool,
    /// The language that the browser puts first, as it calls it.
    pub browser_language: String,
    /// The day it is in UTC, where no browser knows it.
    pub today: Date,
    /// Other words than the built-in ones.
    pub words: Option<Dictionary>,
}

impl Default for Speech {
    /// English.
    fn default() -> Self {
        Self {
            language: "en".to_owned(),
            is_right_to_left: false,
            browser_language: String::new(),
            today: Date::from_unix_ms(0),
            words: None,
        }
    }
}

/// A speech, as the owner of an instance or a drawing knows it.
#[derive(Clone, Copy)]
struct Spoken(Live<Speech>);

/// From now on everything below the current owner is said like this.
pub fn speak(speech: Speech) {
    provide_context(Spoken(Live::new(speech)));
}

/// What the current reader's speech says; in English where nobody is spoken to.
pub fn of_speech<T>(read: impl Fn(&Speech) -> T) -> T {
    let spoken = use_context::<Spoken>().and_then(|Spoken(speech)| speech.try_with_untracked(&read));
    spoken.unwrap_or_else(|| read(&Speech::default()))
}

/// Runs a drawing for one reader; nothing of it is left afterwards.
#[cfg(not(target_arch = "wasm32"))]
pub fn speaking<T>(speech: Speech, draw: impl FnOnce() -> T) -> T {
    use leptos::reactive::owner::Owner;

    let owner = Owner::new_root(None);
    let drawn = owner.with(|| {
        speak(speech);
        draw()
    });
    owner.unset_with_forced_cleanup();
    drawn
}

/// Whether sentences are said in other words than the built-in ones.
#[must_use]
pub fn is_translated() -> bool {
    of_speech(|speech| speech.words.is_some())
}

/// The words for the sentence of this id, where other ones than the built-in are said.
#[must_use]
pub fn words_for(id: &str) -> Option<String> {
    of_speech(|speech| speech.words.as_ref()?(id))
}

/// The text with its `{names}` replaced; a name without a value is left out.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(before);
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::text::Text;

    fn with_words(of: &'static str, said: &'static str) -> Speech {
        let words: Dictionary = Box::new(move |id| (id == of).then(|| said.to_owned()));
        Speech { words: Some(words), ..Speech::default() }
    }

    #[test]
    fn names_are_replaced_in_any_order_and_language() {
        assert_eq!(fill("{b} nach {a}", &[("a", "eins"), ("b", "zwei")]), "zwei nach eins");
        assert_eq!(fill("nothing {else}", &[]), "nothing ");
        assert_eq!(Text::ChargesInTurn.fill(&[("first", "one"), ("next", "two")]), "one, then two");
        let (turned, other) = speaking(with_words("charges-in-turn", "{next} nach {first}"), || {
            (Text::ChargesInTurn.fill(&[("first", "eins"), ("next", "zwei")]), Text::Copy.say())
        });
        assert_eq!((turned.as_str(), other.as_str()), ("zwei nach eins", "Copy"), "what has no translation is English");
    }

    #[test]
    fn a_drawing_leaves_no_words_behind_even_when_it_fails() {
        let german = || with_words("copy", "Kopieren");
        assert_eq!(speaking(german(), || Text::Copy.say()), "Kopieren");
        let failed = std::panic::catch_unwind(|| speaking(german(), || panic!("a drawing fails")));
        assert!(failed.is_err());
        assert_eq!((Text::Copy.say().as_str(), is_translated()), ("Copy", false));
    }
}
