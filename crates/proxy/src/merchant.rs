//! What the merchant's own systems may read: everything that is known of a payment, for the bearer of the token.

use axum::http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use wire::{ErrorCode, Payment};

use crate::error::ProxyError;
use crate::ledger::{KnownPayment, PastStatus};
use crate::payments::is_settled;

/// One session's payment, in full.
#[derive(Debug, Serialize)]
pub(crate) struct FullPayment {
    #[serde(flatten)]
    payment: Payment,
    customer: Option<Value>,
    order: Option<Value>,
    metadata: Option<Value>,
    created_at: String,
}

/// Everything that is known of one reference.
#[derive(Debug, Serialize)]
pub(crate) struct FullReference {
    /// The session that decides.
    #[serde(flatten)]
    deciding: FullPayment,
    /// Whether more than one session was paid, whatever became of the money.
    paid_twice: bool,
    sessions: Vec<FullPayment>,
    history: Vec<Step>,
}

/// One status a payment had.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    checkout_id: String,
    status: String,
    changed_at: String,
    learned_at: String,
}

/// A page of what changed.
#[derive(Debug, Serialize)]
pub(crate) struct ChangedPayments {
    items: Vec<FullPayment>,
    /// Give it back to get what changed next, now or later.
    next_cursor: String,
    /// Whether there is more already.
    has_more: bool,
}

impl From<KnownPayment> for FullPayment {
    fn from(known: KnownPayment) -> Self {
        let KnownPayment { payment, customer, order, metadata, created_at, turn: _ } = known;
        Self { payment, customer, order, metadata, created_at }
    }
}

impl FullReference {
    /// Puts together what is known; `None` when the deciding session is not among the sessions.
    pub(crate) fn of(deciding: &Payment, known: Vec<KnownPayment>, history: Vec<PastStatus>) -> Option<Self> {
        let paid_twice = known.iter().filter(|known| is_settled(known.payment.status)).count() > 1;
        let decides = known.iter().find(|known| known.payment.checkout_id == deciding.checkout_id)?.clone();
        let step = |past: PastStatus| {
            let PastStatus { checkout_id, status, changed_at, learned_at } = past;
            Step { checkout_id, status, changed_at, learned_at }
        };
        Some(Self {
            deciding: decides.into(),
            paid_twice,
            sessions: known.into_iter().map(FullPayment::from).collect(),
            history: history.into_iter().map(step).collect(),
        })
    }
}

impl ChangedPayments {
    /// A page of at most so many, after a turn of the ledger.
    pub(crate) fn of(known: Vec<KnownPayment>, after: i64, page_size: i64) -> Self {
        let next = known.last().map_or(after, |known| known.turn);
        let has_more = i64::try_from(known.len()).is_ok_and(|found| found >= page_size);
        Self { items: known.into_iter().map(FullPayment::from).collect(), next_cursor: next.to_string(), has_more }
    }
}

/// Refuses who does not bear the token. Without a token nobody does.
pub(crate) fn check_bearer(headers: &HeaderMap, token: Option<&SecretString>) -> Result<(), ProxyError> {
    let refused = |message| ProxyError::new(ErrorCode::TokenInvalid, message);
    let Some(token) = token else {
        return Err(refused("the merchant's view is off; set CHECKOUT_API_TOKEN to turn it on"));
    };
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let first = given.next().and_then(|value| value.to_str().ok()).and_then(|value| value.split_once(' '));
    let bearer = first.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    // Hashes differ at once or not at all, so the time to compare them tells nothing of the token.
    let is_it = |given: &str| Sha256::digest(given) == Sha256::digest(token.expose_secret());
    if given.next().is_none() && bearer.is_some_and(is_it) {
        Ok(())
    } else {
        Err(refused("send Authorization: Bearer with the token of CHECKOUT_API_TOKEN"))
    }
}
