//! Attempts to open a session, so that one attempt opens one session however often it is sent.

use sqlx::FromRow;
use uuid::Uuid;

use super::Ledger;

/// How long an attempt may take before another sender may take it over, in milliseconds: longer than any call to
/// Creem with its retries, so only a process that died leaves one behind.
const ABANDONED_AFTER_MS: i64 = 60_000;

/// The right to answer an attempt.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    key: String,
    id: String,
}

/// Where an attempt stands for one who sends it.
#[derive(Clone, Debug)]
pub(crate) enum Attempt {
    /// Nobody answered it: it is the sender's.
    Claimed(Claim),
    /// Another is working on it.
    Busy,
    /// It was answered with this.
    Answered(String),
    /// The key was used for something else.
    Conflict,
}

#[derive(FromRow)]
struct Row {
    body_hash: String,
    claim: String,
    claimed_at: i64,
    answer: Option<String>,
}

impl Ledger {
    /// Whether an attempt was sent before.
    pub(crate) async fn knows_attempt(&self, key: &str) -> Result<bool, sqlx::Error> {
        let row = sqlx::query("SELECT claimed_at FROM attempts WHERE idempotency_key = $1")
            .bind(key.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.is_some())
    }

    /// Claims an attempt, or says what became of it.
    pub(crate) async fn claim(&self, key: &str, body_hash: &str, now_ms: i64) -> Result<Attempt, sqlx::Error> {
        let claim = Claim { key: key.to_owned(), id: Uuid::new_v4().to_string() };
        let inserted = sqlx::query(
            "INSERT INTO attempts (idempotency_key, body_hash, claim, claimed_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (idempotency_key) DO NOTHING",
        )
        .bind(key.to_owned())
        .bind(body_hash.to_owned())
        .bind(claim.id.clone())
        .bind(now_ms)
        .execute(&self.pool)
        .await?;
        if inserted.rows_affected() == 1 {
            return Ok(Attempt::Claimed(claim));
        }
        let row: Option<Row> =
            sqlx::query_as("SELECT body_hash, claim, claimed_at, answer FROM attempts WHERE idempotency_key = $1")
                .bind(key.to_owned())
                .fetch_optional(&self.pool)
                .await?;
        match row {
            // Its owner failed and gave it up in this moment; the sender asks again.
            None => Ok(Attempt::Busy),
            Some(row) if row.body_hash != body_hash => Ok(Attempt::Conflict),
            Some(Row { answer: Some(answer), .. }) => Ok(Attempt::Answered(answer)),
            Some(row) if row.claimed_at < now_ms - ABANDONED_AFTER_MS => self.take_over(claim, &row, now_ms).await,
            Some(_) => Ok(Attempt::Busy),
        }
    }

    async fn take_over(&self, claim: Claim, abandoned: &Row, now_ms: i64) -> Result<Attempt, sqlx::Error> {
        let taken = sqlx::query(
            "UPDATE attempts SET claim = $1, claimed_at = $2 WHERE idempotency_key = $3 AND claim = $4 \
             AND answer IS NULL",
        )
        .bind(claim.id.clone())
        .bind(now_ms)
        .bind(claim.key.clone())
        .bind(abandoned.claim.clone())
        .execute(&self.pool)
        .await?;
        Ok(if taken.rows_affected() == 1 { Attempt::Claimed(claim) } else { Attempt::Busy })
    }

    /// Keeps the answer for everyone who sends this attempt again.
    pub(crate) async fn answer(&self, claim: &Claim, answer: &str) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE attempts SET answer = $1 WHERE idempotency_key = $2 AND claim = $3")
            .bind(answer.to_owned())
            .bind(claim.key.clone())
            .bind(claim.id.clone())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Gives an attempt up after a failure, so that the next try can succeed.
    pub(crate) async fn give_up(&self, claim: &Claim) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM attempts WHERE idempotency_key = $1 AND claim = $2 AND answer IS NULL")
            .bind(claim.key.clone())
            .bind(claim.id.clone())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_an_attempt_whose_owner_died_can_be_taken_over() {
        let file = std::env::temp_dir().join(format!("creem-checkout-attempts-{}.db", Uuid::new_v4()));
        let ledger = Ledger::open(&format!("sqlite://{}", file.display()).into()).await.unwrap();
        let at = |now_ms| ledger.claim("key", "hash", now_ms);
        let Attempt::Claimed(dead) = at(0).await.unwrap() else { panic!("not the first") };
        assert!(matches!(at(ABANDONED_AFTER_MS).await.unwrap(), Attempt::Busy));
        let Attempt::Claimed(heir) = at(ABANDONED_AFTER_MS + 1).await.unwrap() else { panic!("not taken over") };
        ledger.give_up(&dead).await.unwrap();
        ledger.answer(&dead, "late").await.unwrap();
        assert!(matches!(at(ABANDONED_AFTER_MS + 2).await.unwrap(), Attempt::Busy), "the dead decide nothing");
        ledger.answer(&heir, "answer").await.unwrap();
        assert!(matches!(at(i64::MAX).await.unwrap(), Attempt::Answered(answer) if answer == "answer"));
        assert!(matches!(ledger.claim("key", "other", 0).await.unwrap(), Attempt::Conflict));
        drop(ledger);
        let _ = std::fs::remove_file(file);
    }
}
