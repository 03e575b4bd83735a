//! Changes of payments that the merchant's endpoint has not taken yet: written in the transaction of the change, and
//! gone once they were taken.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::database::batch::{Statement, Value};
use super::session::Session;
use super::{Ledger, LedgerError};

/// What is said of a payment, as it is sent.
pub(crate) type Describe = fn(&Session) -> String;

/// A change to be told.
#[derive(Debug)]
pub(super) struct NewNotification {
    pub(super) checkout_id: String,
    pub(super) turn: i64,
    pub(super) body: String,
    pub(super) created_at: i64,
}

/// A change that is due to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    /// The same each time it is sent.
    pub(crate) id: String,
    pub(crate) body: String,
    /// How often it was sent before.
    pub(crate) attempts: i64,
}

/// What waits to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// How many changes.
    pub count: i64,
    /// Why the oldest was not taken the last time it was sent.
    pub problem: Option<String>,
}

/// The statement that keeps changes until they are taken.
pub(super) fn save(notifications: Vec<NewNotification>) -> Statement {
    let rows = notifications.into_iter().map(|NewNotification { checkout_id, turn, body, created_at }| {
        let id = format!("msg_{checkout_id}_{turn}");
        vec![
            Value::from(id),
            checkout_id.into(),
            turn.into(),
            body.into(),
            created_at.into(),
            0_i64.into(),
            created_at.into(),
        ]
    });
    Statement::new("INSERT INTO notifications (id, checkout_id, turn, body, created_at, attempts, due_at) VALUES ")
        .rows(rows)
}

impl Ledger {
    /// The changes that are due, at most so many: of each payment the oldest that was not taken.
    pub(crate) async fn due_notifications(&self, at_most: i64) -> Result<Vec<Notification>, LedgerError> {
        let due = "SELECT id, body, attempts FROM notifications WHERE due_at <= $1 AND NOT EXISTS \
                   (SELECT 1 FROM notifications earlier WHERE earlier.checkout_id = notifications.checkout_id \
                   AND earlier.turn < notifications.turn) ORDER BY due_at, turn LIMIT $2";
        let rows = sqlx::query(due).bind(self.now_ms()).bind(at_most).fetch_all(self.reads()).await?;
        let read = |row: &AnyRow| {
            Ok(Notification { id: row.try_get("id")?, body: row.try_get("body")?, attempts: row.try_get("attempts")? })
        };
        rows.iter().map(read).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::from)
    }

    /// Takes a change to send it; false when another replica has it. It is due again after so many milliseconds, should
    /// nothing more be heard of it.
    pub(crate) async fn claim_notification(
        &self,
        notification: &Notification,
        for_ms: i64,
    ) -> Result<bool, LedgerError> {
        let claim = Statement::new("UPDATE notifications SET attempts = attempts + 1, due_at = ")
            .value(self.now_ms().saturating_add(for_ms))
            .text(" WHERE id = ")
            .value(notification.id.as_str())
            .text(" AND attempts = ")
            .value(notification.attempts);
        Ok(self.writer.statement(claim).await? == 1)
    }

    /// Lets what a process that is gone was sending be sent again at once.
    pub(crate) async fn release_notifications(&self) -> Result<(), LedgerError> {
        let released =
            Statement::new("UPDATE notifications SET due_at = created_at WHERE attempts > 0 AND problem IS NULL");
        self.writer.statement(released).await?;
        Ok(())
    }

    /// A change was taken.
    pub(crate) async fn notification_taken(&self, id: &str) -> Result<(), LedgerError> {
        self.writer.statement(Statement::new("DELETE FROM notifications WHERE id = ").value(id)).await?;
        Ok(())
    }

    /// A change was not taken, and is sent again after so many milliseconds.
    pub(crate) async fn notification_rejected(
        &self,
        id: &str,
        again_in_ms: i64,
        problem: &str,
    ) -> Result<(), LedgerError> {
        let rejected = Statement::new("UPDATE notifications SET due_at = ")
            .value(self.now_ms().saturating_add(again_in_ms))
            .text(", problem = ")
            .value(problem)
            .text(" WHERE id = ")
            .value(id);
        self.writer.statement(rejected).await?;
        Ok(())
    }

    /// How many changes wait, and why the oldest does.
    pub(crate) async fn waiting_notifications(&self) -> Result<Waiting, LedgerError> {
        let mut connection = self.reads().acquire().await?;
        Ok(Waiting::read(&mut connection).await?)
    }
}

impl Waiting {
    pub(super) async fn read(connection: &mut AnyConnection) -> Result<Self, sqlx::Error> {
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM notifications").fetch_one(&mut *connection).await?;
        let oldest = "SELECT problem FROM notifications ORDER BY created_at, id LIMIT 1";
        let problem: Option<Option<String>> = sqlx::query_scalar(oldest).fetch_optional(connection).await?;
        Ok(Self { count, problem: problem.flatten() })
    }
}
