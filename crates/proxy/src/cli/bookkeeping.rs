//! `creem-checkout reconcile` and `replay`: putting the payments in order by hand, also while the checkout serves.

use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use proxy::{Books, Config, ProxyError, Settings};
use secrecy::ExposeSecret;
use url::Url;

use super::delivery;
use super::serve::Stopped;

/// What was set for `creem-checkout reconcile`.
#[derive(Args)]
pub(crate) struct ReconcileSettings {
    /// How far back: a duration such as 48h, or a moment such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "SINCE", default_value = "48h", value_parser = how_long)]
    since: Duration,
    #[command(flatten)]
    pub(crate) shop: Settings,
}

/// What was set for `creem-checkout replay`.
#[derive(Args)]
pub(crate) struct ReplaySettings {
    /// The event's id, evt_…; every event that was not understood when absent
    #[arg(value_name = "EVENT")]
    event: Option<String>,
    /// Send the event there, signed, byte for byte, instead of applying it here
    #[arg(long, value_name = "URL", requires = "event")]
    to: Option<Url>,
    #[command(flatten)]
    pub(crate) shop: Settings,
}

/// Compares the payments with Creem's transactions, and says what was found.
pub(crate) async fn reconcile(settings: &ReconcileSettings) -> Result<(), Stopped> {
    let (_, books) = open(&settings.shop).await?;
    println!("Comparing with Creem's transactions; its budget of calls may make this slow.");
    let found = books.reconcile(settings.since).await.map_err(failed)?;
    println!("{:>6} transactions compared", found.transactions);
    println!("{:>6} payments that nobody had told us", found.paid);
    println!("{:>6} refunds and disputes that nobody had told us", found.moved);
    println!("{:>6} paid orders of no session here: sold elsewhere, or to be looked at", found.elsewhere);
    Ok(())
}

/// Applies stored events again, or sends one.
pub(crate) async fn replay(settings: &ReplaySettings) -> Result<(), Stopped> {
    let (config, books) = open(&settings.shop).await?;
    match (&settings.event, &settings.to) {
        (Some(event), Some(to)) => {
            let payload = books.payload(event).await.map_err(failed)?.ok_or_else(|| no_such(event))?;
            delivery::send(to, config.webhook_secret.expose_secret(), payload).await
        }
        (Some(event), None) => match books.replay(event).await.map_err(failed)? {
            true => {
                println!("{event} is applied.");
                Ok(())
            }
            false => Err(no_such(event)),
        },
        (None, _) => {
            let (understood, waiting) = books.replay_waiting().await.map_err(failed)?;
            println!("{understood} understood now, {waiting} still not.");
            match waiting {
                0 => Ok(()),
                _ => {
                    Err(Stopped::Failed("the log of the checkout says why; newer versions may understand them".into()))
                }
            }
        }
    }
}

async fn open(settings: &Settings) -> Result<(Config, Books), Stopped> {
    let config = settings.check().map_err(Stopped::Misconfigured)?;
    let books = Books::open(&config).await.map_err(|error| Stopped::Failed(error.to_string()))?;
    Ok((config, books))
}

fn how_long(text: &str) -> Result<Duration, String> {
    let since = match text.parse::<SignedDuration>() {
        Ok(duration) => duration,
        Err(_) => text
            .parse::<Timestamp>()
            .map(|moment| Timestamp::now().duration_since(moment))
            .map_err(|_| "give a duration such as 48h, or a moment such as 2026-11-22T10:00:00Z".to_owned())?,
    };
    Duration::try_from(since).map_err(|_| "that is in the future".to_owned())
}

fn no_such(event: &str) -> Stopped {
    Stopped::Failed(format!("there is no event {event} here, or its time is over and it was forgotten"))
}

fn failed(error: ProxyError) -> Stopped {
    Stopped::Failed(match error.cause() {
        Some(cause) => cause.to_owned(),
        None => error.code().as_str().to_owned(),
    })
}
