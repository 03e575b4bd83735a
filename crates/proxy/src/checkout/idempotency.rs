//! One attempt, one session: calls with the same key and body get the same answer, together, later or on another
//! replica.
//!
//! Creem promises nothing of the kind, so the ledger keeps the attempts.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::HeaderMap;
use serde_json::Value;
use sha2::{Digest, Sha256};
use wire::routes::IDEMPOTENCY_KEY;
use wire::{CheckoutCreated, CheckoutRequest, ErrorCode};

use super::intents::{Asked, Signed};
use crate::error::ProxyError;
use crate::ledger::{Attempt, Claim, Ledger};
use crate::limits::peer::network;
use crate::text::hex::hex;

/// How long one call waits for another with the same key.
const WAIT_AT_MOST: Duration = Duration::from_secs(15);

/// How soon it looks again, at first and at last: many may wait for one that hangs.
const LOOK_FIRST: Duration = Duration::from_millis(25);
const LOOK_AT_LEAST: Duration = Duration::from_millis(400);

/// The key of an attempt: 1 to 128 characters of `[A-Za-z0-9_-]`.
#[derive(Clone, Debug)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key a call came with, if it came with one.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, ProxyError> {
        let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        match value.to_str() {
            Ok(text) if values.next().is_none() && (1..=128).contains(&text.len()) && plain(text) => {
                Ok(Some(Self(text.to_owned())))
            }
            Ok(_) | Err(_) => Err(ProxyError::new(
                ErrorCode::IdempotencyKeyInvalid,
                "Idempotency-Key must be 1 to 128 characters of A-Z, a-z, 0-9, _ and -",
            )),
        }
    }
}

/// One attempt of one caller: keys of different callers never meet.
#[derive(Clone, Debug)]
pub(crate) struct AttemptKey {
    key: String,
    /// Of what is asked for.
    hash: String,
}

impl AttemptKey {
    /// The attempt of a caller. A merchant's server may call from many addresses, so what a merchant signed is one scope;
    /// everybody else is known by their network.
    pub(crate) fn new(given: &IdempotencyKey, client: IpAddr, asked: &Asked) -> Result<Self, ProxyError> {
        let scope = match asked.signed {
            Signed::Not => network(client).to_string(),
            Signed::Parts | Signed::Sale => "intent".to_owned(),
        };
        Ok(Self { key: format!("{scope} {}", given.0), hash: hash(&asked.request)? })
    }

    /// The attempt, and what is asked for with it.
    pub(crate) fn with_hash(&self) -> String {
        format!("{} {}", self.key, self.hash)
    }

    /// Where it stands, when it was sent before and is not over.
    pub(crate) async fn known(&self, ledger: &Ledger) -> Result<Option<Attempt>, ProxyError> {
        Ok(ledger.attempt(&self.key, &self.hash).await?)
    }
}

/// The outcome of claiming an attempt.
pub(crate) enum KeyClaim {
    /// This caller owns the attempt and must complete it.
    Owned(Claim),
    /// The attempt was completed before, with this.
    Completed(CheckoutCreated),
}

/// Claims the attempt, or waits for its owner to complete it; `known` is where the attempt stood a moment ago.
pub(crate) async fn claim_or_wait(
    ledger: &Ledger,
    attempt: &AttemptKey,
    mut known: Option<Attempt>,
) -> Result<KeyClaim, ProxyError> {
    let wait = async {
        let mut pause = LOOK_FIRST;
        loop {
            let stands = match known {
                Some(known) => known,
                None => ledger.claim(&attempt.key, &attempt.hash).await?,
            };
            match stands {
                Attempt::Claimed(claim) => return Ok(KeyClaim::Owned(claim)),
                Attempt::Answered(answer) => {
                    return serde_json::from_str(&answer).map(KeyClaim::Completed).map_err(ProxyError::internal);
                }
                Attempt::Conflict => return Err(conflict()),
                Attempt::Busy => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LOOK_AT_LEAST);
                    known = attempt.known(ledger).await?;
                }
            }
        }
    };
    tokio::time::timeout(WAIT_AT_MOST, wait).await.unwrap_or_else(|_| {
        Err(ProxyError::new(ErrorCode::UpstreamTimeout, "another call with this Idempotency-Key is still at work"))
    })
}

fn conflict() -> ProxyError {
    ProxyError::new(ErrorCode::IdempotencyConflict, "this Idempotency-Key was used with another body")
}

/// The hash of what is asked for, whatever the order of its keys.
fn hash(request: &CheckoutRequest) -> Result<String, ProxyError> {
    let mut canonical = serde_json::to_value(request).map_err(ProxyError::internal)?;
    canonical.sort_all_objects();
    Ok(hex(&Sha256::digest(Value::to_string(&canonical))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_does_not_make_another_body() {
        let hash_of = |text: &str| hash(&serde_json::from_str(text).expect("a request")).expect("a hash");
        let one = hash_of(r#"{"product_id":"prod_1","metadata":{"a":{"x":1,"y":2},"b":2}}"#);
        assert_eq!(one, hash_of(r#"{"metadata":{"b":2,"a":{"y":2,"x":1}},"product_id":"prod_1"}"#));
        assert_ne!(one, hash_of(r#"{"product_id":"prod_2","metadata":{"a":{"x":1,"y":2},"b":2}}"#));
    }
}
