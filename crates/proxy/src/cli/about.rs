//! What a start says of itself, in five lines: which money, which shop, how many products, where webhooks arrive, and
//! where payments are kept.

use std::time::Duration;

use proxy::{Config, Proxy};
use secrecy::ExposeSecret;
use url::Url;
use wire::PageMode;

/// How long the lines wait for Creem's answer.
const ANSWER_AT_MOST: Duration = Duration::from_secs(5);

/// What is known at the start.
pub(crate) struct About {
    mode: PageMode,
    public_url: Url,
    address: Url,
    database: String,
    /// Whether buyers on other machines may come and would be sent back to their own.
    sends_buyers_home: bool,
}

impl About {
    pub(crate) fn new(config: &Config, address: Url) -> Self {
        Self {
            mode: config.mode,
            public_url: config.public_url.clone(),
            address,
            database: without_secrets(config.database_url.expose_secret()),
            sends_buyers_home: config.public_url_is_loopback()
                && (config.mode == PageMode::Test || !config.listens_on_loopback()),
        }
    }

    /// Asks Creem once, and says it all.
    pub(crate) async fn tell(self, proxy: &Proxy) {
        let products = match tokio::time::timeout(ANSWER_AT_MOST, proxy.first_look()).await {
            Ok(Ok(count)) => count.to_string(),
            Ok(Err(error)) => format!("not known ({})", error.code().as_str()),
            Err(_) => "not known yet, Creem takes its time".to_owned(),
        };
        let Self { mode, public_url, address, database, sends_buyers_home } = self;
        let mode = match mode {
            PageMode::Live => "LIVE: real money moves",
            PageMode::Test => "TEST: no real money moves",
            PageMode::Sandbox => "SANDBOX: no real money moves",
        };
        let webhooks = public_url.join("webhooks/creem").map(String::from).unwrap_or_default();
        tracing::info!("mode: {mode}");
        tracing::info!(%public_url, %address, "the checkout is ready");
        tracing::info!("products: {products}");
        tracing::info!("webhooks: {webhooks}");
        tracing::info!("database: {database}");
        if sends_buyers_home {
            tracing::warn!(
                %public_url,
                "buyers on other machines do not come back here after paying; set CHECKOUT_PUBLIC_URL to the address at \
                 which they reach the checkout"
            );
        }
    }
}

/// Where a database is, without who may use it.
fn without_secrets(database: &str) -> String {
    if database.contains(":memory:") || database.contains("mode=memory") {
        return "in memory; payments end with this process".to_owned();
    }
    if database.starts_with("sqlite:") {
        return database.to_owned();
    }
    // The query may hold a password as well.
    let Ok(mut url) = Url::parse(database) else { return "PostgreSQL".to_owned() };
    url.set_query(None);
    match (url.set_username(""), url.set_password(None)) {
        (Ok(()), Ok(())) => url.to_string(),
        // An address without a host has no user either.
        (_, _) => "PostgreSQL".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_without_who_may_use_it() {
        for (database, named) in [
            ("sqlite://creem-checkout.db", "sqlite://creem-checkout.db"),
            ("sqlite::memory:", "in memory; payments end with this process"),
            ("postgres://shop:hunter2@db.example:5432/shop?password=hunter2", "postgres://db.example:5432/shop"),
            ("postgres:///shop?host=/run/pg&user=shop", "PostgreSQL"),
        ] {
            assert_eq!(without_secrets(database), named);
        }
    }
}
