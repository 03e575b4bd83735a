//! What the proxy is told at start, checked completely before anything is opened.
//!
//! [`Settings`] is what flags and variables say, as text; [`Config`] is what they mean.

mod check;
pub(crate) mod endpoint;
mod file;
mod listen;
mod offers;
pub(crate) mod origins;
mod page;
mod problems;
mod settings;
mod unknown;

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use creem::ApiKey;
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;
use wire::{PageMode, ProductId};

pub use check::{address_of, public_address};
pub use listen::parse as listen_address;
pub use problems::given;
pub use settings::{LogFormat, Settings};
pub use unknown::unknown_variables;

pub use origins::is_loopback;

use crate::clock::Clock;
use crate::limits::LimitSettings;
use crate::page::{Assets, PageConfig};
use endpoint::Endpoint;
use origins::SiteOrigin;

/// Everything the proxy needs to know. Secrets are hidden from `Debug`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where browsers reach us, path included.
    pub public_url: Url,
    /// The key for Creem; also verifies returned URLs.
    pub api_key: ApiKey,
    /// Verifies webhooks.
    pub webhook_secret: SecretString,
    /// The webhook secret in use before; still verifies what was signed, or is sent again, from before it changed.
    pub previous_webhook_secret: Option<SecretString>,
    /// Another Creem than the one the key's prefix names.
    pub creem_url: Option<Url>,
    /// What may be sold, in order; empty for every active product.
    pub products: Vec<ProductId>,
    /// Other sites that may embed us and call the API.
    pub allowed_origins: Vec<SiteOrigin>,
    /// Where a `success_url` may point; empty for our own address and the allowed origins.
    pub return_origins: Vec<SiteOrigin>,
    /// `sqlite://…` or `postgres://…`; a secret because it may hold a password.
    pub database_url: SecretString,
    /// The files of the built app.
    pub assets: Assets,
    /// Which money moves.
    pub mode: PageMode,
    /// What time it is.
    pub clock: Clock,
    /// The key in use before; still verifies the URLs of buyers who were paying when it changed.
    pub previous_api_key: Option<ApiKey>,
    /// Verifies signed intents.
    pub intent_secret: Option<SecretString>,
    /// Whether a session without an intent is refused.
    pub require_intent: bool,
    /// Where every change of a payment is told, if anywhere.
    pub notify: Option<Endpoint>,
    /// With which the merchant's own systems read payments; without one they cannot.
    pub api_token: Option<SecretString>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long what Creem says of products and discounts counts before it is asked again; not at all towards a sandbox,
    /// where somebody has just changed them.
    pub catalog_fresh_for: Duration,
    /// How much may be asked, of us and of Creem.
    pub limits: LimitSettings,
    /// How long we wait for the head of a request, again for its body, and six times as long while nothing of the answer is
    /// taken.
    pub patience: Duration,
    /// What the merchant makes of the page.
    pub page: PageConfig,
    /// After how long buyers' data is forgotten; never when absent.
    pub retention: Option<Duration>,
}

impl Config {
    /// Whether only this machine can connect.
    #[must_use]
    pub fn listens_on_loopback(&self) -> bool {
        self.listen.ip().to_canonical().is_loopback()
    }

    /// Whether the public address means this machine, wherever a browser runs.
    #[must_use]
    pub fn public_url_is_loopback(&self) -> bool {
        is_loopback(&self.public_url)
    }
}

/// One thing wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable at fault, or the key of the file.
    pub place: Cow<'static, str>,
    /// What is wrong with it, never its value when that is a secret.
    pub what: String,
    /// What to do.
    pub cure: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.what, self.cure)
    }
}
