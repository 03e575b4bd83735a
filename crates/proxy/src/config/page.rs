//! What the merchant makes of the page: from flags, variables and the file, in this order.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use url::Url;

use super::file::ConfigFile;
use super::problems::{Problems, is_of_the_web};
use super::{Settings, given};
use crate::page::PageConfig;
use crate::page::shop::{ConsentKind, Picture, Shop};
use crate::page::theme::{FontFile, Theme};

/// The longest name of a shop, in characters; longer ones fill a phone's first screen.
const MAX_NAME_CHARS: usize = 60;

const PICTURE_CURE: &str = "give a PNG, SVG, WebP, ICO or JPEG file of at most 256 KiB";
const FONT_CURE: &str = "give a WOFF2 file of at most 512 KiB";
const LINK_CURE: &str = "give a web address such as https://shop.example/terms";
const SUPPORT_CURE: &str = "give a web address, or an e-mail address such as mailto:help@shop.example";

/// A value, and where it was set.
struct Said {
    place: Cow<'static, str>,
    text: String,
    /// The file it names, if it names one.
    path: PathBuf,
}

impl Said {
    /// What a variable says, else the file.
    fn find(
        file: &ConfigFile,
        (variable, set): (&'static str, &Option<String>),
        (section, key): (&'static str, &'static str),
    ) -> Option<Self> {
        match given(set.as_deref()) {
            Some(text) => Some(Self { place: variable.into(), text: text.to_owned(), path: text.into() }),
            None => file.value(section, key).map(|text| Self {
                place: file.label(&[section, key]).into(),
                text: text.to_owned(),
                path: file.path_of(text),
            }),
        }
    }

    /// Reads the file it names.
    fn read<T>(&self, read: impl Fn(&Path) -> Result<T, String>, cure: &str, found: &mut Problems) -> Option<T> {
        read(&self.path)
            .map_err(|what| found.add::<()>(self.place.clone(), format!("{}: {what}", self.path.display()), cure))
            .ok()
    }
}

impl Settings {
    pub(super) fn page(&self, found: &mut Problems) -> PageConfig {
        let file = ConfigFile::read(given(self.config.as_deref()), found);
        let theme = self.look(&file, found);
        let sentences = given(self.sentences.as_deref()).and_then(|path| found.sentences(path));
        PageConfig {
            theme,
            sentences: file.sentences().with(sentences.unwrap_or_default()),
            offers: file.offers(),
            shop: self.shop(&file, found),
        }
    }

    /// The file's tokens, and over each of them the variable's.
    fn look(&self, file: &ConfigFile, found: &mut Problems) -> Theme {
        let mut theme = Theme::default();
        let font_file = Said::find(file, ("CHECKOUT_THEME_FONT_FILE", &self.theme_font_file), ("theme", "font_file"));
        if let Some(font_file) = font_file.and_then(|said| said.read(FontFile::read, FONT_CURE, found)) {
            theme = theme.with_font_file(font_file);
        }
        for (name, value) in file.section("theme").filter(|(name, _)| *name != "font_file") {
            if let Err(what) = theme.put(name, value) {
                found.add::<()>(file.label(&["theme", name]), what, "write it so, or leave it out");
            }
        }
        match given(self.theme.as_deref()) {
            Some(text) => found.theme(theme.clone(), text).unwrap_or(theme),
            None => theme,
        }
    }

