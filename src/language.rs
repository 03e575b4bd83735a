//! In which language sentences are said: English is built in, others are small files that `boot.js` fetches.
//!
//! A sentence is found by its English, so a file is a table of two columns, and a merchant's own wording is one too.

use std::cell::RefCell;

use wire::words;

/// Finds the other language's words for an English sentence.
type Dictionary = Box<dyn Fn(&str) -> Option<String>>;

thread_local! {
    static DICTIONARY: RefCell<Option<Dictionary>> = const { RefCell::new(None) };
}

/// From now on sentences are looked up here first.
pub fn speak(dictionary: impl Fn(&str) -> Option<String> + 'static) {
    DICTIONARY.with(|known| *known.borrow_mut() = Some(Box::new(dictionary)));
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
}
