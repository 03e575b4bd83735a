//! Events that wait to be understood.

use sqlx::Row as _;

use super::{Ledger, LedgerError};

/// An event whose effect could not be applied.
#[derive(Clone, Debug)]
pub(crate) struct WaitingEvent {
    pub(crate) id: String,
    pub(crate) event_type: String,
    /// When it came, in milliseconds since 1970.
    pub(crate) received_at: i64,
    /// Why it waits.
    pub(crate) problem: String,
}

impl Ledger {
    /// The events that wait, in the order of their ids, after one of them; at most so many.
    pub(crate) async fn waiting_events(&self, after: &str, at_most: i64) -> Result<Vec<WaitingEvent>, LedgerError> {
        let rows = sqlx::query(
            "SELECT id, event_type, received_at, problem FROM events WHERE applied = 0 AND id > $1 \
             ORDER BY id LIMIT $2",
        );
        let rows = rows.bind(after.to_owned()).bind(at_most).fetch_all(self.reads()).await?;
        let waiting = |row: &sqlx::any::AnyRow| {
            Ok(WaitingEvent {
                id: row.try_get("id")?,
                event_type: row.try_get("event_type")?,
                received_at: row.try_get("received_at")?,
                problem: row.try_get::<Option<String>, _>("problem")?.unwrap_or_default(),
            })
        };
        rows.iter().map(waiting).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::from)
    }

    /// The payload of one event, as it was signed.
    pub(crate) async fn payload_of(&self, event_id: &str) -> Result<Option<String>, LedgerError> {
        let row = sqlx::query_scalar("SELECT payload FROM events WHERE id = $1").bind(event_id.to_owned());
        Ok(row.fetch_optional(self.reads()).await?)
    }
}
