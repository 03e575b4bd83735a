//! One attempt, one session: calls with the same key and body get the same answer, together, later or on another
//! replica.
//!
//! Creem promises nothing of the kind, so the ledger keeps the attempts.

use std::time::Duration;

use axum::http::HeaderMap;
use serde_json::Value;
use sha2::{Digest, Sha256};
use wire::{CheckoutCreated, CheckoutRequest, ErrorCode};

use crate::clock::Clock;
use crate::error::ProxyError;
use crate::ledger::{Attempt, Claim, Ledger};

/// The header with the attempt's key.
const HEADER: &str = "idempotency-key";

/// How long one call waits for another with the same key.
const WAIT_AT_MOST: Duration = Duration::from_secs(15);

/// How often it looks meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The key of an attempt: 1 to 128 characters of `[A-Za-z0-9_-]`.
#[derive(Clone, Debug)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The key a call came with, if it came with one.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, ProxyError> {
        let mut values = headers.get_all(HEADER).iter();
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

/// What one who sends an attempt gets.
pub(crate) enum Turn {
    /// It is theirs to answer.
    Theirs(Claim),
    /// It was answered before.
    Answered(CheckoutCreated),
}

/// Takes the turn, or waits for the answer of the one who has it.
pub(crate) async fn take_turn(
    ledger: &Ledger,
    clock: &Clock,
    key: &IdempotencyKey,
    hash: &str,
) -> Result<Turn, ProxyError> {
    let wait = async {
        loop {
            match ledger.claim(&key.0, hash, clock.now_ms()).await? {
                Attempt::Claimed(claim) => return Ok(Turn::Theirs(claim)),
                Attempt::Answered(answer) => {
                    return serde_json::from_str(&answer).map(Turn::Answered).map_err(ProxyError::internal);
                }
                Attempt::Conflict => return Err(conflict()),
                Attempt::Busy => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    };
    tokio::time::timeout(WAIT_AT_MOST, wait).await.unwrap_or_else(|_| {
        Err(ProxyError::new(ErrorCode::UpstreamTimeout, "another call with this Idempotency-Key is still at work"))
    })
}

/// Keeps what became of a turn: an answer for everyone, a failure for nobody.
pub(crate) async fn finish_turn(
    ledger: &Ledger,
    claim: &Claim,
    result: &Result<CheckoutCreated, ProxyError>,
) -> Result<(), ProxyError> {
    match result {
        Ok(created) => {
            let answer = serde_json::to_string(created).map_err(ProxyError::internal)?;
            ledger.answer(claim, &answer).await?;
        }
        Err(_) => ledger.give_up(claim).await?,
    }
    Ok(())
}

fn conflict() -> ProxyError {
    ProxyError::new(ErrorCode::IdempotencyConflict, "this Idempotency-Key was used with another body")
}

/// The hash of what is asked for, whatever the order of its keys.
pub(crate) fn hash(request: &CheckoutRequest) -> Result<String, ProxyError> {
    let mut canonical = serde_json::to_value(request).map_err(ProxyError::internal)?;
    canonical.sort_all_objects();
    let digest = Sha256::digest(Value::to_string(&canonical));
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
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
