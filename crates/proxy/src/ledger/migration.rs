//! Bringing the tables up to date.

use std::time::Duration;

use sqlx::AnyConnection;
use sqlx::migrate::{MigrateError, Migrator};

static MIGRATOR: Migrator = sqlx::migrate!();

/// How often it is tried: on SQLite two first starts at once may get in each other's way, and then the tables of the
/// first are there for the second.
const TRIES: u32 = 20;

/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Brings the tables up to date. A database that a newer version has brought further is taken as it is: columns and
/// tables are only ever added, so that a deployment can be rolled back.
pub(super) async fn bring_up_to_date(connection: &mut AnyConnection) -> Result<(), MigrateError> {
    let migrator = Migrator { ignore_missing: true, ..Migrator::with_migrations(MIGRATOR.migrations.to_vec()) };
    let mut tried = 0;
    loop {
        match migrator.run(&mut *connection).await {
            Ok(()) => return Ok(()),
            Err(error) if tried == TRIES || connection.backend_name() != "SQLite" => return Err(error),
            Err(_) => {
                tried += 1;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// How many there are.
pub(super) fn count() -> i64 {
    i64::try_from(MIGRATOR.iter().count()).unwrap_or(i64::MAX)
}

/// How many a database has; `None` when it is empty.
pub(super) async fn applied(connection: &mut AnyConnection) -> Option<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(connection).await.ok()
}
