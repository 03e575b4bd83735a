//! From text to meaning, collecting every problem on the way.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use creem::Mode;
use url::Url;
use wire::{PageMode, ProductId};

use super::problems::{Problems, given};
use super::{Config, PageConfig, Problem, Settings};
use crate::clock::Clock;
use crate::limits::LimitSettings;

impl Settings {
    /// What these settings mean.
    ///
    /// # Errors
    /// Every problem at once, each with its variable and its cure; the person who starts the proxy can mend them all.
    pub fn check(&self) -> Result<Config, Vec<Problem>> {
        let mut found = Problems::default();
        let listen = found.address("CHECKOUT_LISTEN", &self.listen);
        let api_key = found.api_key(self);
        let webhook_secret = found.webhook_secret(self);
        let creem_url = given(self.api_url.as_deref()).and_then(|text| found.web_address("CREEM_API_URL", text));
        let public_url = match (given(self.public_url.as_deref()), listen) {
            (Some(text), _) => found.web_address("CHECKOUT_PUBLIC_URL", text),
            (None, Some(listen)) => Some(address_of(listen)),
            (None, None) => None,
        };
        let products = found.list("CHECKOUT_PRODUCTS", &self.products, |id| ProductId::parse(id).ok(), PRODUCT_CURE);
        let allowed_origins = found.origins("CHECKOUT_ALLOWED_ORIGINS", &self.allowed_origins);
        let return_origins = found.origins("CHECKOUT_RETURN_ORIGINS", &self.return_origins);
        let database_url = found.database(&self.database);
        let previous_api_key = given(self.previous_api_key.as_deref()).and_then(|text| found.previous_key(text));
        let intent_secret =
            given(self.intent_secret.as_deref()).and_then(|text| found.secret("CHECKOUT_INTENT_SECRET", text));
        if self.require_intent && intent_secret.is_none() && found.is_empty() {
            found.add::<()>("CHECKOUT_REQUIRE_INTENT", "needs CHECKOUT_INTENT_SECRET", "set the secret, or unset this");
        }
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
            .and_then(|text| found.number("CHECKOUT_RETENTION_DAYS", text))
            .map(|days| Duration::from_secs(u64::from(days.get()) * 24 * 3600));
        found.real_money(api_key.as_ref(), public_url.as_ref(), creem_url.as_ref());
        let mode = match (&api_key, self.sandbox) {
            (_, true) => PageMode::Sandbox,
            (Some(key), false) if key.mode() == Mode::Test => PageMode::Test,
            (Some(_) | None, false) => PageMode::Live,
        };
        match (listen, public_url, api_key, webhook_secret, database_url) {
            (Some(listen), Some(public_url), Some(api_key), Some(webhook_secret), Some(database_url))
                if found.is_empty() =>
            {
                Ok(Config {
                    listen,
                    public_url,
                    api_key,
                    webhook_secret,
                    creem_url,
                    products,
                    allowed_origins,
                    return_origins,
                    database_url,
                    assets: PathBuf::from(self.assets.as_deref().unwrap_or("dist")),
                    mode,
                    clock: Clock::system(),
                    previous_api_key,
                    intent_secret,
                    require_intent: self.require_intent,
                    api_token,
                    trusted_proxies,
                    limits,
                    patience: PATIENCE,
                    page,
                    retention,
                })
            }
            _ => Err(found.into_list()),
        }
    }

    fn page(&self, found: &mut Problems) -> PageConfig {
        let theme = given(self.theme.as_deref()).and_then(|text| found.theme(text));
        let sentences = given(self.sentences.as_deref()).and_then(|path| found.sentences(path));
        let shop_url = given(self.shop_url.as_deref()).and_then(|text| found.link("CHECKOUT_SHOP_URL", text));
        PageConfig { theme: theme.unwrap_or_default(), sentences: sentences.unwrap_or_default(), shop_url }
    }

    /// What is set holds; what is not has its default, except in a sandbox, where nobody is to be held up.
    fn limits(&self, found: &mut Problems) -> LimitSettings {
        let mut limit = |variable, set: &Option<String>, default| match given(set.as_deref()) {
            Some("0") => None,
            Some(text) => found.number(variable, text),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            listen: "127.0.0.1:8080".into(),
            assets: Some("dist".into()),
            database: "sqlite://creem-checkout.db".into(),
            api_key: Some("creem_test_abc".into()),
            webhook_secret: Some("whsec_abc".into()),
            ..Settings::default()
        }
    }

    #[test]
    fn the_defaults_are_enough_with_a_key_and_a_secret() {
        let config = settings().check().expect("no problem");
        assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8080/");
        assert_eq!(config.mode, PageMode::Test);
    }

    #[test]
    fn every_problem_is_listed_with_its_variable_and_never_a_secret() {
        let wrong = Settings {
            listen: "8080".into(),
            database: "mysql://root:hunter2@db".into(),
            api_key: Some("sk_live_hunter2".into()),
            webhook_secret: None,
            api_url: Some("ftp://mirror".into()),
            public_url: Some("pay.example".into()),
            products: "prod_1, plan_2".into(),
            allowed_origins: "https://shop.example/path".into(),
            return_origins: "shop.example".into(),
            ..Settings::default()
        };
        let problems = wrong.check().expect_err("many problems");
        let variables: Vec<_> = problems.iter().map(|problem| problem.variable).collect();
        assert_eq!(
            variables,
            [
                "CHECKOUT_LISTEN",
                "CREEM_API_KEY",
                "CREEM_WEBHOOK_SECRET",
                "CREEM_API_URL",
                "CHECKOUT_PUBLIC_URL",
                "CHECKOUT_PRODUCTS",
                "CHECKOUT_ALLOWED_ORIGINS",
                "CHECKOUT_RETURN_ORIGINS",
                "DATABASE_URL"
            ]
        );
        let text: String = problems.iter().map(Problem::to_string).collect();
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_live_key_is_never_sent_in_the_clear() {
        let live = Settings {
            api_key: Some("creem_abc".into()),
            api_url: Some("http://mirror.example".into()),
            public_url: Some("http://pay.example".into()),
            ..settings()
        };
        assert_eq!(live.check().expect_err("two problems").len(), 2);
    }

    #[test]
    fn an_empty_variable_is_an_unset_one() {
        let config = Settings { public_url: Some(" ".into()), api_url: Some(String::new()), ..settings() };
        assert!(config.check().is_ok());
    }
}
