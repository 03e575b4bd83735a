//! What the program promised while it was maltreated, and whether it kept it.
//!
//! An event answered with 200 and a session answered with 201 are promises. Whatever happened between: each of them is
//! in the ledger, acted once, and is shown to whoever asks for it and to nobody who asks for another.

use std::collections::HashMap;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::Row;
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;

use crate::child::{LIMIT, Running};
use crate::shop::LIFETIME;

/// How many promises of each kind are asked for by HTTP; the database is read for all of them.
const ASKED_FOR: usize = 20;

/// What was promised, and what was not.
#[derive(Default)]
pub(crate) struct Promises {
    /// Sessions that were answered with 201, with the number in their reference.
    sessions: Mutex<Vec<(String, usize)>>,
    /// Events that were answered with 200.
    events: Mutex<Vec<usize>>,
    /// Events without that answer, which Creem would send again.
    to_be_repeated: Mutex<Vec<usize>>,
    next_event: AtomicUsize,
    counts: watch::Sender<Counts>,
}

/// How many requests were answered how.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Promises.
    pub(crate) kept: usize,
    /// Anything else the program said.
    pub(crate) rejected: usize,
}

/// Senders that go on until they are stopped, whatever they are answered.
pub(crate) struct Senders {
    tasks: JoinSet<()>,
    are_over: Arc<AtomicBool>,
}

impl Senders {
    pub(crate) async fn stop(mut self) {
        self.are_over.store(true, Ordering::SeqCst);
        let wait = async {
            while let Some(ended) = self.tasks.join_next().await {
                ended.expect("a sender");
            }
        };
        tokio::time::timeout(LIMIT, wait).await.expect("the last answers in time");
    }
}

impl Promises {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Sends events and creations, so many of each at once, each event to all of the addresses at the same time.
    pub(crate) fn send(self: &Arc<Self>, to: &[&Url], events: usize, creations: usize) -> Senders {
        let to: Arc<[Url]> = to.iter().map(|url| (*url).clone()).collect();
        // What a program owes when it is killed never comes, and not every end of a connection is noticed on a busy machine.
        let client = reqwest::Client::builder().timeout(LIMIT / 2).build().expect("a client");
        let are_over = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for sender in 0..events + creations {
            let (promises, client, to, are_over) =
                (Arc::clone(self), client.clone(), Arc::clone(&to), Arc::clone(&are_over));
            tasks.spawn(async move {
                while !are_over.load(Ordering::SeqCst) {
                    if sender < events {
                        promises.send_event(&client, &to).await;
                    } else {
                        promises.create(&client, &to[sender % to.len()]).await;
                    }
                    // Nobody listens for a while when the program was killed.
                    tokio::task::yield_now().await;
                }
            });
        }
        Senders { tasks, are_over }
    }

    /// Waits until the counts are as wanted.
    pub(crate) async fn until(&self, what: &str, is_reached: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.counts.subscribe();
        let reached = tokio::time::timeout(LIMIT, counts.wait_for(is_reached)).await;
        match reached {
            Ok(counts) => *counts.expect("somebody counts"),
            Err(_) => panic!("{what} took too long: {:?}", self.counts()),
        }
    }

    /// Waits for so many more promises.
    pub(crate) async fn until_more(&self, promises: usize) -> Counts {
        let wanted = self.counts().kept + promises;
        self.until("work", |counts| counts.kept >= wanted).await
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    async fn send_event(&self, client: &reqwest::Client, to: &[Url]) {
        let again = self.to_be_repeated.lock().expect("a lock").pop();
        let n = again.unwrap_or_else(|| self.next_event.fetch_add(1, Ordering::SeqCst));
        let body = event(n);
        let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, &body);
        let calls = to.iter().map(|url| {
            let url = url.join("webhooks/creem").expect("a URL");
            client.post(url).header("creem-signature", &signature).body(body.clone()).send()
        });
        let answers = join_all(calls).await;
        let statuses: Vec<_> = answers.iter().flatten().map(reqwest::Response::status).collect();
        let is_promised = statuses.contains(&StatusCode::OK);
        let list = if is_promised { &self.events } else { &self.to_be_repeated };
        list.lock().expect("a lock").push(n);
        self.count(is_promised, statuses.iter().filter(|status| **status != StatusCode::OK).count());
    }

    /// Opens a session as a stranger would who knows the reference of another's payment.
    async fn create(&self, client: &reqwest::Client, to: &Url) {
        let opened = self.sessions.lock().expect("a lock").len();
        let n = self.events.lock().expect("a lock").iter().cycle().nth(opened).copied().unwrap_or_default();
        let body = json!({"product_id": LIFETIME, "request_id": reference(n)}).to_string();
        let url = to.join("api/checkouts").expect("a URL");
        let call = client.post(url).header("content-type", "application/json").body(body);
        let Ok(answer) = call.send().await else { return };
        let is_promised = answer.status() == StatusCode::CREATED;
        if is_promised {
            let Ok(text) = answer.text().await else { return };
            let created: Value = serde_json::from_str(&text).expect("JSON");
            let id = created["checkout_id"].as_str().expect("an id").to_owned();
            self.sessions.lock().expect("a lock").push((id, n));
        }
        self.count(is_promised, usize::from(!is_promised));
    }

