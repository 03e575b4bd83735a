//! Variables that look like settings and are none: a misspelt one would be left out without a word.

use clap::Args;

use super::Settings;
use crate::text::spelling::distance;

/// What ours begin with.
const OURS: &str = "CHECKOUT_";

/// How many letters may differ between a variable and what was meant.
const NEAR: usize = 3;

/// What is said of variables that set nothing, each with the settings that may have been meant; `None` when all are ours.
///
/// Only the names are looked at.
#[must_use]
pub fn unknown_variables(names: impl IntoIterator<Item = String>) -> Option<String> {
    let known = settings();
    let mut names: Vec<_> = names.into_iter().filter(|name| !known.contains(name)).collect();
    names.sort_unstable();
    // Kubernetes sets these for every pod beside a service that is called `checkout`.
    let by_kubernetes = names.iter().any(|name| name == "CHECKOUT_SERVICE_HOST");
    let is_by_kubernetes =
        |name: &str| by_kubernetes && (name.starts_with("CHECKOUT_SERVICE_") || name.starts_with("CHECKOUT_PORT"));
    let said = names.iter().filter(|name| !is_by_kubernetes(name)).filter_map(|name| {
        let near = near(name, &known);
        match (near.is_empty(), name.starts_with(OURS)) {
            // Anything else that begins with CREEM_ may be another program's.
            (true, false) => None,
            (true, true) => Some(name.clone()),
            (false, _) => Some(format!("{name} (did you mean {}?)", near.join(" or "))),
        }
    });
    let said: Vec<_> = said.collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The variables there are.
fn settings() -> Vec<String> {
    let command = Settings::augment_args(clap::Command::new("settings"));
    let names = command.get_arguments().filter_map(|argument| argument.get_env()?.to_str().map(str::to_owned));
    names.collect()
}

/// Those that end in what a name says after the prefix, such as `CHECKOUT_ORIGINS`; else those that differ from it least.
fn near<'k>(name: &str, known: &'k [String]) -> Vec<&'k str> {
    if !name.starts_with(OURS) && !name.starts_with("CREEM_") {
        return Vec::new();
    }
    let end = name.strip_prefix(OURS).filter(|said| said.len() > NEAR).map(|said| format!("_{said}"));
    let longer: Vec<&str> =
        known.iter().filter(|known| end.as_ref().is_some_and(|end| known.ends_with(end))).map(String::as_str).collect();
    if longer.is_empty() { nearest(name, known) } else { longer }
}

/// What may have been meant by a name, or all that there is.
pub(super) fn did_you_mean(name: &str, known: &[&'static str]) -> String {
    match nearest(name, known).as_slice() {
        [] => format!("there are {}", known.join(", ")),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

/// Those that differ from a name least, and by no more than half of it.
pub(super) fn nearest<'k, K: AsRef<str>>(name: &str, known: &'k [K]) -> Vec<&'k str> {
    let known = known.iter().map(AsRef::as_ref);
    let least = known.clone().map(|known| distance(name, known)).min();
    let least = least.filter(|least| *least <= NEAR && least * 2 <= name.len());
    known.filter(|known| Some(distance(name, known)) == least).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &[&str]) -> Option<String> {
        unknown_variables(names.iter().map(|name| (*name).to_owned()))
    }

    // `CHECKOUT_THEM` set nothing, and nothing said so.
    #[test]
    fn a_variable_that_sets_nothing_is_named_with_what_may_have_been_meant() {
        assert_eq!(said(&["CHECKOUT_THEME", "CREEM_API_KEY", "DATABASE_URL", "PATH", "CREEM_STORE"]), None);
        assert_eq!(said(&["CHECKOUT_THEM"]).as_deref(), Some("CHECKOUT_THEM (did you mean CHECKOUT_THEME?)"));
        assert_eq!(said(&["CREEM_API_KYE"]).as_deref(), Some("CREEM_API_KYE (did you mean CREEM_API_KEY?)"));
        let two = said(&["CHECKOUT_ORIGINS", "CHECKOUT_COLOUR_OF_THE_BUTTON"]).expect("two");
        assert!(two.starts_with("CHECKOUT_COLOUR_OF_THE_BUTTON, CHECKOUT_ORIGINS (did you mean "), "{two}");
        assert!(two.contains("CHECKOUT_ALLOWED_ORIGINS or CHECKOUT_RETURN_ORIGINS"), "{two}");
        let kubernetes = ["CHECKOUT_SERVICE_HOST", "CHECKOUT_PORT", "CHECKOUT_PORT_8080_TCP"];
        assert_eq!(said(&kubernetes), None);
        assert!(said(&["CHECKOUT_PORT"]).is_some());
    }
}
