//! Forgetting: what buyers told us goes when its time is over; that they paid stays.

use super::Ledger;

/// How long attempts are kept, in milliseconds: nobody sends one again after a week.
const ATTEMPTS_KEPT_MS: i64 = 7 * 24 * 3600 * 1000;

impl Ledger {
    /// Forgets buyers, metadata and the payloads of events that are older than a moment. Returns how many rows it
    /// touched.
    pub(crate) async fn forget_before(&self, cutoff_ms: i64) -> Result<u64, sqlx::Error> {
        let sessions = sqlx::query(
            "UPDATE sessions SET customer = NULL, order_facts = NULL, metadata = NULL WHERE updated_at < $1 \
             AND (customer IS NOT NULL OR order_facts IS NOT NULL OR metadata IS NOT NULL)",
        );
        let events = sqlx::query("UPDATE events SET payload = '' WHERE received_at < $1 AND payload <> ''");
        let mut touched = 0;
        for statement in [events, sessions] {
            touched += statement.bind(cutoff_ms).execute(&self.pool).await?.rows_affected();
        }
        Ok(touched)
    }

    /// Forgets attempts nobody will send again.
    pub(crate) async fn forget_attempts(&self, now_ms: i64) -> Result<u64, sqlx::Error> {
        let forgotten = sqlx::query("DELETE FROM attempts WHERE claimed_at < $1").bind(now_ms - ATTEMPTS_KEPT_MS);
        Ok(forgotten.execute(&self.pool).await?.rows_affected())
    }
}
