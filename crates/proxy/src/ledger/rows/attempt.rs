//! An attempt as a row: who holds it, and what it means to one who sends it.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::PaymentStatus;

use super::status_of;
use crate::ledger::database::batch::{Statement, Value};

/// How long an attempt may take before another sender may take it over, in milliseconds: longer than any call to
/// Creem with its retries, so only a process that died leaves one behind.
const ABANDONED_AFTER_MS: i64 = 60_000;

/// How long an attempt is answered with its session, in milliseconds.
const ANSWERED_FOR_MS: i64 = 24 * 3600 * 1000;

/// The right to answer an attempt.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(in crate::ledger) key: String,
    pub(in crate::ledger) id: String,
}

/// Where an attempt stands for one who sends it.
#[derive(Clone, Debug)]
pub(crate) enum Attempt {
    /// Nobody answered it, or what was answered cannot be paid any more: it is the sender's.
    Claimed(Claim),
    /// Another is working on it.
    Busy,
    /// It was answered with this.
    Answered(String),
    /// The key was used for something else.
    Conflict,
}

/// One attempt, as a row of the ledger.
#[derive(Clone, Debug)]
pub(in crate::ledger) struct AttemptRow {
    pub(in crate::ledger) key: String,
    pub(in crate::ledger) body_hash: String,
    pub(in crate::ledger) claim: String,
    pub(in crate::ledger) claimed_at: i64,
    pub(in crate::ledger) answer: Option<String>,
    pub(in crate::ledger) checkout_id: Option<String>,
    /// Whether the session that was answered can still be paid.
    pub(in crate::ledger) is_open: bool,
    pub(in crate::ledger) is_deleted: bool,
}

impl AttemptRow {
    /// What is read, and from where.
    pub(in crate::ledger) const COLUMNS: &str = "attempts.idempotency_key, attempts.body_hash, attempts.claim, \
        attempts.claimed_at, attempts.answer, attempts.checkout_id, sessions.reached FROM attempts \
        LEFT JOIN sessions ON sessions.checkout_id = attempts.checkout_id";

    pub(in crate::ledger) fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let reached: Option<String> = row.try_get("reached")?;
        Ok(Self {
            key: row.try_get("idempotency_key")?,
            body_hash: row.try_get("body_hash")?,
            claim: row.try_get("claim")?,
            claimed_at: row.try_get("claimed_at")?,
            answer: row.try_get("answer")?,
            checkout_id: row.try_get("checkout_id")?,
            is_open: reached
                .as_deref()
                .and_then(status_of)
                .is_some_and(|reached| matches!(reached, PaymentStatus::Pending | PaymentStatus::Processing)),
            is_deleted: false,
        })
    }

    pub(in crate::ledger) fn key(&self) -> &str {
        &self.key
    }

    /// What it means to one who sends it with this body; `None` when it is free.
    pub(in crate::ledger) fn stands(&self, body_hash: &str, now_ms: i64) -> Option<Attempt> {
        let is_over = match &self.answer {
            Some(_) => !self.is_open || self.claimed_at < now_ms - ANSWERED_FOR_MS,
            None => self.claimed_at < now_ms - ABANDONED_AFTER_MS,
        };
        match &self.answer {
            _ if self.is_deleted => None,
            Some(_) if is_over => None,
            _ if self.body_hash != body_hash => Some(Attempt::Conflict),
            Some(answer) => Some(Attempt::Answered(answer.clone())),
            None if is_over => None,
            None => Some(Attempt::Busy),
        }
    }
}

/// The statements that write the changed attempts.
pub(in crate::ledger) fn save<'a>(rows: impl Iterator<Item = &'a AttemptRow>) -> Vec<Statement> {
    let (deleted, kept): (Vec<_>, Vec<_>) = rows.partition(|row| row.is_deleted);
    let mut statements = Vec::new();
    if !deleted.is_empty() {
        let keys = deleted.iter().map(|row| &row.key);
        statements.push(Statement::new("DELETE FROM attempts WHERE ").among("idempotency_key", keys));
    }
    if !kept.is_empty() {
        let rows = kept.into_iter().map(|row| {
            let AttemptRow { key, body_hash, claim, claimed_at, answer, checkout_id, is_open: _, is_deleted: _ } =
                row.clone();
            vec![Value::from(key), body_hash.into(), claim.into(), claimed_at.into(), answer.into(), checkout_id.into()]
        });
        let statement = Statement::new(
            "INSERT INTO attempts (idempotency_key, body_hash, claim, claimed_at, answer, checkout_id) VALUES ",
        );
        statements.push(statement.rows(rows).text(
            " ON CONFLICT (idempotency_key) DO UPDATE SET body_hash = excluded.body_hash, claim = excluded.claim, \
             claimed_at = excluded.claimed_at, answer = excluded.answer, checkout_id = excluded.checkout_id",
        ));
    }
    statements
}
