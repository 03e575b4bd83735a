//! In which language sentences are said: English is built in, others are small files that `boot.js` fetches or the proxy
//! has.
//!
//! A sentence is found by its English, so a file is a table of two columns, and a merchant's own wording is one too.

use std::cell::RefCell;

use wire::words;

/// Finds the other language's words for an English sentence.
pub type Dictionary = Box<dyn Fn(&str) -> Option<String>>;

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

/// The sentence in the page's language; in English where that has no words for it.
#[must_use]
pub fn say(english: &str) -> String {
    let said = DICTIONARY.with(|known| known.borrow().as_ref().and_then(|dictionary| dictionary(english)));
    said.unwrap_or_else(|| english.to_owned())
}

/// The sentence with its `{names}` replaced.
#[must_use]
pub fn fill(english: &str, values: &[(&str, &str)]) -> String {
    words::fill(&say(english), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_in_any_order_and_language() {
        assert_eq!(fill("Save {percent}", &[("percent", "16 %")]), "Save 16 %");
        speak(|english| (english == "{a} then {b}").then(|| "{b} nach {a}".to_owned()));
        assert_eq!(fill("{a} then {b}", &[("a", "eins"), ("b", "zwei")]), "zwei nach eins");
        assert_eq!(say("Total"), "Total", "what has no translation stays English");
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn a_drawing_leaves_no_words_behind_even_when_it_fails() {
        let german =
            || -> Option<Dictionary> { Some(Box::new(|english| (english == "Copy").then(|| "Kopieren".to_owned()))) };
        assert_eq!(speaking(german(), || say("Copy")), "Kopieren");
        let failed = std::panic::catch_unwind(|| speaking(german(), || panic!("a drawing fails")));
        assert!(failed.is_err());
        assert_eq!((say("Copy").as_str(), is_translated()), ("Copy", false));
    }
}
