//! Connections to the database, as the writer and the readers need them.

use secrecy::{ExposeSecret, SecretString};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::first_contact;

/// A SQLite database that ends with the process. A sandbox that starts again gives the same ids again, so that payments
/// of the last one would be taken for today's.
pub(crate) const IN_MEMORY: &str = "sqlite::memory:";

/// An acknowledged webhook survives a power cut: each commit reaches the disk. Readers do not wait for the writer.
const SQLITE_PRAGMAS: [&str; 3] =
    ["PRAGMA busy_timeout = 5000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"];

/// Whether the address is one of SQLite.
pub(in crate::ledger) fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

/// The address connections are made to: a file is created when it is not there, and a database in memory has a name, so
/// that all connections of this process share it and no other does.
pub(in crate::ledger) fn address(url: &str) -> String {
    if url == IN_MEMORY {
        return format!("sqlite:file:creem-checkout-{}?mode=memory&cache=shared", Uuid::new_v4().simple());
    }
    if !is_sqlite(url) || url.contains("mode=") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}mode=rwc")
}

/// A connection that may write.
pub(in crate::ledger) async fn for_writing(url: &SecretString) -> Result<AnyConnection, sqlx::Error> {
    let mut connection = first_contact::connect(url.expose_secret()).await?;
    if is_sqlite(url.expose_secret()) {
        for pragma in SQLITE_PRAGMAS {
            sqlx::query(pragma).execute(&mut connection).await?;
        }
    }
    Ok(connection)
}

/// Makes a connection one that only reads.
pub(in crate::ledger) async fn only_read(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    if connection.backend_name() == "SQLite" {
        for pragma in [SQLITE_PRAGMAS[0], "PRAGMA query_only = ON"] {
            sqlx::query(pragma).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Whether the database lasts only as long as somebody is connected to it.
pub(in crate::ledger) fn is_in_memory(url: &str) -> bool {
    is_sqlite(url) && url.contains("mode=memory")
}

/// What time the database says it is, in milliseconds since 1970; `None` for one on this machine.
pub(in crate::ledger) async fn time(connection: &mut AnyConnection) -> Result<Option<i64>, sqlx::Error> {
    if connection.backend_name() == "SQLite" {
        return Ok(None);
    }
    let now = sqlx::query_scalar("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT");
    now.fetch_one(connection).await.map(Some)
}
