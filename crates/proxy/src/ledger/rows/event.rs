//! A webhook event as a row.

use crate::ledger::database::batch::{Statement, Value};

/// One event, as a row of the ledger.
#[derive(Debug)]
pub(in crate::ledger) struct EventRow {
    pub(in crate::ledger) id: String,
    pub(in crate::ledger) event_type: String,
    pub(in crate::ledger) created_at: i64,
    pub(in crate::ledger) received_at: i64,
    pub(in crate::ledger) payload: String,
    /// Why its effect could not be applied yet.
    pub(in crate::ledger) problem: Option<String>,
}

/// The statement that writes the new events.
pub(in crate::ledger) fn save(rows: Vec<EventRow>) -> Statement {
    let rows = rows.into_iter().map(|row| {
        vec![
            Value::from(row.id),
            row.event_type.into(),
            row.created_at.into(),
            row.received_at.into(),
            row.payload.into(),
            i64::from(row.problem.is_none()).into(),
            row.problem.into(),
        ]
    });
    let statement = Statement::new(
        "INSERT INTO events (id, event_type, created_at, received_at, payload, applied, problem) VALUES ",
    );
    statement.rows(rows).text(" ON CONFLICT (id) DO NOTHING")
}
