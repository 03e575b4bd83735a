//! Looking at a database without changing it.

use sqlx::Connection;

use super::database::connection::{IN_MEMORY, is_in_memory, is_sqlite};
use super::database::{first_contact, migration};
use super::notifications::Waiting;

/// What a start would find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseState {
    /// Its tables are up to date.
    Ready,
    /// It is there, and a start brings its tables up to date.
    Behind,
    /// There is none; a start creates it.
    Absent,
}

/// SQLite's code for a file that is not there.
const CANNOT_OPEN: &str = "14";

/// What a start would find. Takes the right to write and gives it back, so that a database that cannot be written to is
/// found out.
pub(crate) async fn inspect(url: &str) -> Result<DatabaseState, sqlx::Error> {
    if url == IN_MEMORY || is_in_memory(url) {
        return Ok(DatabaseState::Absent);
    }
    // Without `mode` a file that is not there is an error, and not created.
    let mut connection = match first_contact::connect(url).await {
        Ok(connection) => connection,
        Err(error) if is_sqlite(url) && has_code(&error, CANNOT_OPEN) => return Ok(DatabaseState::Absent),
        Err(error) => return Err(error),
    };
    let state = match migration::applied(&mut connection).await {
        Some(applied) if applied >= migration::count() => DatabaseState::Ready,
        Some(_) => DatabaseState::Behind,
        None => DatabaseState::Absent,
    };
    let take = match (is_sqlite(url), state) {
        (true, _) => "BEGIN IMMEDIATE",
        (false, DatabaseState::Absent) => "SELECT 1",
        (false, DatabaseState::Ready | DatabaseState::Behind) => "SELECT turn FROM ledger_turn WHERE id = 1 FOR UPDATE",
    };
    sqlx::query(take).execute(&mut connection).await?;
    connection.close().await?;
    Ok(state)
}

/// How many changes wait to be told; `None` where no table keeps them.
pub(crate) async fn waiting(url: &str) -> Result<Option<Waiting>, sqlx::Error> {
    match inspect(url).await? {
        DatabaseState::Ready => {}
        DatabaseState::Behind | DatabaseState::Absent => return Ok(None),
    }
    let mut connection = first_contact::connect(url).await?;
    let waiting = Waiting::read(&mut connection).await?;
    connection.close().await?;
    Ok(Some(waiting))
}

fn has_code(error: &sqlx::Error, code: &str) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|said| said == code)
}
