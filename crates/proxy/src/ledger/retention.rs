//! Forgetting: what buyers told us goes when its time is over; that they paid stays.

use super::database::batch::Statement;
use super::{Ledger, LedgerError};

/// How long attempts are kept, in milliseconds: nobody is answered with one after a day.
const ATTEMPTS_KEPT_MS: i64 = 2 * 24 * 3600 * 1000;

/// How long a session that nobody paid is kept, in milliseconds: a day to live, and a week after that.
const UNPAID_KEPT_MS: i64 = 8 * 24 * 3600 * 1000;

/// Rows that one statement touches at most, so that nobody who waits for the writer waits long.
const AT_ONCE: i64 = 500;

impl Ledger {
    /// Forgets buyers, metadata and the payloads of events that are older than a moment; an event that waits to be
    /// understood keeps its payload. A change that was not taken in all that time is told no more. Returns how many rows it
    /// touched.
    pub(crate) async fn forget_before(&self, cutoff_ms: i64) -> Result<u64, LedgerError> {
        let events = Statement::new(
            "UPDATE events SET payload = '' WHERE id IN (SELECT id FROM events WHERE payload <> '' AND applied <> 0 \
             AND received_at < ",
        );
        let sessions = Statement::new(
            "UPDATE sessions SET customer = NULL, order_facts = NULL, metadata = NULL WHERE checkout_id IN \
             (SELECT checkout_id FROM sessions WHERE (customer IS NOT NULL OR order_facts IS NOT NULL \
             OR metadata IS NOT NULL) AND updated_at < ",
        );
        let notifications =
            Statement::new("DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE created_at < ");
        let mut touched = 0;
        for statement in [events, sessions, notifications] {
            touched += self.by_and_by(statement, cutoff_ms).await?;
        }
        Ok(touched)
    }

    /// Forgets attempts nobody will send again, and sessions that ended unpaid a week ago with all that came with them.
    pub(crate) async fn forget_unpaid(&self) -> Result<u64, LedgerError> {
        let now_ms = self.clock.now_ms();
        let attempts = Statement::new(
            "DELETE FROM attempts WHERE idempotency_key IN (SELECT idempotency_key FROM attempts WHERE claimed_at < ",
        );
        let mut touched = self.by_and_by(attempts, now_ms - ATTEMPTS_KEPT_MS).await?;
        let history = Statement::new(
            "DELETE FROM history WHERE checkout_id IN (SELECT checkout_id FROM sessions WHERE standing < 3 \
             AND updated_at < ",
        );
        let cutoff_ms = now_ms - UNPAID_KEPT_MS;
        let unpaid = "DELETE FROM sessions WHERE standing < 3 AND updated_at < ";
        loop {
            // Their history first, of the same sessions, while they are there to be found.
            let with_order =
                |statement: Statement| statement.value(cutoff_ms).text(" ORDER BY updated_at, checkout_id");
            self.writer.statement(with_order(history.clone()).text(" LIMIT ").value(AT_ONCE).text(")")).await?;
            let chosen = Statement::new(unpaid)
                .value(cutoff_ms)
                .text(" AND checkout_id IN (SELECT checkout_id FROM sessions WHERE standing < 3 AND updated_at < ");
            let deleted = self.writer.statement(with_order(chosen).text(" LIMIT ").value(AT_ONCE).text(")")).await?;
            touched += deleted;
            if deleted == 0 {
                return Ok(touched);
            }
        }
    }

    /// Forgets everything, as a sandbox that starts again does.
    pub(crate) async fn forget_all(&self) -> Result<(), LedgerError> {
        for table in ["attempts", "events", "history", "movements", "notifications", "sessions"] {
            self.writer.statement(Statement::new("DELETE FROM ").text(table)).await?;
        }
        Ok(())
    }

    /// Runs a statement that ends before its moment, for some rows at a time, until there are none.
    async fn by_and_by(&self, statement: Statement, cutoff_ms: i64) -> Result<u64, LedgerError> {
        let mut touched = 0;
        loop {
            let some = statement.clone().value(cutoff_ms).text(" LIMIT ").value(AT_ONCE).text(")");
            match self.writer.statement(some).await? {
                0 => return Ok(touched),
                rows => touched += rows,
            }
        }
    }
}
