//! Whether webhooks arrive: that Creem sends them to us, that it signs them with our secret, and that the way is open.

use creem::{ApiError, WebhookEndpoint, webhook};
use jiff::Timestamp;
use proxy::config::address_of;
use proxy::{Config, TEST_EVENT};
use secrecy::ExposeSecret;
use serde_json::json;
use url::Url;

use super::Finding;
use crate::cli::delivery::causes;

/// The event that says paid; without it payments are known only from buyers who come back.
const PAID: &str = "checkout.completed";

/// Those that say that money went back.
const REVERSED: [&str; 2] = ["refund.created", "dispute.created"];

/// Where to do what a cure says.
const IN_THE_DASHBOARD: &str = "set it in Creem's dashboard (Developers, Webhooks)";

pub(super) async fn examine(config: &Config, http: &reqwest::Client) -> Vec<Finding> {
    let Ok(ours) = config.public_url.join("webhooks/creem") else {
        return vec![Finding::Fail("CHECKOUT_PUBLIC_URL cannot be joined to".to_owned(), "give another address")];
    };
    let mut findings = endpoint(config, &ours).await;
    findings.push(way(config, http, &ours).await);
    findings
}

/// What Creem knows of us, by its API.
async fn endpoint(config: &Config, ours: &Url) -> Vec<Finding> {
    let client = match creem::Client::new(config.api_key.clone(), config.creem_url.clone()) {
        Ok(client) => client,
        Err(error) => return vec![not_compared(&error)],
    };
    let endpoints = match client.webhook_endpoints().await {
        Ok(endpoints) => endpoints,
        Err(error) => return vec![not_compared(&error)],
    };
    // A sandbox beside us sends to where we listen.
    let listening = address_of(config.listen).join("webhooks/creem").ok();
    let is_ours = |endpoint: &&WebhookEndpoint| {
        let url = Url::parse(endpoint.url.trim().trim_end_matches('/')).ok();
        !endpoint.is_fetched && url.is_some() && (url.as_ref() == Some(ours) || url == listening)
    };
    let of_ours: Vec<_> = endpoints.iter().filter(is_ours).collect();
    if of_ours.is_empty() {
        let what = format!("Creem has no webhook to {ours}: payments are known only from buyers who come back");
        return vec![Finding::Fail(what, "make one in Creem's dashboard (Developers, Webhooks), in the key's mode")];
    }
    let mut findings = Vec::new();
    for endpoint in of_ours {
        findings.extend(delivery(endpoint));
        findings.push(match client.webhook_secret(&endpoint.id).await {
            Ok(secret) => compared(config, endpoint, secret.expose_secret()),
            Err(error) => not_compared(&error),
        });
    }
    findings
}

/// What an endpoint is sent.
fn delivery(endpoint: &WebhookEndpoint) -> Option<Finding> {
    let (id, url) = (&endpoint.id, &endpoint.url);
    if !endpoint.is_enabled {
        return Some(Finding::Fail(format!("Creem's webhook {id} to {url} is disabled"), "enable it in the dashboard"));
    }
    if !endpoint.wants(PAID) {
        return Some(Finding::Fail(format!("Creem's webhook {id} to {url} is not sent {PAID}"), IN_THE_DASHBOARD));
    }
    let missing: Vec<&str> = REVERSED.into_iter().filter(|event| !endpoint.wants(event)).collect();
    (!missing.is_empty()).then(|| {
        let missing = missing.join(" and ");
        Finding::Warn(format!("Creem's webhook {id} is not sent {missing}: money that goes back is noticed late"))
    })
}

fn compared(config: &Config, endpoint: &WebhookEndpoint, secret: &str) -> Finding {
    let is = |ours: &secrecy::SecretString| ours.expose_secret() == secret;
    let id = &endpoint.id;
    if is(&config.webhook_secret) {
        return Finding::Ok(format!("CREEM_WEBHOOK_SECRET is the one of Creem's webhook {id}"));
    }
    if config.previous_webhook_secret.as_ref().is_some_and(is) {
        let what = "Creem still signs with CREEM_WEBHOOK_SECRET_PREVIOUS, and not with CREEM_WEBHOOK_SECRET";
        return Finding::Warn(format!("{what} (webhook {id})"));
    }
    let what = format!("CREEM_WEBHOOK_SECRET is not the secret of Creem's webhook {id}: every delivery is rejected");
    Finding::Fail(what, "copy the secret again from Creem's dashboard (Developers, Webhooks), for the same mode")
}

/// A key may be one that does not read webhooks, and an older Creem may not tell of them.
fn not_compared(error: &ApiError) -> Finding {
    Finding::Warn(format!(
        "endpoint and secret of the webhook were not compared with Creem's, which needs a key with webhooks:read: {error}"
    ))
}

/// Whether events reach us by the public address: one that is not signed must be rejected, so that it is us who answer,
/// and one that is signed must be taken.
async fn way(config: &Config, http: &reqwest::Client, ours: &Url) -> Finding {
    const CURE: &str = "start the checkout, and let CHECKOUT_PUBLIC_URL lead to it from outside";
    let failed = |error| Finding::Fail(format!("{ours} does not answer: {}", causes(error)), CURE);
    match http.post(ours.clone()).send().await {
        Ok(answer) if answer.status().as_u16() == 401 => {}
        Ok(answer) if answer.status().is_redirection() => {
            let what = format!("{ours} answers {}, and Creem follows no redirect", answer.status());
            return Finding::Fail(what, "set CHECKOUT_PUBLIC_URL to the address without a redirect");
        }
        Ok(answer) => {
            return Finding::Fail(format!("{ours} answers {}, which is not this checkout", answer.status()), CURE);
        }
        Err(error) => return failed(error),
    }
    let now = Timestamp::now().as_millisecond();
    let event = json!({"id": format!("evt_test_{now}"), "eventType": TEST_EVENT, "created_at": now, "object": {}});
    let event = event.to_string();
    let signature = webhook::sign(config.webhook_secret.expose_secret(), event.as_bytes());
    let sent = http.post(ours.clone()).header(webhook::SIGNATURE_HEADER, signature);
    match sent.header("content-type", "application/json").body(event).send().await {
        Ok(answer) if answer.status().is_success() => {
            Finding::Ok(format!("{ours} takes a signed event; this is the address for Creem (Developers, Webhooks)"))
        }
        Ok(answer) if answer.status().as_u16() == 401 => {
            let what = format!("the checkout at {ours} was started with another CREEM_WEBHOOK_SECRET");
            Finding::Fail(what, "start it again with this one")
        }
        Ok(answer) => Finding::Fail(format!("{ours} answers {} to a signed event", answer.status()), CURE),
        Err(error) => failed(error),
    }
}
