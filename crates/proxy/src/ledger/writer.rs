//! The one writer of the ledger: a task that owns the only connection that writes.
//!
//! Changes wait in a bounded queue. The writer takes what is there, up to a limit, reads what the changes need, applies
//! them one after the other in memory, writes the rows that changed and commits: once for all of them. Each change is
//! answered after that commit, or with what went wrong. After any error inside a transaction the connection is closed,
//! never used again: what a database did with a transaction that failed is not guessed.
//!
//! Processes that share a database follow one another by the row of `ledger_turn`, which each transaction takes first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use sqlx::{AnyConnection, Connection};
use tokio::sync::{mpsc, oneshot};

use super::LedgerError;
use super::database::batch::{self, Statement};
use super::database::connection;
use super::database::file::OpenFile;
use super::group;
use super::notifications::Describe;
use super::world::{Change, Needs, World};

/// Changes that wait at most; more wait in front of the queue.
const MAX_WAITING: usize = 1024;

/// Changes of one transaction at most.
const MAX_GROUP: usize = 128;

/// How long a change waits for a place in the queue.
const WAIT_AT_MOST: Duration = Duration::from_secs(5);

/// How long one transaction may take before its connection is given up.
const TRANSACTION_AT_MOST: Duration = Duration::from_secs(15);

/// A change with the one who waits for it.
trait Job: Send {
    fn needs(&self, needs: &mut Needs);
    fn apply(&mut self, world: &mut World);
    /// Answers after the commit, or with what went wrong.
    fn answer(self: Box<Self>, committed: Result<(), LedgerError>);
}

struct Waiting<C: Change> {
    change: C,
    answer: Option<C::Answer>,
    caller: oneshot::Sender<Result<C::Answer, LedgerError>>,
}

impl<C: Change> Job for Waiting<C> {
    fn needs(&self, needs: &mut Needs) {
        self.change.needs(needs);
    }

    fn apply(&mut self, world: &mut World) {
        self.answer = Some(self.change.apply(world));
    }

    fn answer(self: Box<Self>, committed: Result<(), LedgerError>) {
        let Self { answer, caller, .. } = *self;
        let answer = committed.and_then(|()| answer.ok_or(LedgerError::Busy));
        // A caller who hung up needs no answer; what was committed stays.
        let _ = caller.send(answer);
    }
}

enum Message {
    Change(Box<dyn Job>),
    /// One statement in a transaction of its own: forgetting what is old.
    Statement(Statement, oneshot::Sender<Result<u64, LedgerError>>),
}

/// The way to the writer. Cheap to clone; the writer ends when the last one is gone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    /// Whether the last transaction was committed.
    is_sound: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the task with its first connection.
    pub(super) fn start(
        url: SecretString,
        connection: AnyConnection,
        file: Option<OpenFile>,
        describe: Option<Describe>,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(MAX_WAITING);
        let is_sound = Arc::new(AtomicBool::new(true));
        let desk = Desk { url, file, describe, connection: Some(connection), is_sound: Arc::clone(&is_sound) };
        tokio::spawn(work(desk, waiting));
        Self { queue, is_sound }
    }

    /// Whether the last transaction was committed.
    pub(super) fn is_sound(&self) -> bool {
        self.is_sound.load(Ordering::Relaxed)
    }

    /// Makes a change durable.
    pub(super) async fn change<C: Change>(&self, change: C) -> Result<C::Answer, LedgerError> {
        let (caller, answer) = oneshot::channel();
        self.send(Message::Change(Box::new(Waiting { change, answer: None, caller }))).await?;
        answer.await.map_err(|_| LedgerError::Busy)?
    }

    /// Runs one statement, and answers how many rows it touched.
    pub(super) async fn statement(&self, statement: Statement) -> Result<u64, LedgerError> {
        let (caller, answer) = oneshot::channel();
        self.send(Message::Statement(statement, caller)).await?;
        answer.await.map_err(|_| LedgerError::Busy)?
    }

    async fn send(&self, message: Message) -> Result<(), LedgerError> {
        let sent = tokio::time::timeout(WAIT_AT_MOST, self.queue.send(message)).await;
        sent.ok().and_then(Result::ok).ok_or(LedgerError::Busy)
    }
}

/// Where the writer works.
struct Desk {
    url: SecretString,
    /// The file of the database, when it is one.
    file: Option<OpenFile>,
    /// Says the changes of payments that are to be told; absent when nobody is.
    describe: Option<Describe>,
    /// Absent after an error, until the next transaction.
    connection: Option<AnyConnection>,
    is_sound: Arc<AtomicBool>,
}

async fn work(mut desk: Desk, mut waiting: mpsc::Receiver<Message>) {
    let mut messages = Vec::with_capacity(MAX_GROUP);
    while waiting.recv_many(&mut messages, MAX_GROUP).await > 0 {
        let mut jobs = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Change(job) => jobs.push(job),
                Message::Statement(statement, caller) => {
                    let done = desk.transaction(async |connection| {
                        let mut outcomes = batch::run(connection, vec![statement]).await?;
                        Ok(outcomes.pop().map_or(0, |outcome| outcome.rows_affected))
                    });
                    let _ = caller.send(done.await);
                }
            }
        }
        desk.change_all(jobs).await;
    }
    if let Some(connection) = desk.connection.take() {
        // SQLite folds its log into the file when the last connection is closed in order.
        let _ = connection.close().await;
    }
}

impl Desk {
    /// Commits all changes together. When that fails because of what one of them holds, each goes by itself.
    async fn change_all(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        if jobs.is_empty() {
            return;
        }
        match self.try_all(&mut jobs).await {
            Err(error) if jobs.len() > 1 && error.is_about_data() => {
                for mut job in jobs {
                    let committed = self.try_all(std::slice::from_mut(&mut job)).await;
                    job.answer(committed);
                }
            }
            committed => {
                for job in jobs {
                    job.answer(committed.clone());
                }
            }
        }
    }

    async fn try_all(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), LedgerError> {
        let mut needs = Needs::default();
        for job in jobs.iter() {
            job.needs(&mut needs);
        }
        let describe = self.describe;
        self.transaction(async |connection| {
            let turns = i64::try_from(jobs.len()).unwrap_or(i64::MAX);
            let mut world = group::load(connection, &needs, turns).await?;
            world.describe = describe;
            for job in jobs.iter_mut() {
                world.turn += 1;
                job.apply(&mut world);
            }
            group::save(connection, world).await
        })
        .await
    }

    /// Runs a transaction that begins and commits itself, on a connection that never saw one fail.
    async fn transaction<T>(
        &mut self,
        run: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, LedgerError> {
        let done = self.attempt(run).await;
        self.is_sound.store(done.is_ok(), Ordering::Relaxed);
        done
    }

    async fn attempt<T>(
        &mut self,
        run: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, LedgerError> {
        if self.file.as_ref().is_some_and(|file| !file.is_there()) {
            return Err(LedgerError::Lost);
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connection::for_writing(&self.url).await?,
        };
        match tokio::time::timeout(TRANSACTION_AT_MOST, run(&mut connection)).await {
            Ok(Ok(done)) => {
                self.connection = Some(connection);
                Ok(done)
            }
            Ok(Err(error)) => {
                let _ = connection.close_hard().await;
                Err(error.into())
            }
            Err(_) => {
                // Closing waits for what the connection is at, and that is what took too long.
                tokio::spawn(connection.close_hard());
                Err(LedgerError::Busy)
            }
        }
    }
}
