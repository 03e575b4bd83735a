//! How one buyer gets the page: in which language, and how it looks.

use axum::http::{HeaderMap, header};
use checkout_app::served::Speech;
use jiff::Timestamp;
use wire::link::{self, Parameter};
use wire::{Date, locale};

use super::language::{Language, Languages};
use super::theme::{FontFile, Theme};

/// How one buyer gets the page.
pub(crate) struct Manner<'p> {
    pub(crate) language: &'p Language,
    /// A fixed look: `light` or `dark`; the system's when absent.
    pub(super) scheme: Option<&'static str>,
    /// The style sheet that makes the page the merchant's; empty where there is none.
    pub(super) theme_css: String,
    /// The merchant's own font, which that sheet names.
    pub(super) font_file: Option<FontFile>,
    /// The language that the browser puts first, as it calls it.
    browser_language: String,
    /// The day it is.
    today: Date,
}

impl<'p> Manner<'p> {
    /// What a link asks for, over what the merchant has set and the browser accepts.
    pub(super) fn new(
        languages: &'p Languages,
        theme: &Theme,
        asked: &[(String, String)],
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Self {
        let find = |wanted: Parameter| {
            asked.iter().find(|(name, _)| Parameter::named(name) == Some(wanted)).map(|(_, value)| value.as_str())
        };
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let own = theme;
        let mut theme = own.clone();
        for (name, value) in asked {
            // What a link gets wrong is left as the merchant has it.
            theme.set_by_link(name, value, own);
        }
        Self {
            language: languages.choose(find(Parameter::Locale), accepted),
            scheme: find(Parameter::Theme).and_then(link::theme),
            theme_css: theme.css(),
            font_file: theme.font_file().cloned(),
            browser_language: accepted.split([',', ';']).next().unwrap_or_default().to_owned(),
            today: Date::from_unix_ms(now.as_millisecond()),
        }
    }

    /// How the app says what it draws.
    pub(super) fn speech(&self) -> Speech {
        Speech {
            language: self.language.code.to_owned(),
            is_right_to_left: self.language.direction.as_deref() == Some("rtl"),
            browser_language: self.browser_language.clone(),
            today: self.today,
            words: self.language.dictionary(),
        }
    }
}

/// Creem's page, asked to speak and look as this one was asked to.
pub(crate) fn passed_on(address: &str, asked: &[(String, String)]) -> String {
    let wanted: Vec<_> = asked
        .iter()
        .filter_map(|(name, value)| {
            let parameter = Parameter::named(name)?;
            if parameter == Parameter::Locale {
                Some((name, locale::tag(value)?))
            } else if parameter == Parameter::Theme {
                Some((name, link::theme(value)?.to_owned()))
            } else {
                None
            }
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
