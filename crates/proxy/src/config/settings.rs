//! The flags and variables, as text: nothing is judged here, so that [`super::check`] can list every problem at once.

use clap::Args;

use crate::ledger::IN_MEMORY;

/// Where we listen, and where payments are kept, unless something else is said.
pub(crate) const LISTEN: &str = "127.0.0.1:8080";
pub(crate) const SANDBOX_LISTEN: &str = "127.0.0.1:8081";
pub(crate) const DATABASE: &str = "sqlite://creem-checkout.db";

/// The headings of the help.
const NEEDED: &str = "Required, unless --sandbox";
const SANDBOX: &str = "Sandbox";
const PLACE: &str = "Where it runs";
const SALE: &str = "What is sold, and from where";
const SYSTEMS: &str = "Your own systems";
const SHOP: &str = "Your shop";
const PAGE: &str = "The page";
const BOUNDS: &str = "Limits and log";
const CHANGE: &str = "Creem, when something changes";

/// What was set for `creem-checkout serve`. Every value also has a variable; a flag wins. An empty one counts as absent.
///
/// The help lists them in this order: first what nobody can do without.
#[derive(Args, Clone, Default)]
pub struct Settings {
    /// Creem's API key, of test or live mode; prefer the variable, other users of the machine can read flags
    #[arg(long, env = "CREEM_API_KEY", value_name = "KEY", hide_env_values = true, help_heading = NEEDED)]
    pub api_key: Option<String>,
    /// Secret of Creem's webhooks; prefer the variable
    #[arg(long, env = "CREEM_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true, help_heading = NEEDED)]
    pub webhook_secret: Option<String>,
    /// Where browsers reach the checkout, path included; https with a live key [default: http:// and where it listens]
    #[arg(long, env = "CHECKOUT_PUBLIC_URL", value_name = "URL", help_heading = NEEDED)]
    pub public_url: Option<String>,
    /// Serve a whole Creem on this machine and sell through it: no account, no network, no money
    #[arg(long, help_heading = SANDBOX)]
    pub sandbox: bool,
    /// Address the sandbox listens on
    #[arg(long, value_name = "ADDRESS", default_value = SANDBOX_LISTEN, help_heading = SANDBOX)]
    pub sandbox_listen: String,
    /// What the sandbox starts with, a JSON file; four products and a discount for every outcome when absent
    #[arg(long, value_name = "FILE", requires = "sandbox", help_heading = SANDBOX)]
    pub seed: Option<String>,
    /// Remember what a sandbox sells as if it were Creem, so that what is measured is what serves a real shop
    #[arg(long, hide = true)]
    pub remember_sandbox: bool,
    /// Address to listen on
    #[arg(long, env = "CHECKOUT_LISTEN", value_name = "ADDRESS", default_value = LISTEN, help_heading = PLACE)]
    pub listen: String,
    /// Where payments are kept: sqlite://… or postgres://…; with --sandbox in memory, as the sandbox keeps its own
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        default_value_if("sandbox", "true", IN_MEMORY),
        default_value = DATABASE,
        hide_env_values = true, help_heading = PLACE)]
    pub database: String,
    /// Addresses and networks whose X-Forwarded-For is believed, separated by commas
    #[arg(
        long,
        env = "CHECKOUT_TRUSTED_PROXIES",
        value_name = "NETWORKS",
        default_value = "",
        hide_default_value = true,
        help_heading = PLACE
    )]
    pub trusted_proxies: String,
    /// Products that may be sold, in order, separated by commas; all active ones when empty
    #[arg(
        long,
        env = "CHECKOUT_PRODUCTS",
        value_name = "IDS",
        default_value = "",
        hide_default_value = true,
        help_heading = SALE
    )]
    pub products: String,
    /// Other sites that may embed the checkout and call it, separated by commas
    #[arg(
        long,
        env = "CHECKOUT_ALLOWED_ORIGINS",
        value_name = "ORIGINS",
        default_value = "",
        hide_default_value = true,
        help_heading = SALE
    )]
    pub allowed_origins: String,
    /// Origins a success_url may point to, separated by commas; our own and the allowed ones when empty
    #[arg(
        long,
        env = "CHECKOUT_RETURN_ORIGINS",
        value_name = "ORIGINS",
        default_value = "",
        hide_default_value = true,
        help_heading = SALE
    )]
    pub return_origins: String,
    /// Secret with which the merchant's server signs intents; prefer the variable
    #[arg(
        long,
        env = "CHECKOUT_INTENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        help_heading = SALE
    )]
    pub intent_secret: Option<String>,
    /// Refuse sessions without a signed intent
    #[arg(long, env = "CHECKOUT_REQUIRE_INTENT", value_parser = switch, help_heading = SALE)]
    pub require_intent: bool,
    /// Bearer token with which the merchant's own systems read payments and /metrics; prefer the variable
    #[arg(long, env = "CHECKOUT_API_TOKEN", value_name = "TOKEN", hide_env_values = true, help_heading = SYSTEMS)]
    pub api_token: Option<String>,
    /// Where every change of a payment is sent, signed, until it is taken
    #[arg(long, env = "CHECKOUT_NOTIFY_URL", value_name = "URL", hide_env_values = true, help_heading = SYSTEMS)]
    pub notify_url: Option<String>,
    /// Secret that signs what is sent there: whsec_ and 24 to 64 random bytes in base64; prefer the variable
    #[arg(
        long,
        env = "CHECKOUT_NOTIFY_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        help_heading = SYSTEMS
    )]
    pub notify_secret: Option<String>,
    /// The shop's own settings, a TOML file; checkout.toml where it is started, if it is there
    #[arg(long, env = "CHECKOUT_CONFIG", value_name = "FILE", help_heading = SHOP)]
    pub config: Option<String>,
    /// Your shop's name, as buyers know it
    #[arg(long, env = "CHECKOUT_SHOP_NAME", value_name = "NAME", help_heading = SHOP)]
    pub shop_name: Option<String>,
    /// Its logo: a PNG, SVG, WebP, ICO or JPEG file
    #[arg(long, env = "CHECKOUT_SHOP_LOGO", value_name = "FILE", help_heading = SHOP)]
    pub shop_logo: Option<String>,
    /// Its logo for dark pages; the other one when absent
    #[arg(long, env = "CHECKOUT_SHOP_LOGO_DARK", value_name = "FILE", help_heading = SHOP)]
    pub shop_logo_dark: Option<String>,
    /// The sign on the browser's tab, a file too
    #[arg(long, env = "CHECKOUT_SHOP_ICON", value_name = "FILE", help_heading = SHOP)]
    pub shop_icon: Option<String>,
    /// Your shop, where the logo leads and buyers go back to when they have paid
    #[arg(long, env = "CHECKOUT_SHOP_URL", value_name = "URL", help_heading = SHOP)]
    pub shop_url: Option<String>,
    /// Where buyers find help: a web address, or mailto: and an e-mail address
    #[arg(long, env = "CHECKOUT_SHOP_SUPPORT", value_name = "URL", help_heading = SHOP)]
    pub shop_support: Option<String>,
    /// Your terms of sale
    #[arg(long, env = "CHECKOUT_SHOP_TERMS", value_name = "URL", help_heading = SHOP)]
    pub shop_terms: Option<String>,
    /// Your privacy policy
    #[arg(long, env = "CHECKOUT_SHOP_PRIVACY", value_name = "URL", help_heading = SHOP)]
    pub shop_privacy: Option<String>,
    /// Your refund policy
    #[arg(long, env = "CHECKOUT_SHOP_REFUNDS", value_name = "URL", help_heading = SHOP)]
    pub shop_refunds: Option<String>,
    /// How buyers agree to your terms: none, notice or required
    #[arg(long, env = "CHECKOUT_SHOP_CONSENT", value_name = "KIND", help_heading = SHOP)]
    pub shop_consent: Option<String>,
    /// Whether the page asks for a discount code: true or false
    #[arg(long, env = "CHECKOUT_SHOP_DISCOUNT_CODES", value_name = "BOOL", help_heading = SHOP)]
    pub shop_discount_codes: Option<String>,
    /// The page's look, such as "accent=#7c3aed; surface=#fff; text=#111; radius=4px; font=Inter"
    #[arg(long, env = "CHECKOUT_THEME", value_name = "TOKENS", help_heading = PAGE)]
    pub theme: Option<String>,
    /// Its font: a WOFF2 file, before those that the look names
    #[arg(long, env = "CHECKOUT_THEME_FONT_FILE", value_name = "FILE", help_heading = PAGE)]
    pub theme_font_file: Option<String>,
    /// File of your own sentences: {"en": {"pay": "Buy now"}, "de": {…}}
    #[arg(long, env = "CHECKOUT_SENTENCES", value_name = "FILE", help_heading = PAGE)]
    pub sentences: Option<String>,
    /// Folder of the built app; the one inside this binary when it has one, else dist
    #[arg(long, env = "CHECKOUT_ASSETS", value_name = "DIR", help_heading = PAGE)]
    pub assets: Option<String>,
    /// Sessions one client may open per minute, 0 for no limit [default: 20, none with --sandbox]
    #[arg(long, env = "CHECKOUT_LIMIT_CREATE", value_name = "PER_MINUTE", help_heading = BOUNDS)]
    pub limit_create: Option<String>,
    /// Quotes one client may ask for per minute, 0 for no limit [default: 60, none with --sandbox]
    #[arg(long, env = "CHECKOUT_LIMIT_QUOTE", value_name = "PER_MINUTE", help_heading = BOUNDS)]
    pub limit_quote: Option<String>,
    /// Calls to Creem per minute, 0 for no limit [default: 100, none with --sandbox]
    #[arg(long, env = "CHECKOUT_LIMIT_UPSTREAM", value_name = "PER_MINUTE", help_heading = BOUNDS)]
    pub limit_upstream: Option<String>,
    /// Days after which buyers' data and the payloads of events are forgotten; never when not set
    #[arg(long, env = "CHECKOUT_RETENTION_DAYS", value_name = "DAYS", help_heading = BOUNDS)]
    pub retention_days: Option<String>,
    /// How the log is written: text or json
    #[arg(long, env = "CHECKOUT_LOG_FORMAT", value_name = "FORMAT", default_value = "text", value_parser = LogFormat::parse, help_heading = BOUNDS)]
    pub log_format: LogFormat,
    /// The API key in use before, while buyers who paid under it come back
    #[arg(long, env = "CREEM_API_KEY_PREVIOUS", value_name = "KEY", hide_env_values = true, help_heading = CHANGE)]
    pub previous_api_key: Option<String>,
    /// The webhook secret in use before, while deliveries signed with it may still come
    #[arg(
        long,
        env = "CREEM_WEBHOOK_SECRET_PREVIOUS",
        value_name = "SECRET",
        hide_env_values = true,
        help_heading = CHANGE
    )]
    pub previous_webhook_secret: Option<String>,
    /// Another address of the Creem API, such as a sandbox or a mirror
    #[arg(long, env = "CREEM_API_URL", value_name = "URL", help_heading = CHANGE)]
    pub api_url: Option<String>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

