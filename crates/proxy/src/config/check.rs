//! From text to meaning, collecting every problem on the way.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use creem::Mode;
use url::Url;
use wire::{PageMode, ProductId};

use super::origins::is_loopback;
use super::problems::{Problems, given};
use super::settings::{DATABASE, LISTEN};
use super::{Config, Problem, Settings};
use crate::clock::Clock;
use crate::ledger::IN_MEMORY;
use crate::limits::LimitSettings;

impl Settings {
    /// What these settings mean.
    ///
    /// # Errors
    /// Every problem at once, each with its variable and its cure; the person who starts the proxy can mend them all.
    pub fn check(&self) -> Result<Config, Vec<Problem>> {
        let mut found = Problems::default();
        let listen = found.address("CHECKOUT_LISTEN", given(Some(&self.listen)).unwrap_or(LISTEN));
        let api_key = found.api_key(self);
        let webhook_secret = found.webhook_secret(self);
        let previous_webhook_secret =
            given(self.previous_webhook_secret.as_deref()).and_then(|text| found.previous_webhook_secret(text));
        let creem_url = given(self.api_url.as_deref()).and_then(|text| found.web_address("CREEM_API_URL", text));
        let public_url = match (given(self.public_url.as_deref()), listen) {
            (Some(text), _) => found.web_address(PUBLIC_URL, text),
            (None, Some(listen)) => Some(address_of(listen)),
            (None, None) => None,
        };
        let products = found.list("CHECKOUT_PRODUCTS", &self.products, |id| ProductId::parse(id).ok(), PRODUCT_CURE);
        let allowed_origins = found.origins("CHECKOUT_ALLOWED_ORIGINS", &self.allowed_origins);
        let return_origins = found.origins("CHECKOUT_RETURN_ORIGINS", &self.return_origins);
        let kept_here = if self.sandbox { IN_MEMORY } else { DATABASE };
        let database_url = found.database(given(Some(&self.database)).unwrap_or(kept_here));
        let assets = given(self.assets.as_deref());
        assets.and_then(|folder| found.built_page(folder));
        let previous_api_key = given(self.previous_api_key.as_deref()).and_then(|text| found.previous_key(text));
        let intent_secret =
            given(self.intent_secret.as_deref()).and_then(|text| found.secret("CHECKOUT_INTENT_SECRET", text));
        if self.require_intent && intent_secret.is_none() && found.is_empty() {
            found.add::<()>("CHECKOUT_REQUIRE_INTENT", "needs CHECKOUT_INTENT_SECRET", "set the secret, or unset this");
        }
        let notify = found.notify(given(self.notify_url.as_deref()), given(self.notify_secret.as_deref()));
        let api_token = given(self.api_token.as_deref()).and_then(|text| found.secret("CHECKOUT_API_TOKEN", text));
        let trusted_proxies = found.list(
            "CHECKOUT_TRUSTED_PROXIES",
            &self.trusted_proxies,
            network,
            "list addresses or networks such as 10.0.0.0/8",
        );
        let limits = self.limits(&mut found);
        let page = self.page(&mut found);
        let retention = given(self.retention_days.as_deref())
            .and_then(|text| {
                found.number("CHECKOUT_RETENTION_DAYS", text, "give days, 1 or more; unset it to forget nothing")
            })
            .map(|days| Duration::from_secs(u64::from(days.get()) * 24 * 3600));
        found.real_money(api_key.as_ref(), public_url.as_ref(), creem_url.as_ref(), notify.as_ref());
        if !self.creem_is_here(creem_url.as_ref()) {
            found.published(self);
        }
        let mode = match (&api_key, self.sandbox) {
            (_, true) => PageMode::Sandbox,
            (Some(key), false) if key.mode() == Mode::Test => PageMode::Test,
            (Some(_) | None, false) => PageMode::Live,
        };
        let is_of_test = api_key.as_ref().is_some_and(|key| key.mode() == Mode::Test);
        // A mirror of the real Creem may be on this machine too; with a test key it makes no difference to anybody.
        let asks_a_sandbox = self.sandbox || (is_of_test && creem_url.as_ref().is_some_and(is_loopback));
        let catalog_fresh_for = if asks_a_sandbox && !self.remember_sandbox { Duration::ZERO } else { FRESH };
        match (listen, public_url, api_key, webhook_secret, database_url) {
            (Some(listen), Some(public_url), Some(api_key), Some(webhook_secret), Some(database_url))
                if found.is_empty() =>
            {
                Ok(Config {
                    listen,
                    public_url,
                    api_key,
                    webhook_secret,
                    previous_webhook_secret,
                    creem_url,
                    products,
                    allowed_origins,
                    return_origins,
                    database_url,
                    assets: PathBuf::from(assets.unwrap_or("dist")).into(),
                    mode,
                    clock: Clock::system(),
                    previous_api_key,
                    intent_secret,
                    require_intent: self.require_intent,
                    notify,
                    api_token,
                    trusted_proxies,
                    catalog_fresh_for,
                    limits,
                    patience: PATIENCE,
                    page,
                    retention,
                })
            }
            _ => Err(found.into_list()),
        }
    }

    /// Whether the Creem that is asked runs on this machine, so that it cannot be the real one.
    fn creem_is_here(&self, creem_url: Option<&Url>) -> bool {
        match (given(self.api_url.as_deref()), creem_url) {
            (None, _) => self.sandbox,
            // An address that cannot be read is a problem of its own.
            (Some(_), url) => url.is_none_or(is_loopback),
        }
    }

    /// What is set holds; what is not has its default, except in a sandbox, where nobody is to be held up.
    fn limits(&self, found: &mut Problems) -> LimitSettings {
        let mut limit = |variable, set: &Option<String>, default| match given(set.as_deref()) {
            Some("0") => None,
            Some(text) => found.number(variable, text, "give so many a minute, or 0 for no limit"),
            None if self.sandbox => None,
            None => default,
        };
        LimitSettings {
            create: limit("CHECKOUT_LIMIT_CREATE", &self.limit_create, LimitSettings::DEFAULT.create),
            quote: limit("CHECKOUT_LIMIT_QUOTE", &self.limit_quote, LimitSettings::DEFAULT.quote),
            upstream: limit("CHECKOUT_LIMIT_UPSTREAM", &self.limit_upstream, LimitSettings::DEFAULT.upstream),
        }
    }
}

/// How long what Creem says of products and discounts counts.
const FRESH: Duration = Duration::from_secs(30);

/// How long we wait for the head of a request, and again for its body.
const PATIENCE: Duration = Duration::from_secs(10);

fn network(text: &str) -> Option<ipnet::IpNet> {
    text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(Into::into))
}

const PRODUCT_CURE: &str = "list product ids such as prod_abc, separated by commas";

/// Where a browser on this machine reaches a listener.
#[must_use]
pub fn address_of(mut listen: SocketAddr) -> Url {
    if listen.ip().is_unspecified() {
        listen.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    Url::parse(&format!("http://{listen}/")).expect("a socket address makes a URL")
}

/// Where browsers reach the checkout, for commands that need nothing else of the settings; an empty text is an unset one.
///
/// # Errors
/// What is wrong with it, as `serve` says it.
pub fn public_address(set: &str, unset: &str) -> Result<Url, Vec<Problem>> {
    let mut found = Problems::default();
    let address = found.web_address(PUBLIC_URL, given(Some(set)).unwrap_or(unset));
    address.ok_or_else(|| found.into_list())
}

const PUBLIC_URL: &str = "CHECKOUT_PUBLIC_URL";

#[cfg(test)]
mod tests;
