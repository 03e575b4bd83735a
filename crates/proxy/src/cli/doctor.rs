//! `creem-checkout doctor`: tries everything the checkout needs, and says in plain words what is wrong and how to
//! mend it.
//!
//! It reads and never writes; the event it sends is one that is not kept.

mod webhooks;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use proxy::config::{address_of, unknown_variables};
use proxy::{Config, DatabaseState, Settings, Waiting};

use super::serve::{Stopped, sandbox_address};

/// How far our clock may be from Creem's before intents and expiry dates are judged wrongly.
const CLOCK_MAY_DIFFER: Duration = Duration::from_secs(60);

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of one check.
enum Finding {
    Ok(String),
    /// It works, but look at it.
    Warn(String),
    /// It does not work; and what to do.
    Fail(String, &'static str),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok(what) => write!(f, "  ok    {what}"),
            Self::Warn(what) => write!(f, "  warn  {what}"),
            Self::Fail(what, cure) => write!(f, "  FAIL  {what}\n        {cure}"),
        }
    }
}

/// Checks everything, tells of it on standard output, and fails when something is broken.
pub(crate) async fn examine(settings: &Settings) -> Result<(), Stopped> {
    let mut config = settings.check().map_err(Stopped::Misconfigured)?;
    if settings.sandbox && config.creem_url.is_none() {
        config.creem_url = Some(address_of(sandbox_address(settings)?));
    }
    let mut findings = vec![Finding::Ok("the configuration is complete".to_owned())];
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    findings
        .extend(unknown_variables(names).map(|names| Finding::Warn(format!("variables that set nothing: {names}"))));
    findings.push(mode(&config, settings.sandbox));
    findings.extend(creem(&config).await);
    findings.extend(intents(&config));
    findings.push(forwarders(&config));
    findings.push(database(&config).await);
    findings.extend(notifications(&config).await);
    let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
    match http {
        Ok(http) => {
            findings.push(clock(&config, &http).await);
            findings.extend(webhooks::examine(&config, &http).await);
        }
        Err(error) => {
            findings.push(Finding::Fail(format!("no connection can be made: {error}"), "check the system's TLS"))
        }
    }
    for finding in &findings {
        println!("{finding}");
    }
    match findings.iter().filter(|finding| matches!(finding, Finding::Fail(..))).count() {
        0 => Ok(()),
        failed => Err(Stopped::ChecksFailed(failed)),
    }
}

fn mode(config: &Config, is_sandbox: bool) -> Finding {
    match (config.api_key.mode(), &config.creem_url) {
        (_, Some(url)) if is_sandbox => Finding::Ok(format!("the sandbox at {url} is asked: no real money moves")),
        (_, Some(url)) => Finding::Warn(format!("CREEM_API_URL: calls go to {url}, not to Creem")),
        (creem::Mode::Test, None) => Finding::Ok("CREEM_API_KEY is a test key: no real money moves".to_owned()),
        (creem::Mode::Live, None) => Finding::Ok("CREEM_API_KEY is a live key: real money moves".to_owned()),
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
            return vec![Finding::Fail(error.to_string(), cure)];
        }
        Err(error) => {
            return vec![Finding::Fail(error.to_string(), "check the network, CREEM_API_URL and Creem's status page")];
        }
    };
    let mut findings = vec![Finding::Ok(format!("Creem takes the key; it has active products: {}", products.len()))];
    if products.is_empty() {
        findings.push(Finding::Fail("there is nothing to sell".to_owned(), "make a product in Creem's dashboard"));
    }
    for wanted in &config.products {
        if !products.iter().any(|product| product.id == wanted.as_str()) {
            let what = format!("CHECKOUT_PRODUCTS names {wanted}, which Creem does not know or sell");
            findings.push(Finding::Fail(what, "take it out, or use the id of the same mode as the key"));
        }
    }
    findings
}

async fn database(config: &Config) -> Finding {
    match proxy::inspect_database(config).await {
        Ok(DatabaseState::Ready) => Finding::Ok("the database opens and its tables are up to date".to_owned()),
        Ok(DatabaseState::Behind) => {
            Finding::Ok("the database opens; the next start brings its tables up to date".to_owned())
        }
        Ok(DatabaseState::Absent) => {
            Finding::Ok("the database has no tables yet; the next start creates them".to_owned())
        }
        Err(error) => Finding::Fail(error.to_string(), "check the address, the rights and the free space"),
    }
}

/// Whether the merchant's endpoint takes what it is sent.
async fn notifications(config: &Config) -> Option<Finding> {
    config.notify.as_ref()?;
    Some(match proxy::waiting_notifications(config).await {
        Ok(None) => Finding::Ok("CHECKOUT_NOTIFY_URL is set; nothing was to be sent there yet".to_owned()),
        Ok(Some(Waiting { count: 0, .. })) => {
            Finding::Ok("CHECKOUT_NOTIFY_URL has taken every change of a payment".to_owned())
        }
        Ok(Some(Waiting { count, problem: None })) => {
            Finding::Warn(format!("CHECKOUT_NOTIFY_URL: changes of payments that wait to be sent: {count}"))
        }
        Ok(Some(Waiting { count, problem: Some(problem) })) => Finding::Fail(
            format!("CHECKOUT_NOTIFY_URL: changes of payments that were not taken: {count}; of the oldest {problem}"),
            "let the endpoint answer with 200 to what is signed rightly; then they come by themselves",
        ),
        Err(error) => Finding::Fail(error.to_string(), "check the address, the rights and the free space"),
    })
}

/// Without intents whoever edits a link decides what is sold under which reference.
fn intents(config: &Config) -> Option<Finding> {
    let is_live = config.api_key.mode() == creem::Mode::Live;
    (is_live && config.intent_secret.is_none()).then(|| {
        Finding::Warn(
            "no CHECKOUT_INTENT_SECRET: buyers can change product, units and reference of a link, so compare what was \
             paid before you deliver (docs/payments.md), or sign it (docs/intents.md)"
                .to_owned(),
        )
    })
}

/// Who says which buyer is which. Without it all of them are one client, with one client's limits.
fn forwarders(config: &Config) -> Finding {
    let listen = config.listen;
    match (config.listens_on_loopback(), config.trusted_proxies.is_empty()) {
        (true, _) => Finding::Ok(format!("at {listen} only this machine connects, so its X-Forwarded-For is believed")),
        (false, false) => Finding::Ok("CHECKOUT_TRUSTED_PROXIES names whose X-Forwarded-For is believed".to_owned()),
        (false, true) => Finding::Warn(format!(
            "at {listen} nobody's X-Forwarded-For is believed: with a web server in front all buyers count as one client, \
             unless CHECKOUT_TRUSTED_PROXIES names it"
        )),
    }
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
        None => Finding::Warn("Creem's clock could not be read, so ours was not compared".to_owned()),
        Some(apart) if apart <= CLOCK_MAY_DIFFER => Finding::Ok("the clock is right".to_owned()),
        Some(apart) => {
            let what = format!("the clock is {} s from Creem's", apart.as_secs());
            Finding::Fail(what, "let the system set its clock by the network (NTP)")
        }
    }
}
