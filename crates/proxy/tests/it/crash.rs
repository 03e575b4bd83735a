//! The program killed in the middle of its work, again and again: what it said it knows, it still knows.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::Row;

use crate::chance::{Chance, times};
use crate::database::Database;
use crate::shop::{LIFETIME, Shop, Webhooks, listener};

/// How often it is killed; `CHECKOUT_TEST_KILLS` asks for more.
const SHORT: usize = 3;

/// Senders at once, half of them of webhooks and half of creations.
const SENDERS: usize = 8;

const LIMIT: Duration = Duration::from_secs(30);

/// What was promised, and what was not.
#[derive(Default)]
struct Promises {
    /// Sessions that were answered with 201.
    sessions: Mutex<Vec<String>>,
    /// Events that were answered with 200.
    events: Mutex<Vec<usize>>,
    /// Events without an answer, which Creem would send again.
    unanswered: Mutex<Vec<usize>>,
    next_event: AtomicUsize,
    kept: AtomicUsize,
}

/// The program, as it is started again and again.
pub(crate) fn program(address: SocketAddr, sandbox: &str, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creem-checkout"));
    command
        .args(["serve", "--listen", &address.to_string(), "--database", database, "--api-url", sandbox])
        .env_clear()
        .env("CREEM_API_KEY", sandbox::API_KEY)
        .env("CREEM_WEBHOOK_SECRET", sandbox::WEBHOOK_SECRET)
        .envs([("CHECKOUT_LIMIT_CREATE", "0"), ("CHECKOUT_LIMIT_UPSTREAM", "0"), ("RUST_LOG", "error")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn event(n: usize) -> Vec<u8> {
    let event = json!({
        "id": format!("evt_{n}"), "eventType": "checkout.completed", "created_at": 1,
        "object": {
            "id": format!("ch_{n}"), "status": "completed", "request_id": format!("paid_{n}"),
            "product": {"id": LIFETIME}, "order": {"id": format!("ord_{n}"), "amount_due": 1999, "currency": "USD"}
        }
    });
    event.to_string().into_bytes()
}

async fn send_events(client: reqwest::Client, url: String, promises: Arc<Promises>) {
    loop {
        let again = promises.unanswered.lock().expect("a lock").pop();
        let n = again.unwrap_or_else(|| promises.next_event.fetch_add(1, Ordering::SeqCst));
        let body = event(n);
        let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, &body);
        let call = client.post(format!("{url}webhooks/creem")).header("creem-signature", signature).body(body);
        match call.send().await {
            Ok(answer) if answer.status() == StatusCode::OK => promises.events.lock().expect("a lock").push(n),
            Ok(answer) => panic!("an event was answered with {}", answer.status()),
            Err(_) => return promises.unanswered.lock().expect("a lock").push(n),
        }
        promises.kept.fetch_add(1, Ordering::SeqCst);
    }
}

async fn send_creations(client: reqwest::Client, url: String, promises: Arc<Promises>) {
    loop {
        let body = json!({"product_id": LIFETIME}).to_string();
        let call = client.post(format!("{url}api/checkouts")).header("content-type", "application/json").body(body);
        let Ok(answer) = call.send().await else { return };
        if answer.status() == StatusCode::CREATED {
            let Ok(text) = answer.text().await else { return };
            let created: Value = serde_json::from_str(&text).expect("JSON");
            promises.sessions.lock().expect("a lock").push(created["checkout_id"].as_str().expect("an id").to_owned());
            promises.kept.fetch_add(1, Ordering::SeqCst);
        }
    }
}

pub(crate) async fn until_alive(client: &reqwest::Client, url: &str) {
    let wait = async {
        while client.get(format!("{url}healthz")).send().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, wait).await.expect("it starts in time");
}

async fn all_of(pool: &sqlx::AnyPool, sql: &'static str) -> Vec<String> {
    let rows = sqlx::query(sql).fetch_all(pool).await.expect("rows");
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

/// Everything that was promised is there, and acted once.
async fn check(database: &str, promises: &Promises) {
    let pool = sqlx::AnyPool::connect(database).await.expect("the database");
    let events = all_of(&pool, "SELECT id FROM events").await;
    let sessions = all_of(&pool, "SELECT checkout_id FROM sessions").await;
    let paid = all_of(&pool, "SELECT checkout_id FROM history WHERE status = 'paid'").await;
    pool.close().await;
    let count = |list: &[String]| {
        let mut counts = std::collections::HashMap::new();
        for id in list {
            *counts.entry(id.clone()).or_insert(0) += 1;
        }
        counts
    };
    let (events, sessions, paid) = (count(&events), count(&sessions), count(&paid));
    for n in promises.events.lock().expect("a lock").iter() {
        assert_eq!(events.get(&format!("evt_{n}")), Some(&1), "an acknowledged event is lost");
        assert_eq!(paid.get(&format!("ch_{n}")), Some(&1), "it acted once");
    }
    for id in promises.sessions.lock().expect("a lock").iter() {
        assert_eq!(sessions.get(id), Some(&1), "a session that was promised is not known");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_promised_is_lost_when_it_is_killed() {
    let kills = times("CHECKOUT_TEST_KILLS", SHORT);
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let (free, url) = listener().await;
    let address = free.local_addr().expect("an address");
    drop(free);
    let promises = Arc::new(Promises::default());
    let mut chance = Chance::new(3);
    for kill in 0..kills {
        let mut child = program(address, sandbox.sandbox.as_str(), &database.url()).spawn().expect("it starts");
        let client = reqwest::Client::new();
        until_alive(&client, url.as_str()).await;
        let mut senders = tokio::task::JoinSet::new();
        for i in 0..SENDERS {
            let (client, url, promises) = (client.clone(), url.to_string(), Arc::clone(&promises));
            if i % 2 == 0 {
                senders.spawn(send_events(client, url, promises));
            } else {
                senders.spawn(send_creations(client, url, promises));
            }
        }
        let enough = promises.kept.load(Ordering::SeqCst) + 1 + chance.below(120);
        let work = async {
            while promises.kept.load(Ordering::SeqCst) < enough {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, work).await.expect("work gets done");
        child.kill().expect("SIGKILL");
        child.wait().expect("its end");
        while let Some(ended) = senders.join_next().await {
            ended.expect("a sender");
        }
        if kill % 10 == 9 || kill + 1 == kills {
            check(&database.url(), &promises).await;
        }
    }
    let (events, sessions) =
        (promises.events.lock().expect("a lock").len(), promises.sessions.lock().expect("a lock").len());
    println!("{kills} kills: {events} acknowledged events and {sessions} sessions, all there, each once");
}
