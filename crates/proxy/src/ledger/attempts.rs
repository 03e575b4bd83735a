//! Attempts to open a session, so that one attempt opens one session however often it is sent.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::rows::attempt::{Attempt, AttemptRow, Claim};
use super::session::Facts;
use super::world::{Change, Learned, Needs, World};
use super::{Ledger, LedgerError};

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
