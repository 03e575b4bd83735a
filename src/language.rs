//! In which language sentences are said: English is built in, others are small files that `speak.js` fetches or the proxy
//! has.
//!
//! A sentence is found by its id, so a file is a table of two columns, and a merchant's own wording is one too.

use std::cell::RefCell;

/// Finds the other language's words for the sentence of an id.
pub type Dictionary = Box<dyn Fn(&str) -> Option<String>>;

/// The languages beside English, by their tag: the files of `languages/`. In the browser nothing names this, so that it is
/// no part of the download.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// Under what name a language's file says in which direction it is written.
pub const DIRECTION: &str = "$dir";

thread_local! {
    static DICTIONARY: RefCell<Option<Dictionary>> = const { RefCell::new(None) };
}

/// From now on sentences are looked up here first.
pub fn speak(dictionary: impl Fn(&str) -> Option<String> + 'static) {
    DICTIONARY.with(|known| *known.borrow_mut() = Some(Box::new(dictionary)));
}

/// Runs a drawing with these words, or with the built-in ones. However it ends, they are forgotten with it, so that no
/// other drawing on this thread says them.
#[cfg(not(target_arch = "wasm32"))]
pub fn speaking<T>(words: Option<Dictionary>, draw: impl FnOnce() -> T) -> T {
    struct Forget(Option<Dictionary>);

    impl Drop for Forget {
        fn drop(&mut self) {
            DICTIONARY.set(self.0.take());
        }
    }

    let _forget = Forget(DICTIONARY.replace(words));
    draw()
}

/// Whether sentences are said in other words than the built-in ones.
#[must_use]
pub fn is_translated() -> bool {
    DICTIONARY.with(|known| known.borrow().is_some())
}

/// The words for the sentence of this id, where other ones than the built-in are said.
#[must_use]
pub fn words_for(id: &str) -> Option<String> {
    DICTIONARY.with(|known| known.borrow().as_ref().and_then(|dictionary| dictionary(id)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn names_are_replaced_in_any_order_and_language() {
        assert_eq!(fill("{b} nach {a}", &[("a", "eins"), ("b", "zwei")]), "zwei nach eins");
        assert_eq!(fill("nothing {else}", &[]), "nothing ");
        assert_eq!(Text::ChargesInTurn.fill(&[("first", "one"), ("next", "two")]), "one, then two");
        speak(|id| (id == "charges-in-turn").then(|| "{next} nach {first}".to_owned()));
        assert_eq!(Text::ChargesInTurn.fill(&[("first", "eins"), ("next", "zwei")]), "zwei nach eins");
        assert_eq!(Text::Copy.say(), "Copy", "what has no translation stays English");
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn a_drawing_leaves_no_words_behind_even_when_it_fails() {
        let german = || -> Option<Dictionary> { Some(Box::new(|id| (id == "copy").then(|| "Kopieren".to_owned()))) };
        assert_eq!(speaking(german(), || Text::Copy.say()), "Kopieren");
        let failed = std::panic::catch_unwind(|| speaking(german(), || panic!("a drawing fails")));
        assert!(failed.is_err());
        assert_eq!((Text::Copy.say().as_str(), is_translated()), ("Copy", false));
    }
}
