//! SQLite by itself: what the proxy writes for a webhook, by one connection that does nothing else.

use std::path::Path;
use std::time::Instant;

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, SqliteConnection};

use super::callers::{Sample, TIME};
use crate::{Outcome, events};

/// A database with the proxy's tables.
pub(crate) struct Sqlite {
    connection: SqliteConnection,
    next: usize,
}

impl Sqlite {
    pub(crate) async fn open(file: &Path) -> Outcome<Self> {
        let mut connection = SqliteConnectOptions::new().filename(file).create_if_missing(true).connect().await?;
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").await?;
        let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        Migrator::new(tables).await?.run(&mut connection).await?;
        Ok(Self { connection, next: 0 })
    }

    /// Commits until the time is over. A transaction is one call, so that as little as can be is not SQLite's own.
    pub(crate) async fn commit(&mut self) -> Outcome<Sample> {
        let mut times = Vec::new();
        let begun = Instant::now();
        while begun.elapsed() < TIME {
            self.next += 1;
            let transaction = transaction(self.next);
            let asked = Instant::now();
            self.connection.execute(sqlx::raw_sql(AssertSqlSafe(transaction))).await?;
            times.push(asked.elapsed());
        }
        Ok(Sample::new(times, begun.elapsed()))
    }
}

/// What is written for one webhook, about.
fn transaction(n: usize) -> String {
    let (event, session, payload) = (events::event_id(n), events::checkout_id(n), events::completed(n));
    format!(
        "BEGIN IMMEDIATE;
        UPDATE ledger_turn SET turn = turn + 1 WHERE id = 1;
        INSERT INTO events (id, event_type, created_at, received_at, payload)
            VALUES ('{event}', 'checkout.completed', 1, 1, '{payload}') ON CONFLICT (id) DO NOTHING;
        INSERT INTO sessions (checkout_id, request_id, product_id, status, standing, changed_at, created_at, updated_at,
            looked_up_at, turn) VALUES ('{session}', 'order_{n}', '{product}', 'paid', 3, 1, 1, 1, 1, {n})
            ON CONFLICT (checkout_id) DO UPDATE SET status = excluded.status;
        INSERT INTO history (checkout_id, turn, status, changed_at, learned_at) VALUES ('{session}', {n}, 'paid', 1, 1);
        UPDATE sessions SET amount = 1999, currency = 'USD', order_id = 'ord_{n}', customer = '{{}}',
            order_facts = '{{}}', metadata = '{{}}' WHERE checkout_id = '{session}';
        COMMIT;",
        product = events::LIFETIME,
    )
}
