//! Attempts to open a session, so that one attempt opens one session however often it is sent.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;
use wire::PaymentStatus;

use super::batch::{Statement, Value};
use super::rows::status_of;
use super::session::Facts;
use super::world::{Learned, Needs, World};
use super::writer::Change;
use super::{Ledger, LedgerError};

/// How long an attempt may take before another sender may take it over, in milliseconds: longer than any call to
/// Creem with its retries, so only a process that died leaves one behind.
const ABANDONED_AFTER_MS: i64 = 60_000;

/// How long an attempt is answered with its session, in milliseconds.
const ANSWERED_FOR_MS: i64 = 24 * 3600 * 1000;

/// The right to answer an attempt.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    key: String,
    id: String,
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
pub(super) struct AttemptRow {
    key: String,
    body_hash: String,
    claim: String,
    claimed_at: i64,
    answer: Option<String>,
    checkout_id: Option<String>,
    /// Whether the session that was answered can still be paid.
    is_open: bool,
    is_deleted: bool,
}

impl AttemptRow {
    /// What is read, and from where.
    pub(super) const COLUMNS: &str = "attempts.idempotency_key, attempts.body_hash, attempts.claim, \
        attempts.claimed_at, attempts.answer, attempts.checkout_id, sessions.reached FROM attempts \
        LEFT JOIN sessions ON sessions.checkout_id = attempts.checkout_id";

    pub(super) fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
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

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// What it means to one who sends it with this body; `None` when it is free.
    fn stands(&self, body_hash: &str, now_ms: i64) -> Option<Attempt> {
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
pub(super) fn save<'a>(rows: impl Iterator<Item = &'a AttemptRow>) -> Vec<Statement> {
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

struct TakeClaim {
    key: String,
    body_hash: String,
    now_ms: i64,
}

impl Change for TakeClaim {
    type Answer = Attempt;

    fn needs(&self, needs: &mut Needs) {
        needs.attempt_keys.insert(self.key.clone());
    }

    fn apply(&self, world: &mut World) -> Attempt {
        let known = world.attempts.get(&self.key);
        if let Some(taken) = known.and_then(|row| row.stands(&self.body_hash, self.now_ms)) {
            return taken;
        }
        let claim = Claim { key: self.key.clone(), id: Uuid::new_v4().to_string() };
        let row = AttemptRow {
            key: self.key.clone(),
            body_hash: self.body_hash.clone(),
            claim: claim.id.clone(),
            claimed_at: self.now_ms,
            answer: None,
            checkout_id: None,
            is_open: false,
            is_deleted: false,
        };
        world.attempts.insert(self.key.clone(), row);
        world.changed_attempts.insert(self.key.clone());
        Attempt::Claimed(claim)
    }
}

/// Ends a claim: with the session that was opened, or with nothing.
struct EndClaim {
    claim: Claim,
    opened: Option<(Facts, String)>,
    now_ms: i64,
}

impl Change for EndClaim {
    type Answer = Learned;

    fn needs(&self, needs: &mut Needs) {
        needs.attempt_keys.insert(self.claim.key.clone());
        if let Some((facts, _)) = &self.opened {
            needs.facts(facts);
        }
    }

    fn apply(&self, world: &mut World) -> Learned {
        let held = world.attempts.get_mut(&self.claim.key);
        // Another may have taken it over from one that was believed dead; the dead decide nothing.
        if let Some(row) = held.filter(|row| row.claim == self.claim.id && row.answer.is_none()) {
            match &self.opened {
                Some((facts, answer)) => {
                    row.answer = Some(answer.clone());
                    row.checkout_id = Some(facts.checkout_id.as_str().to_owned());
                    row.is_open = true;
                }
                None => row.is_deleted = true,
            }
            world.changed_attempts.insert(self.claim.key.clone());
        }
        self.opened.as_ref().map(|(facts, _)| world.learn(facts, self.now_ms)).unwrap_or_default()
    }
}

impl Ledger {
    /// Where an attempt stands, without taking it; `None` when it is free.
    pub(crate) async fn attempt(&self, key: &str, body_hash: &str) -> Result<Option<Attempt>, LedgerError> {
        let sql = format!("SELECT {} WHERE attempts.idempotency_key = $1", AttemptRow::COLUMNS);
        let row = sqlx::query(AssertSqlSafe(sql)).bind(key.to_owned()).fetch_optional(self.reads()).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(AttemptRow::read(&row)?.stands(body_hash, self.now_ms()))
    }

    /// Claims an attempt, or says what became of it.
    pub(crate) async fn claim(&self, key: &str, body_hash: &str) -> Result<Attempt, LedgerError> {
        let now_ms = self.now_ms();
        self.change(TakeClaim { key: key.to_owned(), body_hash: body_hash.to_owned(), now_ms }).await
    }

    /// Keeps the session that a claim opened, together with the answer for everyone who sends the attempt again.
    pub(crate) async fn opened(&self, claim: Claim, facts: Facts, answer: String) -> Result<Learned, LedgerError> {
        self.change(EndClaim { claim, opened: Some((facts, answer)), now_ms: self.now_ms() }).await
    }

    /// Gives an attempt up after a failure, so that the next try can succeed.
    pub(crate) async fn give_up(&self, claim: Claim) -> Result<(), LedgerError> {
        self.change(EndClaim { claim, opened: None, now_ms: self.now_ms() }).await.map(|_| ())
    }
}
