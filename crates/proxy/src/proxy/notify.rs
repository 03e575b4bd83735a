//! Tells the merchant's endpoint of every change of a payment: signed as Standard Webhooks are, in order for each
//! payment, at least once, and again until it is taken.

use std::sync::{Arc, Weak};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Config;
use crate::config::endpoint::Endpoint;
use crate::error::ProxyError;
use crate::ledger::{Describe, KnownPayment, Ledger, Notification, Session, iso};
use crate::payments::merchant::FullPayment;
use crate::state::App;
use crate::telemetry;
use crate::text::log::sanitized;

/// How often the ledger is asked for what is due.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How many changes are sent at once, each of another payment.
const AT_ONCE: usize = 8;

/// How long the endpoint may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a change is left to the one who sends it, in milliseconds: longer than that may take.
const CLAIMED_MS: i64 = 60_000;

/// How long until it is sent again, in seconds, after it was not taken once, twice, and so on; the last counts from then
/// on.
const PAUSES: [i64; 6] = [5, 30, 120, 600, 1800, 3600];

/// How often it is counted what waits.
const COUNT_EVERY: Duration = Duration::from_secs(15);

/// What is sent: the shape that Standard Webhooks recommend.
#[derive(Serialize)]
struct Message {
    /// `payment.` and the status.
    #[serde(rename = "type")]
    kind: String,
    timestamp: String,
    data: FullPayment,
}

/// What says the changes that are to be told; `None` when nobody is.
pub(crate) fn describe_for(config: &Config) -> Option<Describe> {
    config.notify.is_some().then_some(describe)
}

/// What is said of a payment after a change.
fn describe(session: &Session) -> String {
    let message = Message {
        kind: format!("payment.{}", session.status.as_str()),
        timestamp: iso(session.updated_at),
        data: KnownPayment::from(session.clone()).into(),
    };
    serde_json::to_string(&message).unwrap_or_default()
}

/// Starts sending, as long as the proxy lives.
///
/// # Errors
/// When no connection can be made at all.
pub(crate) fn start(app: &Arc<App>) -> Result<(), reqwest::Error> {
    if let Some(endpoint) = &app.config.notify {
        let http = Client::builder().timeout(PATIENCE).redirect(Policy::none()).build()?;
        let sender = Sender { http, endpoint: endpoint.clone(), app: Arc::downgrade(app) };
        tokio::spawn(sender.clone().keep_counting());
        tokio::spawn(sender.keep_sending());
    }
    Ok(())
}

#[derive(Clone)]
struct Sender {
    http: Client,
    endpoint: Endpoint,
    app: Weak<App>,
}

impl Sender {
    fn ledger(&self) -> Option<Ledger> {
        self.app.upgrade().map(|app| app.ledger.clone())
    }

    async fn keep_sending(self) {
        let mut sending = JoinSet::new();
        let mut is_taken = true;
        if let Some(ledger) = self.ledger()
            && let Err(error) = ledger.release_notifications().await
        {
            tracing::warn!(cause = sanitized(&error), "what was being told when a process ended waits a minute");
        }
        while let Some(ledger) = self.ledger() {
            let room = AT_ONCE.saturating_sub(sending.len());
            match ledger.due_notifications(i64::try_from(room).unwrap_or(0)).await {
                Ok(due) => {
                    for notification in due {
                        sending.spawn(self.clone().deliver(ledger.clone(), notification));
                    }
                }
                Err(error) => tracing::warn!(cause = sanitized(&error), "changes to be told cannot be read"),
            }
            drop(ledger);
            tokio::select! {
                Some(done) = sending.join_next() => match done {
                    Ok(Ok(outcome)) => self.tell(&mut is_taken, outcome),
                    Ok(Err(error)) => tracing::warn!(cause = error.cause(), "a change could not be told"),
                    Err(error) => tracing::error!(%error, "telling of a change ended early"),
                },
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Says when the endpoint begins and ends to take what it is sent, and not each time.
    fn tell(&self, is_taken: &mut bool, outcome: Option<Result<(), String>>) {
        let Some(outcome) = outcome else { return };
        let endpoint = self.endpoint.url.origin().ascii_serialization();
        match &outcome {
            Err(problem) if *is_taken => {
                tracing::warn!(endpoint, cause = problem, "a change was not taken; it is sent again until it is");
            }
            Ok(()) if !*is_taken => tracing::info!(endpoint, "changes are taken again"),
            Ok(()) | Err(_) => {}
        }
        *is_taken = outcome.is_ok();
    }

    /// Sends a change and keeps what became of it; `None` when another replica has it.
    async fn deliver(
        self,
        ledger: Ledger,
        notification: Notification,
    ) -> Result<Option<Result<(), String>>, ProxyError> {
        if !ledger.claim_notification(&notification, CLAIMED_MS).await? {
            return Ok(None);
        }
        let Some(seconds) = self.app.upgrade().map(|app| app.clock.now().as_second()) else { return Ok(None) };
        let outcome = self.send(&notification, seconds).await;
        telemetry::notification(outcome.is_ok());
        match &outcome {
            Ok(()) => ledger.notification_taken(&notification.id).await?,
            Err(problem) => {
                let pause = usize::try_from(notification.attempts).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
                ledger.notification_rejected(&notification.id, PAUSES[pause] * 1000, problem).await?;
            }
        }
        Ok(Some(outcome))
    }

    /// Sends a change once. Only a status says that it was taken; the body is not read.
    async fn send(&self, notification: &Notification, seconds: i64) -> Result<(), String> {
        let Notification { id, body, .. } = notification;
        let request = self
            .http
            .post(self.endpoint.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", self.endpoint.sign(id, seconds, body))
            .body(body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("it answered {}", answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err(format!("it did not answer within {} s", PATIENCE.as_secs())),
            // The address may hold a secret of the merchant's.
            Err(error) => Err(sanitized(error.without_url())),
        }
    }

    async fn keep_counting(self) {
        while let Some(ledger) = self.ledger() {
            if let Ok(waiting) = ledger.waiting_notifications().await {
                telemetry::notifications_waiting(waiting.count);
            }
            drop(ledger);
            tokio::time::sleep(COUNT_EVERY).await;
        }
    }
}
