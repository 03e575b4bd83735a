//! From text to meaning, collecting every problem on the way.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use creem::{ApiKey, Mode};
use secrecy::SecretString;
use url::Url;
use wire::{PageMode, ProductId};

use super::{Config, Problem, Settings};
use crate::clock::Clock;
use crate::sites::{SiteOrigin, is_loopback};

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
        found.real_money(api_key.as_ref(), public_url.as_ref(), creem_url.as_ref());
        let mode = match (&api_key, self.sandbox) {
            (_, true) => PageMode::Sandbox,
            (Some(key), false) if key.mode() == Mode::Test => PageMode::Test,
            (Some(_) | None, false) => PageMode::Live,
        };
        match (listen, public_url, api_key, webhook_secret, database_url) {
            (Some(listen), Some(public_url), Some(api_key), Some(webhook_secret), Some(database_url))
                if found.0.is_empty() =>
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
                })
            }
            _ => Err(found.0),
        }
    }
}

const PRODUCT_CURE: &str = "list product ids such as prod_abc, separated by commas";
const ORIGIN_CURE: &str = "list origins such as https://shop.example, without a path, separated by commas";

/// Where a browser on this machine reaches a listener.
#[must_use]
pub fn address_of(mut listen: SocketAddr) -> Url {
    if listen.ip().is_unspecified() {
        listen.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    Url::parse(&format!("http://{listen}/")).expect("a socket address makes a URL")
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add<T>(&mut self, variable: &'static str, what: impl Into<String>, cure: impl Into<String>) -> Option<T> {
        self.0.push(Problem { variable, what: what.into(), cure: cure.into() });
        None
    }

    fn address(&mut self, variable: &'static str, text: &str) -> Option<SocketAddr> {
        let address = SocketAddr::from_str(text.trim()).ok();
        address.or_else(|| {
            self.add(variable, format!("{text:?} is not an address"), "give an IP address and a port: 127.0.0.1:8080")
        })
    }

    fn api_key(&mut self, settings: &Settings) -> Option<ApiKey> {
        const NAME: &str = "CREEM_API_KEY";
        let text = given(settings.api_key.as_deref()).or(settings.sandbox.then_some(sandbox::API_KEY));
        let Some(text) = text else {
            return self.add(NAME, "not set", "copy it from Creem's dashboard (Developers), or start with --sandbox");
        };
        ApiKey::parse(text)
            .map_err(|error| self.add::<()>(NAME, error.to_string(), "copy it from Creem's dashboard (Developers)"))
            .ok()
    }

    fn webhook_secret(&mut self, settings: &Settings) -> Option<SecretString> {
        let text = given(settings.webhook_secret.as_deref()).or(settings.sandbox.then_some(sandbox::WEBHOOK_SECRET));
        let Some(text) = text else {
            let cure = "copy it from Creem's dashboard (Developers, Webhooks), or start with --sandbox";
            return self.add("CREEM_WEBHOOK_SECRET", "not set", cure);
        };
        Some(text.into())
    }

    /// An address whose path ends in `/`, so that paths can be joined to it.
    fn web_address(&mut self, variable: &'static str, text: &str) -> Option<Url> {
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

    fn list<T>(&mut self, variable: &'static str, text: &str, parse: impl Fn(&str) -> Option<T>, cure: &str) -> Vec<T> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .filter_map(|entry| {
                parse(entry).or_else(|| self.add(variable, format!("{entry:?} is not one of these"), cure))
            })
            .collect()
    }

    fn origins(&mut self, variable: &'static str, text: &str) -> Vec<SiteOrigin> {
        self.list(variable, text, SiteOrigin::parse, ORIGIN_CURE)
    }

    fn database(&mut self, text: &str) -> Option<SecretString> {
        if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Some(text.into());
        }
        self.add("DATABASE_URL", "neither SQLite nor PostgreSQL", "give sqlite://file.db or postgres://user@host/name")
    }

    /// A live key and its buyers travel encrypted, or not at all.
    fn real_money(&mut self, key: Option<&ApiKey>, public_url: Option<&Url>, creem_url: Option<&Url>) {
        if key.is_none_or(|key| key.mode() == Mode::Test) {
            return;
        }
        for (variable, url) in [("CHECKOUT_PUBLIC_URL", public_url), ("CREEM_API_URL", creem_url)] {
            if url.is_some_and(|url| url.scheme() == "http" && !is_loopback(url)) {
                self.add::<()>(variable, "is not encrypted, but the API key is live", "give an https address");
            }
        }
    }
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
