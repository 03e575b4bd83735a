//! How one buyer gets the page: in which language, and how it looks.

use axum::http::{HeaderMap, header};

use super::language::{Language, Languages};
use crate::theme::Theme;

/// What a link may say about it, besides the [`Theme::NAMES`].
const LOCALE: &str = "locale";
const SCHEME: &str = "theme";

/// How one buyer gets the page.
pub(crate) struct Manner<'p> {
    pub(crate) language: &'p Language,
    /// A fixed look: `light` or `dark`; the system's when absent.
    pub(super) scheme: Option<&'static str>,
    /// The style sheet that makes the page the merchant's; empty where there is none.
    pub(super) theme_css: String,
}

impl<'p> Manner<'p> {
    /// What a link asks for, over what the merchant has set and the browser accepts.
    pub(super) fn new(
        languages: &'p Languages,
        theme: &Theme,
        asked: &[(String, String)],
        headers: &HeaderMap,
    ) -> Self {
        let find = |name: &str| asked.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let own = theme;
        let mut theme = own.clone();
        for (name, value) in asked {
            // What a link gets wrong is left as the merchant has it.
            theme.set_by_link(name, value, own);
        }
        Self {
            language: languages.choose(find(LOCALE).filter(|tag| !tag.is_empty()), accepted.unwrap_or_default()),
            scheme: find(SCHEME).and_then(scheme),
            theme_css: theme.css(),
        }
    }
}

/// Whether a link's parameter says how the page is shown, and not what is bought.
pub(crate) fn is_manner(name: &str) -> bool {
    name == LOCALE || name == SCHEME || Theme::NAMES.contains(&name)
}

/// Creem's page, asked to speak and look as this one was asked to.
pub(crate) fn passed_on(address: &str, asked: &[(String, String)]) -> String {
    let wanted: Vec<_> = asked
        .iter()
        .filter(|(name, value)| match name.as_str() {
            LOCALE => value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !value.is_empty(),
            SCHEME => scheme(value).is_some(),
            _ => false,
        })
        .collect();
    match url::Url::parse(address) {
        Ok(mut address) if !wanted.is_empty() => {
            address.query_pairs_mut().extend_pairs(wanted);
            address.into()
        }
        Ok(_) | Err(_) => address.to_owned(),
    }
}

fn scheme(word: &str) -> Option<&'static str> {
    ["light", "dark"].into_iter().find(|known| *known == word)
}