    fn count(&self, is_promised: bool, rejected: usize) {
        self.counts.send_modify(|counts| {
            counts.kept += usize::from(is_promised);
            counts.rejected += rejected;
        });
    }

    /// The program ends in order, and starts again: everything is there, each once, and each shown to itself alone.
    pub(crate) async fn check_over_a_restart(
        &self,
        running: Running,
        program: &mut Command,
        url: &Url,
        database: &str,
    ) {
        assert_eq!(running.end_in_order().await.code(), Some(0));
        self.check(database).await;
        let _running = Running::start(program, url).await;
        self.check_shown(url).await;
    }

    /// Everything that was promised is in the ledger, and whatever is there acted once.
    pub(crate) async fn check(&self, database: &str) {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(database).await.expect("the database");
        let events = counted(&pool, "SELECT id FROM events").await;
        let sessions = counted(&pool, "SELECT checkout_id FROM sessions").await;
        let paid = counted(&pool, "SELECT checkout_id FROM history WHERE status = 'paid'").await;
        pool.close().await;
        let promised = self.events.lock().expect("a lock").clone();
        let lost: Vec<_> = promised.iter().filter(|n| events.get(&event_id(**n)) != Some(&1)).collect();
        assert!(
            lost.is_empty(),
            "{} of {} acknowledged events are lost, such as {:?}",
            lost.len(),
            promised.len(),
            lost[0]
        );
        for n in promised {
            assert_eq!(paid.get(&checkout_id(n)), Some(&1), "event {n} acted once");
        }
        assert!(paid.values().all(|times| *times == 1), "nothing acted twice");
        let promised = self.sessions.lock().expect("a lock").clone();
        let lost: Vec<_> = promised.iter().filter(|(id, _)| sessions.get(id) != Some(&1)).collect();
        assert!(
            lost.is_empty(),
            "{} of {} promised sessions are lost, such as {:?}",
            lost.len(),
            promised.len(),
            lost[0]
        );
    }

    /// Whoever asks for a session is told of that session alone, whatever else its reference has seen.
    pub(crate) async fn check_shown(&self, by: &Url) {
        let events: Vec<_> = self.events.lock().expect("a lock").iter().rev().take(ASKED_FOR).copied().collect();
        let sessions: Vec<_> = self.sessions.lock().expect("a lock").iter().rev().take(ASKED_FOR).cloned().collect();
        let client = reqwest::Client::new();
        let ask = async |n: usize, checkout_id: &str| {
            let mut url = by.join(&format!("api/payments/{}", reference(n))).expect("a URL");
            url.query_pairs_mut().append_pair("checkout_id", checkout_id);
            let answer = client.get(url).send().await.expect("an answer");
            let status = answer.status();
            (status, serde_json::from_str::<Value>(&answer.text().await.expect("a body")).expect("JSON"))
        };
        for n in &events {
            let (status, shown) = ask(*n, &checkout_id(*n)).await;
            assert_eq!(status, StatusCode::OK, "{shown}");
            assert_eq!((&shown["checkout_id"], &shown["status"]), (&json!(checkout_id(*n)), &json!("paid")), "{shown}");
        }
        for (id, n) in &sessions {
            let (status, shown) = ask(*n, id).await;
            assert_eq!(status, StatusCode::OK, "{shown}");
            assert_eq!(
                (&shown["checkout_id"], &shown["status"]),
                (&json!(id), &json!("pending")),
                "another's payment is shown: {shown}"
            );
            let (status, shown) = ask(*n + 1, id).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{shown}");
        }
    }
}

impl std::fmt::Display for Promises {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (events, sessions) =
            (self.events.lock().expect("a lock").len(), self.sessions.lock().expect("a lock").len());
        let rejected = self.counts().rejected;
        write!(f, "{events} acknowledged events and {sessions} sessions, all there, each once; {rejected} rejected")
    }
}

fn event_id(n: usize) -> String {
    format!("evt_{n}")
}

fn checkout_id(n: usize) -> String {
    format!("ch_{n}")
}

fn reference(n: usize) -> String {
    format!("paid_{n}")
}

fn event(n: usize) -> Vec<u8> {
    let event = json!({
        "id": event_id(n), "eventType": "checkout.completed", "created_at": 1,
        "object": {
            "id": checkout_id(n), "status": "completed", "request_id": reference(n),
            "product": {"id": LIFETIME}, "order": {"id": format!("ord_{n}"), "amount_due": 1999, "currency": "USD"}
        }
    });
    event.to_string().into_bytes()
}

async fn counted(pool: &sqlx::AnyPool, sql: &'static str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for row in sqlx::query(sql).fetch_all(pool).await.expect("rows") {
        *counts.entry(row.get::<String, _>(0)).or_insert(0) += 1;
    }
    counts
}
