//! What the merchant's own systems may read: everything that is known of a payment, for the bearer of the token.

use axum::http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use wire::{ErrorCode, Payment};

use crate::error::ProxyError;
use crate::ledger::{Cursor, KnownPayment, Opened, Paid, PastStatus, WaitingEvent, is_settled, iso};

/// One session's payment, in full.
#[derive(Debug, Serialize)]
pub(crate) struct FullPayment {
    #[serde(flatten)]
    payment: Payment,
    /// What went back so far, in minor units of `currency`.
    refunded_amount: i64,
    /// What this proxy opened the session with; null for one that it did not open.
    opened: Option<Opened>,
    /// What Creem says was paid; null until it is.
    paid: Option<Paid>,
    /// The fields in which what was paid differs from what was opened.
    mismatch: Vec<&'static str>,
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

/// A page of what a merchant should look at.
#[derive(Debug, Serialize)]
pub(crate) struct PaymentsToLookAt {
    #[serde(flatten)]
    payments: ChangedPayments,
    /// Events about money that could not be understood, at most 100 of them.
    events: Vec<EventToLookAt>,
}

/// An event that waits to be understood.
#[derive(Debug, Serialize)]
pub(crate) struct EventToLookAt {
    id: String,
    event_type: String,
    received_at: String,
    problem: String,
}

impl From<KnownPayment> for FullPayment {
    fn from(known: KnownPayment) -> Self {
        let KnownPayment { payment, session } = known;
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            payment,
            refunded_amount: session.refunded_amount,
            opened: session.opened,
            paid: session.paid,
            mismatch: session.mismatches.iter().map(|mismatch| mismatch.as_str()).collect(),
            customer: json(session.customer),
            order: json(session.order),
            metadata: json(session.metadata),
            created_at: iso(session.created_at),
        }
    }
}

impl From<WaitingEvent> for EventToLookAt {
    fn from(event: WaitingEvent) -> Self {
        let WaitingEvent { id, event_type, received_at, problem } = event;
        Self { id, event_type, received_at: iso(received_at), problem }
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
    /// A page of at most so many, after a place in the order of changes.
    pub(crate) fn of(known: Vec<KnownPayment>, after: Cursor, page_size: i64) -> Self {
        let next = known.last().map_or(after, |known| Cursor {
            turn: known.session.turn,
            checkout_id: known.session.checkout_id.as_str().to_owned(),
        });
        let has_more = i64::try_from(known.len()).is_ok_and(|found| found >= page_size);
        Self { items: known.into_iter().map(FullPayment::from).collect(), next_cursor: next.to_string(), has_more }
    }
}

impl PaymentsToLookAt {
    pub(crate) fn of(payments: ChangedPayments, events: Vec<WaitingEvent>) -> Self {
        Self { payments, events: events.into_iter().map(EventToLookAt::from).collect() }
    }
}

/// Rejects requests without the configured bearer token. With none configured, every request is rejected.
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
