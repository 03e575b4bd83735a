//! The durable memory: sessions and their payments, webhook events, attempts.
//!
//! The same SQL serves SQLite and PostgreSQL. Every change goes through the [`writer`]; reads go beside it. Whatever
//! decides something is decided inside a transaction, so that any number of processes may share one database.

mod attempts;
mod database;
mod error;
mod events;
mod group;
mod inspection;
mod known;
mod look_ups;
mod movement;
mod notifications;
mod retention;
mod rows;
mod session;
mod waiting;
mod world;
mod writer;

#[cfg(test)]
mod tests;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;

pub(crate) use database::connection::IN_MEMORY;
pub(crate) use database::in_words;
pub(crate) use error::LedgerError;
pub(crate) use events::{Effect, Recorded, StoredEvent};
pub use inspection::DatabaseState;
pub(crate) use inspection::{inspect, waiting};
pub(crate) use known::{Cursor, KnownPayment, PastStatus, iso};
pub(crate) use look_ups::Look;
pub(crate) use movement::{Movement, MovementKind};
pub use notifications::Waiting;
pub(crate) use notifications::{Describe, Notification};
pub(crate) use rows::attempt::{Attempt, Claim};
pub(crate) use session::{Facts, Mismatch, Opened, Paid, Session, is_settled};
pub(crate) use waiting::WaitingEvent;
pub(crate) use world::Learned;

use crate::clock::Clock;
use database::{connection, file, migration};
use world::Change;
use writer::Writer;

/// Connections one process reads with. A buyer's request needs one for a few milliseconds.
const MAX_READERS: u32 = 8;

/// The database.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    reads: AnyPool,
    writer: Writer,
    /// The database's clock less ours, in milliseconds: replicas agree on the time by it.
    ahead_ms: i64,
    clock: Clock,
}

impl Ledger {
    /// Opens the database, creates it if it is a file that is not there, and brings its tables up to date. With `describe`
    /// every change of a payment is kept as that says it, until it was told.
    pub(crate) async fn open(
        url: &SecretString,
        clock: &Clock,
        describe: Option<Describe>,
    ) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        let url = SecretString::from(connection::address(url.expose_secret()));
        file::private_file(url.expose_secret())?;
        let file = file::OpenFile::at(url.expose_secret())?;
        let mut first = connection::for_writing(&url).await?;
        migration::bring_up_to_date(&mut first).await?;
        let ahead_ms = connection::time(&mut first).await?.map_or(0, |theirs| theirs - clock.now_ms());
        let options = AnyPoolOptions::new()
            .max_connections(MAX_READERS)
            // A database in memory lasts as long as somebody is connected to it.
            .min_connections(u32::from(connection::is_in_memory(url.expose_secret())))
            // A connection to a file does not get lost; to a server it does, when that starts again.
            .test_before_acquire(!connection::is_sqlite(url.expose_secret()))
            .acquire_timeout(Duration::from_secs(5))
            .after_connect(|connection, _| Box::pin(connection::only_read(connection)));
        let reads = options.connect(url.expose_secret()).await?;
        Ok(Self { reads, writer: Writer::start(url, first, file, describe), ahead_ms, clock: clock.clone() })
    }

    fn reads(&self) -> &AnyPool {
        &self.reads
    }

    /// What time it is by the database's clock, in milliseconds since 1970.
    fn now_ms(&self) -> i64 {
        self.clock.now_ms().saturating_add(self.ahead_ms)
    }

    async fn change<C: Change>(&self, change: C) -> Result<C::Answer, LedgerError> {
        self.writer.change(change).await
    }

    /// Whether a change would be kept, as far as is known: tried out only when the last one failed.
    pub(crate) async fn is_sound(&self) -> Result<(), LedgerError> {
        if self.writer.is_sound() { Ok(()) } else { self.takes_writes().await }
    }

    /// Whether the database can be written to.
    pub(crate) async fn takes_writes(&self) -> Result<(), LedgerError> {
        self.change(Nothing).await
    }
}

/// A change of nothing: it still takes a turn and commits.
struct Nothing;

impl Change for Nothing {
    type Answer = ();

    fn needs(&self, _: &mut world::Needs) {}

    fn apply(&self, _: &mut world::World) {}
}
