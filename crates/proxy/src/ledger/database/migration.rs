//! Bringing the tables up to date.

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, SqlStr};

/// What is done to the tables, in order; each is named as its file. Sqlx has a macro that reads the folder, for which it
/// compiles both databases a second time.
const FILES: [(&str, &str); 4] = [
    ("payments", include_str!("../../../migrations/0001_payments.sql")),
    ("merchants view", include_str!("../../../migrations/0002_merchants_view.sql")),
    ("one writer", include_str!("../../../migrations/0003_one_writer.sql")),
    ("notifications", include_str!("../../../migrations/0004_notifications.sql")),
];

/// How often it is tried: on SQLite two first starts at once may get in each other's way, and then the tables of the
/// first are there for the second.
const TRIES: u32 = 20;

/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Brings the tables up to date. A database that a newer version has brought further is taken as it is: columns and
/// tables are only ever added, so that a deployment can be rolled back.
pub(in crate::ledger) async fn bring_up_to_date(connection: &mut AnyConnection) -> Result<(), MigrateError> {
    let migrator = Migrator { ignore_missing: true, ..Migrator::with_migrations(migrations()) };
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

fn migrations() -> Vec<Migration> {
    let made = FILES.iter().zip(1..).map(|((name, sql), version)| {
        Migration::new(version, (*name).into(), MigrationType::Simple, SqlStr::from_static(sql), false)
    });
    made.collect()
}

/// How many there are.
pub(in crate::ledger) fn count() -> i64 {
    i64::try_from(FILES.len()).unwrap_or(i64::MAX)
}

/// How many a database has; `None` when it is empty.
pub(in crate::ledger) async fn applied(connection: &mut AnyConnection) -> Option<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(connection).await.ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    // A database knows each by its number and the hash of its text, and starts with no other.
    #[tokio::test]
    async fn every_file_of_the_folder_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let of_folder = Migrator::new(folder).await.expect("a folder of migrations");
        let told = |all: &[Migration]| -> Vec<_> {
            all.iter().map(|one| (one.version, one.description.clone(), one.checksum.clone())).collect()
        };
        assert_eq!(told(&migrations()), told(&of_folder.migrations));
    }
}