    fn shop(&self, file: &ConfigFile, found: &mut Problems) -> Shop {
        let said = |variable: &'static str, set: &Option<String>, key: &'static str| {
            Said::find(file, (variable, set), ("shop", key))
        };
        let name = said("CHECKOUT_SHOP_NAME", &self.shop_name, "name");
        let is_named = name.is_some();
        let logo = said("CHECKOUT_SHOP_LOGO", &self.shop_logo, "logo");
        let logo_dark = said("CHECKOUT_SHOP_LOGO_DARK", &self.shop_logo_dark, "logo_dark");
        if let (Some(Said { place, .. }), false) = (&logo, is_named) {
            let cure = "give the name too (CHECKOUT_SHOP_NAME, or shop.name in the file)";
            found.add::<()>(place.clone(), "says nothing to who cannot see it", cure);
        }
        if let (Some(Said { place, .. }), None) = (&logo_dark, &logo) {
            found.add::<()>(
                place.clone(),
                "is of no use without the logo for light pages",
                "give both, or this as logo",
            );
        }
        let icon = said("CHECKOUT_SHOP_ICON", &self.shop_icon, "icon");
        let url = said("CHECKOUT_SHOP_URL", &self.shop_url, "url");
        let support = said("CHECKOUT_SHOP_SUPPORT", &self.shop_support, "support");
        let terms = said("CHECKOUT_SHOP_TERMS", &self.shop_terms, "terms");
        let privacy = said("CHECKOUT_SHOP_PRIVACY", &self.shop_privacy, "privacy");
        let refunds = said("CHECKOUT_SHOP_REFUNDS", &self.shop_refunds, "refunds");
        let consent = said("CHECKOUT_SHOP_CONSENT", &self.shop_consent, "consent");
        let codes = said("CHECKOUT_SHOP_DISCOUNT_CODES", &self.shop_discount_codes, "discount_codes");
        let consent_place = consent.as_ref().map(|said| said.place.clone());
        let consent = consent.and_then(|said| consent_kind(said, found)).unwrap_or_default();
        if let (Some(place), ConsentKind::Notice | ConsentKind::Required, None, None) =
            (consent_place, consent, &terms, &privacy)
        {
            found.add::<()>(
                place,
                "says nothing to agree to",
                "give the terms too (CHECKOUT_SHOP_TERMS, or shop.terms)",
            );
        }
        Shop {
            consent,
            no_codes: codes.is_some_and(|said| says_no(said, found)),
            name: name.and_then(|said| shop_name(said, found)),
            logo: logo.and_then(|said| said.read(Picture::read, PICTURE_CURE, found)),
            logo_dark: logo_dark.and_then(|said| said.read(Picture::read, PICTURE_CURE, found)),
            icon: icon.and_then(|said| said.read(Picture::read, PICTURE_CURE, found)),
            url: url.and_then(|said| link(said, is_of_the_web, "give one: https://shop.example/", found)),
            support: support.and_then(|said| link(said, |url| is_of_the_web(url) || is_mail(url), SUPPORT_CURE, found)),
            terms: terms.and_then(|said| link(said, is_of_the_web, LINK_CURE, found)),
            privacy: privacy.and_then(|said| link(said, is_of_the_web, LINK_CURE, found)),
            refunds: refunds.and_then(|said| link(said, is_of_the_web, LINK_CURE, found)),
        }
    }
}

fn consent_kind(Said { place, text, .. }: Said, found: &mut Problems) -> Option<ConsentKind> {
    match text.as_str() {
        "none" => Some(ConsentKind::None),
        "notice" => Some(ConsentKind::Notice),
        "required" => Some(ConsentKind::Required),
        _ => found.add(place, format!("cannot be {text:?}"), "write none, notice or required"),
    }
}

fn says_no(Said { place, text, .. }: Said, found: &mut Problems) -> bool {
    match text.as_str() {
        "true" => false,
        "false" => true,
        _ => found.add::<()>(place, format!("cannot be {text:?}"), "write true or false").is_some(),
    }
}

fn shop_name(Said { place, text, .. }: Said, found: &mut Problems) -> Option<String> {
    if text.chars().any(char::is_control) {
        return found.add(place, "has more than one line, or signs that cannot be seen", "give the name alone");
    }
    if text.chars().count() > MAX_NAME_CHARS {
        let what = format!("has more than {MAX_NAME_CHARS} characters");
        return found.add(place, what, "give the name that buyers know");
    }
    Some(text)
}

fn link(Said { place, text, .. }: Said, fits: impl Fn(&Url) -> bool, cure: &str, found: &mut Problems) -> Option<Url> {
    found.link(place, &text, fits, cure)
}

fn is_mail(url: &Url) -> bool {
    url.scheme() == "mailto" && url.path().contains('@')
}

#[cfg(test)]
mod tests;
