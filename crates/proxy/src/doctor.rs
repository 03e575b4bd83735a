//! `creem-checkout doctor`: tries everything the checkout needs, and says in plain words what is wrong and how to
//! mend it.
//!
//! It reads and never writes.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use proxy::{Config, DatabaseState, Settings};
use secrecy::ExposeSecret;

use crate::serve::Stopped;

/// How far our clock may be from Creem's before intents and expiry dates are judged wrongly.
const CLOCK_MAY_DIFFER: Duration = Duration::from_secs(60);

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of one check.
enum Finding {
    Fine(String),
    /// It works, but look at it.
    Odd(String),
    /// It does not work; and what to do.
    Broken(String, &'static str),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine(what) => write!(f, "  fine    {what}"),
            Self::Odd(what) => write!(f, "  odd     {what}"),
            Self::Broken(what, cure) => write!(f, "  BROKEN  {what}\n          {cure}"),
        }
    }
}

/// Checks everything, tells of it on standard output, and fails when something is broken.
pub(crate) async fn examine(settings: &Settings) -> Result<(), Stopped> {
    let config = settings.check().map_err(Stopped::Misconfigured)?;
    let mut findings = vec![Finding::Fine("the configuration is complete".to_owned()), mode(&config)];
    findings.extend(creem(&config).await);
    findings.push(webhook_secret(&config));
    findings.extend(intents(&config));
    findings.push(database(&config).await);
    let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
    match http {
        Ok(http) => {
            findings.push(clock(&config, &http).await);
            findings.push(public_url(&config, &http).await);
        }
        Err(error) => {
            findings.push(Finding::Broken(format!("no connection can be made: {error}"), "check the system's TLS"))
        }
    }
    for finding in &findings {
        println!("{finding}");
    }
    let broken = findings.iter().filter(|finding| matches!(finding, Finding::Broken(..))).count();
    if broken == 0 { Ok(()) } else { Err(Stopped::Failed(format!("{broken} thing(s) must be mended first"))) }
}

fn mode(config: &Config) -> Finding {
    match (config.api_key.mode(), &config.creem_url) {
        (_, Some(url)) => Finding::Odd(format!("CREEM_API_URL: calls go to {url}, not to Creem")),
        (creem::Mode::Test, None) => Finding::Fine("CREEM_API_KEY is a test key: no real money moves".to_owned()),
        (creem::Mode::Live, None) => Finding::Fine("CREEM_API_KEY is a live key: real money moves".to_owned()),
    }
}

/// The key works, and what is to be sold is there.
async fn creem(config: &Config) -> Vec<Finding> {
    let answer = match creem::Client::new(config.api_key.clone(), config.creem_url.clone()) {
        Ok(client) => client.products().await,
        Err(error) => Err(error),
    };
    let products = match answer {
        Ok(products) => products,
        Err(error @ creem::ApiError::Key { .. }) => {
            let cure = "copy CREEM_API_KEY again from Creem's dashboard (Developers), for the same mode";
            return vec![Finding::Broken(error.to_string(), cure)];
        }
        Err(error) => {
            return vec![Finding::Broken(
                error.to_string(),
                "check the network, CREEM_API_URL and Creem's status page",
            )];
        }
    };
    let mut findings = vec![Finding::Fine(format!("Creem takes the key and has {} active product(s)", products.len()))];
    if products.is_empty() {
        findings.push(Finding::Broken("there is nothing to sell".to_owned(), "make a product in Creem's dashboard"));
    }
    for wanted in &config.products {
        if !products.iter().any(|product| product.id == wanted.as_str()) {
            let what = format!("CHECKOUT_PRODUCTS names {wanted}, which Creem does not know or sell");
            findings.push(Finding::Broken(what, "take it out, or use the id of the same mode as the key"));
        }
    }
    findings
}

fn webhook_secret(config: &Config) -> Finding {
    if config.webhook_secret.expose_secret().starts_with("whsec_") {
        Finding::Fine("CREEM_WEBHOOK_SECRET looks like one of Creem's".to_owned())
    } else {
        Finding::Odd(
            "CREEM_WEBHOOK_SECRET does not start with whsec_; webhooks will be refused if it is not it".to_owned(),
        )
    }
}

async fn database(config: &Config) -> Finding {
    match proxy::inspect_database(config).await {
        Ok(DatabaseState::Ready) => Finding::Fine("the database opens and its tables are up to date".to_owned()),
        Ok(DatabaseState::Behind) => {
            Finding::Fine("the database opens; the next start brings its tables up to date".to_owned())
        }
        Ok(DatabaseState::Absent) => {
            Finding::Fine("the database has no tables yet; the next start creates them".to_owned())
        }
        Err(error) => Finding::Broken(error.to_string(), "check the address, the rights and the free space"),
    }
}

/// Without intents whoever edits a link decides what is sold under which reference.
fn intents(config: &Config) -> Option<Finding> {
    let is_live = config.api_key.mode() == creem::Mode::Live;
    (is_live && config.intent_secret.is_none()).then(|| {
        Finding::Odd(
            "no CHECKOUT_INTENT_SECRET: buyers can change product, units and reference of a link, so compare what was \
             paid before you deliver (docs/payments.md), or sign it (docs/intents.md)"
                .to_owned(),
        )
    })
}

/// Creem's clock, read from the head of any answer.
async fn clock(config: &Config, http: &reqwest::Client) -> Finding {
    let base = config.creem_url.as_ref().map_or(config.api_key.mode().base_url(), url::Url::as_str);
    let date = match http.get(base).send().await {
        Ok(answer) => answer.headers().get("date").and_then(|date| date.to_str().ok()).map(str::to_owned),
        Err(_) => None,
    };
    let theirs = date.and_then(|date| DateTimeParser::new().parse_timestamp(&date).ok());
    match theirs.map(|theirs| Timestamp::now().duration_since(theirs).unsigned_abs()) {
        None => Finding::Odd("Creem's clock could not be read, so ours was not compared".to_owned()),
        Some(apart) if apart <= CLOCK_MAY_DIFFER => Finding::Fine("the clock is right".to_owned()),
        Some(apart) => {
            let what = format!("the clock is {} s from Creem's", apart.as_secs());
            Finding::Broken(what, "let the system set its clock by the network (NTP)")
        }
    }
}

/// Whether Creem could reach us: our webhook address must answer, and refuse what is not signed.
async fn public_url(config: &Config, http: &reqwest::Client) -> Finding {
    const CURE: &str = "start the checkout, and let CHECKOUT_PUBLIC_URL lead to it from outside";
    let Ok(url) = config.public_url.join("webhooks/creem") else {
        return Finding::Broken("CHECKOUT_PUBLIC_URL cannot be joined to".to_owned(), CURE);
    };
    match http.post(url.clone()).send().await {
        Ok(answer) if answer.status().as_u16() == 401 => {
            Finding::Fine(format!("{url} answers; give this address to Creem (Developers, Webhooks)"))
        }
        Ok(answer) => Finding::Broken(format!("{url} answers {}, which is not this checkout", answer.status()), CURE),
        Err(_) => Finding::Broken(format!("{url} does not answer"), CURE),
    }
}