impl LogFormat {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("give text or json"),
        }
    }
}

/// A setting that is on or off. A file from another system may have its line's end in the value.
fn switch(text: &str) -> Result<bool, &'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
        _ => Err("give true or false"),
    }
}

/// What tests start from: a shop in test mode, with nothing set that it could do without.
#[cfg(test)]
pub(super) fn of_a_shop() -> Settings {
    Settings {
        listen: LISTEN.into(),
        database: DATABASE.into(),
        api_key: Some("creem_test_abc".into()),
        webhook_secret: Some("whsec_of_a_real_shop".into()),
        ..Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // `CHECKOUT_REQUIRE_INTENT=false` of a file with Windows' line ends was on, and an empty CHECKOUT_LOG_FORMAT ended
    // the start.
    #[test]
    fn what_stands_around_a_value_is_no_part_of_it() {
        for (text, on) in
            [("false\r", false), (" ", false), ("FALSE", false), ("0", false), ("true\r", true), ("on", true)]
        {
            assert_eq!(switch(text), Ok(on), "{text:?}");
        }
        assert!(switch("maybe").is_err());
        for (text, format) in [("", LogFormat::Text), (" JSON\r", LogFormat::Json), ("text", LogFormat::Text)] {
            assert_eq!(LogFormat::parse(text), Ok(format), "{text:?}");
        }
        assert!(LogFormat::parse("xml").is_err());
    }
}
