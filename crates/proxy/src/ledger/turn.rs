//! The order of changes.
//!
//! Every transaction that changes a payment takes the turn first. So they follow one another on any database, an event
//! never misses the payment another process is just writing, and the numbers tell readers what they have not seen yet.

use sqlx::{AnyConnection, AnyPool, Row};

/// Takes the turn until the transaction ends.
pub(super) async fn take(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    let row =
        sqlx::query("UPDATE ledger_turn SET turn = turn + 1 WHERE id = 1 RETURNING turn").fetch_one(connection).await?;
    row.try_get("turn")
}

/// The last turn that ended.
pub(super) async fn last(pool: &AnyPool) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT turn FROM ledger_turn WHERE id = 1").fetch_one(pool).await?.try_get("turn")
}
