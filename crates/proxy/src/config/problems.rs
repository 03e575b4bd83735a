//! The problems found on the way, and the readers that find them.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;

use creem::{ApiKey, Mode};
use secrecy::SecretString;
use url::Url;

use super::endpoint::Endpoint;
use super::origins::{SiteOrigin, is_loopback};
use super::{Problem, Settings, listen};
use crate::page::OwnSentences;
use crate::page::theme::Theme;
use crate::text::files::unreadable;

const ORIGIN_CURE: &str = "list origins such as https://shop.example, without a path, separated by commas";

/// Fewest bytes of a secret; a shorter one could be found by trying. Creem's have 28.
const MIN_SECRET_BYTES: usize = 16;

/// A value, unless it is blank: an empty variable is an unset one.
#[must_use]
pub fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn api_key_or_default(settings: &Settings) -> Option<&str> {
    given(settings.api_key.as_deref()).or(settings.sandbox.then_some(sandbox::API_KEY))
}

fn webhook_secret_or_default(settings: &Settings) -> Option<&str> {
    given(settings.webhook_secret.as_deref()).or(settings.sandbox.then_some(sandbox::WEBHOOK_SECRET))
}

/// What was found wrong so far.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add<T>(
        &mut self,
        place: impl Into<Cow<'static, str>>,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) -> Option<T> {
        self.0.push(Problem { place: place.into(), what: what.into(), cure: cure.into() });
        None
    }

    pub(super) fn address(&mut self, variable: &'static str, text: &str) -> Option<SocketAddr> {
        listen::parse(text).or_else(|| {
            self.add(variable, format!("{text:?} is not an address"), "give an IP address and a port: 127.0.0.1:8080")
        })
    }

    pub(super) fn api_key(&mut self, settings: &Settings) -> Option<ApiKey> {
        const NAME: &str = "CREEM_API_KEY";
        let Some(text) = api_key_or_default(settings) else {
            return self.add(NAME, "not set", "copy it from Creem's dashboard (Developers), or start with --sandbox");
        };
        ApiKey::parse(text)
            .map_err(|error| self.add::<()>(NAME, error.to_string(), "copy it from Creem's dashboard (Developers)"))
            .ok()
    }

    pub(super) fn webhook_secret(&mut self, settings: &Settings) -> Option<SecretString> {
        const NAME: &str = "CREEM_WEBHOOK_SECRET";
        const CURE: &str = "copy it from Creem's dashboard (Developers, Webhooks), or start with --sandbox";
        match webhook_secret_or_default(settings) {
            Some(text) => self.creem_secret(NAME, text, CURE),
            None => self.add(NAME, "not set", CURE),
        }
    }

    pub(super) fn previous_webhook_secret(&mut self, text: &str) -> Option<SecretString> {
        let cure = "give the whole secret that was in use before, or unset it";
        self.creem_secret("CREEM_WEBHOOK_SECRET_PREVIOUS", text, cure)
    }

    /// A secret with which Creem signs. The sandbox's own is shorter, and [`Self::published`] judges where it may be.
    fn creem_secret(&mut self, variable: &'static str, text: &str, cure: &str) -> Option<SecretString> {
        if text == sandbox::WEBHOOK_SECRET {
            return Some(text.into());
        }
        if text.len() < MIN_SECRET_BYTES {
            let what = format!("has fewer than {MIN_SECRET_BYTES} bytes, so that it cannot be a secret");
            return self.add(variable, what, cure);
        }
        if text.contains(['"', '\'', '`']) {
            // Docker's `--env-file` takes them as a part of the value.
            return self.add(variable, "has quotation marks in it", format!("write it without them, or {cure}"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let what = "has other characters than a secret of Creem's, perhaps one that cannot be seen";
            return self.add(variable, what, cure);
        }
        if ApiKey::parse(text).is_ok() {
            return self.add(variable, "is an API key", cure);
        }
        Some(text.into())
    }

    /// Refuses the sandbox's key and secret: everybody can read them, and sign "paid" with them.
    pub(super) fn published(&mut self, settings: &Settings) {
        let (key, secret) = (sandbox::API_KEY, sandbox::WEBHOOK_SECRET);
        for (variable, set, published) in [
            ("CREEM_API_KEY", api_key_or_default(settings), key),
            ("CREEM_API_KEY_PREVIOUS", given(settings.previous_api_key.as_deref()), key),
            ("CREEM_WEBHOOK_SECRET", webhook_secret_or_default(settings), secret),
            ("CREEM_WEBHOOK_SECRET_PREVIOUS", given(settings.previous_webhook_secret.as_deref()), secret),
        ] {
            if set == Some(published) {
                let what = "is the sandbox's, which everybody knows, but the Creem it is for is not on this machine";
                let cure = "copy yours from Creem's dashboard (Developers), or point CREEM_API_URL to 127.0.0.1";
                self.add::<()>(variable, what, cure);
            }
        }
    }

    /// The tokens of the variable, over what is set already.
    pub(super) fn theme(&mut self, theme: Theme, text: &str) -> Option<Theme> {
        let cure = "give accent, surface or text (#rrggbb), radius (0 to 24px) or font, separated by semicolons";
        theme.with(text).map_err(|what| self.add::<()>("CHECKOUT_THEME", what, cure)).ok()
    }

    pub(super) fn sentences(&mut self, path: &str) -> Option<OwnSentences> {
        let read = std::fs::read_to_string(path).map_err(|error| format!("{path}: {}", unreadable(&error)));
        let cure = "give a file such as {\"en\": {\"pay\": \"Buy now\"}}";
        read.and_then(|json| OwnSentences::parse(&json).map_err(|what| format!("{path}: {what}")))
            .map_err(|what| self.add::<()>("CHECKOUT_SENTENCES", what, cure))
            .ok()
    }

    /// An address that is followed from elsewhere, of a kind that fits.
    pub(super) fn link(
        &mut self,
        place: impl Into<Cow<'static, str>>,
        text: &str,
        fits: impl Fn(&Url) -> bool,
        cure: &str,
    ) -> Option<Url> {
        let url = Url::parse(text).ok().filter(fits);
        url.or_else(|| self.add(place, format!("{text:?} is not a web address"), cure))
    }

    /// An address whose path ends in `/`, so that paths can be joined to it.
    pub(super) fn web_address(&mut self, variable: &'static str, text: &str) -> Option<Url> {
        const CURE: &str = "give an address such as https://pay.example or https://shop.example/pay";
        let Ok(mut url) = Url::parse(text) else {
            return self.add(variable, format!("{text:?} is not a URL"), CURE);
        };
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !anonymous || url.query().is_some() || url.fragment().is_some()
        {
            return self.add(variable, "must be http or https, without user, query and fragment", CURE);
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Some(url)
    }

    pub(super) fn list<T>(
        &mut self,
        variable: &'static str,
        text: &str,
        parse: impl Fn(&str) -> Option<T>,
        cure: &str,
    ) -> Vec<T> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .filter_map(|entry| {
                parse(entry).or_else(|| self.add(variable, format!("{entry:?} is not one of these"), cure))
            })
            .collect()
    }

    pub(super) fn origins(&mut self, variable: &'static str, text: &str) -> Vec<SiteOrigin> {
        self.list(variable, text, SiteOrigin::parse, ORIGIN_CURE)
    }

    pub(super) fn database(&mut self, text: &str) -> Option<SecretString> {
        const NAME: &str = "DATABASE_URL";
        let is_of_a_server = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if !is_of_a_server && !text.starts_with("sqlite:") {
            let cure = "give sqlite://file.db or postgres://user@host/name";
            return self.add(NAME, "neither SQLite nor PostgreSQL", cure);
        }
        if is_of_a_server && ends_early(text) {
            let what = "its user or password has a character that ends an address, such as # / ? or @";
            return self.add(NAME, what, "write # as %23, / as %2F, ? as %3F, @ as %40 and % as %25");
        }
        match Url::parse(text) {
            Err(error) if is_of_a_server => {
                self.add(NAME, format!("cannot be read: {error}"), "give postgres://user:password@host:5432/name")
            }
            Ok(_) | Err(_) => Some(text.into()),
        }
    }

    /// The merchant's endpoint, which needs its secret: without one anybody could tell it of a payment.
    pub(super) fn notify(&mut self, url: Option<&str>, secret: Option<&str>) -> Option<Endpoint> {
        const SECRET: &str = "CHECKOUT_NOTIFY_SECRET";
        let cure = "make one: echo \"whsec_$(openssl rand -base64 32)\"";
        match (url, secret) {
            (None, None) => None,
            (None, Some(_)) => self.add(SECRET, "is of no use without CHECKOUT_NOTIFY_URL", "set both or none"),
            (Some(_), None) => self.add(SECRET, "not set, but CHECKOUT_NOTIFY_URL is", cure),
            (Some(url), Some(secret)) => {
                let what = "must be whsec_ and 24 to 64 bytes in base64";
                let url =
                    self.link("CHECKOUT_NOTIFY_URL", url, is_of_the_web, "give one: https://shop.example/hooks")?;
                Endpoint::new(url, secret).or_else(|| self.add(SECRET, what, cure))
            }
        }
    }

    /// The folder of the built page, if it was named.
    pub(super) fn built_page(&mut self, folder: &str) -> Option<()> {
        if Path::new(folder).join("index.html").is_file() {
            return Some(());
        }
        let cure = "name the folder that `trunk build --release` made, or unset this";
        self.add("CHECKOUT_ASSETS", format!("there is no index.html in {folder:?}"), cure)
    }

    /// A live key and its buyers travel encrypted, or not at all.
    pub(super) fn real_money(
        &mut self,
        key: Option<&ApiKey>,
        public_url: Option<&Url>,
        creem_url: Option<&Url>,
        notify: Option<&Endpoint>,
    ) {
        if key.is_none_or(|key| key.mode() == Mode::Test) {
            return;
        }
        const WHAT: &str = "is not encrypted, but the API key is live";
        if public_url.is_some_and(|url| url.scheme() == "http") {
            let cure = "give the https address at which buyers reach the checkout, or use a test key";
            self.add::<()>("CHECKOUT_PUBLIC_URL", WHAT, cure);
        }
        if creem_url.is_some_and(|url| url.scheme() == "http" && !is_loopback(url)) {
            self.add::<()>("CREEM_API_URL", WHAT, "give an https address");
        }
        if notify.is_some_and(Endpoint::is_in_the_clear) {
            self.add::<()>("CHECKOUT_NOTIFY_URL", WHAT, "give an https address, or one on this machine");
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_list(self) -> Vec<Problem> {
        self.0
    }

    pub(super) fn previous_key(&mut self, text: &str) -> Option<ApiKey> {
        let cure = "give the API key that was in use before, or unset it";
        ApiKey::parse(text).map_err(|error| self.add::<()>("CREEM_API_KEY_PREVIOUS", error.to_string(), cure)).ok()
    }

    /// A secret of the merchant's own making; a short one could be found by trying.
    pub(super) fn secret(&mut self, variable: &'static str, text: &str) -> Option<SecretString> {
        if text.len() >= MIN_SECRET_BYTES {
            return Some(text.into());
        }
        let what = format!("has fewer than {MIN_SECRET_BYTES} characters");
        self.add(variable, what, "make one with `openssl rand -hex 32`")
    }

    pub(super) fn number(&mut self, variable: &'static str, text: &str, cure: &str) -> Option<NonZeroU32> {
        match text.parse::<u32>() {
            Ok(number) => {
                NonZeroU32::new(number).or_else(|| self.add(variable, format!("{text:?} is too small"), cure))
            }
            Err(_) => self.add(variable, format!("{text:?} is not a whole number"), cure),
        }
    }
}

/// Whether an address is one that browsers and our own calls can go to.
pub(super) fn is_of_the_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether an address was read only up to somewhere within its user or password.
fn ends_early(address: &str) -> bool {
    match Url::parse(address) {
        Ok(url) => url.fragment().is_some() || (url.username().is_empty() && address.contains('@')),
        Err(_) => address.contains('@'),
    }
}
