//! The flags and variables, as text: nothing is judged here, so that [`super::check`] can list every problem at once.

use clap::{Args, ValueEnum};

/// A SQLite database that ends with the process. A sandbox that starts again gives the same ids again, so that payments
/// of the last one would be taken for today's.
pub(crate) const IN_MEMORY: &str = "sqlite::memory:";

/// What was set for `creem-checkout serve`. Every value also has a variable; a flag wins.
#[derive(Args, Clone, Default)]
pub struct Settings {
    /// Address to listen on
    #[arg(long, env = "CHECKOUT_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Serve a whole Creem on this machine and sell through it: no account, no network, no money
    #[arg(long)]
    pub sandbox: bool,
    /// Address the sandbox listens on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub sandbox_listen: String,
    /// Folder of the built app; the one inside this binary when it has one, else dist
    #[arg(long, env = "CHECKOUT_ASSETS", value_name = "DIR")]
    pub assets: Option<String>,
    /// Where payments are kept: sqlite://… or postgres://…; with --sandbox in memory, as the sandbox keeps its own
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        default_value_if("sandbox", "true", IN_MEMORY),
        default_value = "sqlite://creem-checkout.db",
        hide_env_values = true
    )]
    pub database: String,
    /// Creem's API key; prefer the variable, other users of the machine can read flags
    #[arg(long, env = "CREEM_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub api_key: Option<String>,
    /// Secret of Creem's webhooks; prefer the variable
    #[arg(long, env = "CREEM_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub webhook_secret: Option<String>,
    /// The webhook secret in use before, while deliveries signed with it may still come
    #[arg(long, env = "CREEM_WEBHOOK_SECRET_PREVIOUS", value_name = "SECRET", hide_env_values = true)]
    pub previous_webhook_secret: Option<String>,
    /// Another address of the Creem API, such as a sandbox or a mirror
    #[arg(long, env = "CREEM_API_URL", value_name = "URL")]
    pub api_url: Option<String>,
    /// Where browsers reach the checkout, path included
    #[arg(long, env = "CHECKOUT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Products that may be sold, in order, separated by commas; all active ones when empty
    #[arg(long, env = "CHECKOUT_PRODUCTS", value_name = "IDS", default_value = "", hide_default_value = true)]
    pub products: String,
    /// Other sites that may embed the checkout and call it, separated by commas
    #[arg(
        long,
        env = "CHECKOUT_ALLOWED_ORIGINS",
        value_name = "ORIGINS",
        default_value = "",
        hide_default_value = true
    )]
    pub allowed_origins: String,
    /// Origins a success_url may point to, separated by commas; our own and the allowed ones when empty
    #[arg(
        long,
        env = "CHECKOUT_RETURN_ORIGINS",
        value_name = "ORIGINS",
        default_value = "",
        hide_default_value = true
    )]
    pub return_origins: String,
    /// The API key in use before, while buyers who paid under it come back
    #[arg(long, env = "CREEM_API_KEY_PREVIOUS", value_name = "KEY", hide_env_values = true)]
    pub previous_api_key: Option<String>,
    /// Secret with which the merchant's server signs intents; prefer the variable
    #[arg(long, env = "CHECKOUT_INTENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub intent_secret: Option<String>,
    /// Refuse sessions without a signed intent
    #[arg(long, env = "CHECKOUT_REQUIRE_INTENT", value_parser = clap::builder::FalseyValueParser::new())]
    pub require_intent: bool,
    /// Bearer token with which the merchant's own systems read payments and /metrics; prefer the variable
    #[arg(long, env = "CHECKOUT_API_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub api_token: Option<String>,
    /// Addresses and networks whose X-Forwarded-For is believed, separated by commas
    #[arg(
        long,
        env = "CHECKOUT_TRUSTED_PROXIES",
        value_name = "NETWORKS",
        default_value = "",
        hide_default_value = true
    )]
    pub trusted_proxies: String,
    /// Sessions one client may open per minute, 0 for no limit [default: 20, none with --sandbox]
    #[arg(long, env = "CHECKOUT_LIMIT_CREATE", value_name = "PER_MINUTE")]
    pub limit_create: Option<String>,
    /// Quotes one client may ask for per minute, 0 for no limit [default: 60, none with --sandbox]
    #[arg(long, env = "CHECKOUT_LIMIT_QUOTE", value_name = "PER_MINUTE")]
    pub limit_quote: Option<String>,
    /// Calls to Creem per minute, 0 for no limit [default: 100, none with --sandbox]
    #[arg(long, env = "CHECKOUT_LIMIT_UPSTREAM", value_name = "PER_MINUTE")]
    pub limit_upstream: Option<String>,
    /// Days after which buyers' data and the payloads of events are forgotten; never when not set
    #[arg(long, env = "CHECKOUT_RETENTION_DAYS", value_name = "DAYS")]
    pub retention_days: Option<String>,
    /// The page's look, such as "accent=#7c3aed; surface=#fff; text=#111; radius=4px; font=Inter"
    #[arg(long, env = "CHECKOUT_THEME", value_name = "TOKENS")]
    pub theme: Option<String>,
    /// File of your own sentences: {"en": {"Checkout": "Your order"}, "de": {…}}
    #[arg(long, env = "CHECKOUT_SENTENCES", value_name = "FILE")]
    pub sentences: Option<String>,
    /// Your shop, where buyers go back to when they have paid
    #[arg(long, env = "CHECKOUT_SHOP_URL", value_name = "URL")]
    pub shop_url: Option<String>,
    /// How the log is written
    #[arg(long, env = "CHECKOUT_LOG_FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}
