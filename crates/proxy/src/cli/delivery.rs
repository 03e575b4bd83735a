//! Sending a webhook as Creem does: signed, as a `POST`, and following no redirect.

use std::time::Duration;

use creem::webhook;
use reqwest::StatusCode;
use reqwest::redirect::Policy;
use url::Url;

use super::serve::Stopped;

/// How long one delivery may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Delivers a body, and says what was answered.
pub(crate) async fn send(to: &Url, secret: &str, body: String) -> Result<(), Stopped> {
    let client = reqwest::Client::builder().timeout(PATIENCE).redirect(Policy::none()).build();
    let client = client.map_err(|error| Stopped::Failed(error.to_string()))?;
    let signature = webhook::sign(secret, body.as_bytes());
    let sent = client.post(to.clone()).header(webhook::SIGNATURE_HEADER, signature);
    match sent.header("content-type", "application/json").body(body).send().await {
        Ok(response) if response.status().is_success() => {
            println!("{to} answered {}.", response.status());
            Ok(())
        }
        Ok(response) => Err(Stopped::Failed(format!("{to} answered {}{}", response.status(), why(response.status())))),
        Err(error) => Err(Stopped::Failed(format!("{to} did not answer: {}", causes(error)))),
    }
}

/// Why a call failed, down to what the system said.
pub(crate) fn causes(error: reqwest::Error) -> String {
    let error = error.without_url();
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// What an answer usually comes from.
fn why(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "; is CREEM_WEBHOOK_SECRET the one that it knows?",
        status if status.is_redirection() => ", and Creem follows no redirect",
        _ => "",
    }
}
