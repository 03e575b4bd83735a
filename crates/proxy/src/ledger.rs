//! The durable memory: sessions and their payments, webhook events, attempts.
//!
//! The same SQL serves SQLite and PostgreSQL. Every statement that decides something decides it inside the database,
//! so that any number of processes may share one.

mod attempts;
mod events;
mod known;
mod retention;
mod sessions;
mod turn;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;

use crate::config::IN_MEMORY;

pub(crate) use attempts::{Attempt, Claim};
pub(crate) use events::{Effect, StoredEvent};
pub(crate) use known::{KnownPayment, PastStatus};
pub(crate) use sessions::{About, Facts};

/// Connections one process keeps. A buyer's request needs one for a few milliseconds.
const MAX_CONNECTIONS: u32 = 8;

/// The database.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pool: AnyPool,
}

impl Ledger {
    /// Opens the database, creates it if it is a file that is not there, and brings its tables up to date.
    pub(crate) async fn open(url: &SecretString) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        let url = url.expose_secret();
        let is_sqlite = url.starts_with("sqlite:");
        // Each connection to a database in memory would have one of its own, and losing it would lose everything.
        let options = match url {
            IN_MEMORY => AnyPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None),
            _ => AnyPoolOptions::new().max_connections(MAX_CONNECTIONS),
        };
        let options = options.acquire_timeout(Duration::from_secs(5)).after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    for pragma in SQLITE_PRAGMAS {
                        sqlx::query(pragma).execute(&mut *connection).await?;
                    }
                }
                Ok(())
            })
        });
        let pool = options.connect(&creating(url, is_sqlite)).await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }
}

/// An acknowledged webhook survives a power cut: each commit reaches the disk. Readers do not wait for writers.
const SQLITE_PRAGMAS: [&str; 3] =
    ["PRAGMA busy_timeout = 5000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"];

/// SQLite's address, with leave to create the file.
fn creating(url: &str, is_sqlite: bool) -> String {
    if !is_sqlite || url == IN_MEMORY || url.contains("mode=") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}mode=rwc")
}
