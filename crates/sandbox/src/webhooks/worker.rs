//! Sending: one delivery after the other, so that they arrive in the order they were due. An endpoint that takes its
//! time gets a head start and then no longer holds the others up.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Notify;

use super::queue::{NextDelivery, OutgoingDelivery};
use crate::Inner;
use crate::world::deliveries::Reply;

/// How long an endpoint may take to answer. Creem publishes no number.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long the next delivery waits for the one before it.
const HEAD_START: Duration = Duration::from_millis(500);

/// Longest answer that is kept, in bytes.
const KEPT_BYTES: usize = 4096;

/// Delivers until the sandbox is gone. `wake` says that the queue, the clock or the behaviour has changed.
pub(crate) async fn drive(sandbox: Weak<Inner>, wake: Arc<Notify>) {
    let client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent("creem-sandbox")
        .build()
        .expect("a client without certificates of its own can be built");
    loop {
        let next = match sandbox.upgrade() {
            Some(inner) => inner.world().next_delivery(),
            None => return,
        };
        match next {
            NextDelivery::Send(outgoing) => {
                let sending = tokio::spawn(send(client.clone(), sandbox.clone(), Arc::clone(&wake), outgoing));
                // Past its head start it goes on by itself.
                let _ = tokio::time::timeout(HEAD_START, sending).await;
            }
            NextDelivery::Wait(time) => {
                tokio::select! {
                    () = tokio::time::sleep(time) => {}
                    () = wake.notified() => {}
                }
            }
            NextDelivery::Idle => wake.notified().await,
        }
    }
}

async fn send(client: reqwest::Client, sandbox: Weak<Inner>, wake: Arc<Notify>, outgoing: OutgoingDelivery) {
    let result = post(&client, &outgoing).await;
    tracing::debug!(url = outgoing.url, ?result, "webhook sent");
    if let Some(inner) = sandbox.upgrade() {
        inner.world().attempted(outgoing, result);
        wake.notify_one();
    }
}

async fn post(client: &reqwest::Client, outgoing: &OutgoingDelivery) -> Result<Reply, String> {
    let request = client
        .post(&outgoing.url)
        .header("content-type", "application/json")
        .header(creem::webhook::SIGNATURE_HEADER, creem::webhook::sign(&outgoing.secret, outgoing.body.as_bytes()))
        .body(outgoing.body.clone());
    match request.send().await {
        Ok(mut response) => {
            let mut body = Vec::new();
            while body.len() < KEPT_BYTES
                && let Ok(Some(chunk)) = response.chunk().await
            {
                body.extend_from_slice(&chunk);
            }
            body.truncate(KEPT_BYTES);
            Ok(Reply { status: response.status().as_u16(), body: String::from_utf8_lossy(&body).into_owned() })
        }
        Err(error) if error.is_timeout() => Err("timed out".to_owned()),
        Err(error) if error.is_connect() => Err("could not connect".to_owned()),
        Err(error) => Err(error.without_url().to_string()),
    }
}
