//! Two replicas on one database, which are sent the same events at the same moments, and killed in turns.

use std::time::Duration;

use proxy::Clock;
use reqwest::Method;
use serde_json::json;

use crate::chance::{Chance, times};
use crate::child::{Running, free_address, program};
use crate::database::Database;
use crate::promises::Promises;
use crate::shop::{LIFETIME, Shop, Webhooks};

/// How often one of them is killed; `CHECKOUT_TEST_KILLS` asks for more.
const SHORT: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_keep_once_what_both_are_told() {
    let kills = times("CHECKOUT_TEST_KILLS", SHORT);
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let addresses = [free_address(), free_address()];
    let [one, other] = &addresses;
    let mut commands = addresses.each_ref().map(|(at, _)| program(*at, sandbox.sandbox.as_str(), &database.url()));
    let mut running =
        [Running::start(&mut commands[0], &one.1).await, Running::start(&mut commands[1], &other.1).await];
    let promises = Promises::new();
    let senders = promises.send(&[&one.1, &other.1], 12, 4);
    let mut chance = Chance::new(5);
    for kill in 0..kills {
        promises.until_more(1 + chance.below(120)).await;
        let killed = kill % 2;
        running[killed].0.kill().expect("SIGKILL");
        running[killed].end().await;
        promises.until_more(1 + chance.below(40)).await;
        running[killed] = Running::start(&mut commands[killed], &addresses[killed].1).await;
    }
    promises.until_more(20).await;
    senders.stop().await;
    let database = database.url();
    for ((running, command), (_, url)) in running.into_iter().zip(&mut commands).zip(&addresses) {
        promises.check_over_a_restart(running, command, url, &database).await;
    }
    println!("{kills} kills of two replicas: {promises}");
}

// A replica whose clock was ahead took an attempt under way for one that was abandoned, and opened a second session.
#[tokio::test]
async fn a_replica_whose_clock_is_ahead_waits_like_every_other() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let ahead = jiff::SignedDuration::from_secs(90);
    let replica =
        shop.replica_with(|config| config.clock = Clock::from_fn(move || jiff::Timestamp::now() + ahead)).await;
    let slow = json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "delay_ms": 1000});
    shop.control(Method::POST, "/_sandbox/faults", slow).await;
    let attempt = async |at: &Shop| {
        at.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &[("idempotency-key", "one")]).await.json()
    };
    let after_it_began = async {
        let begun = async { while shop.creations().await.is_empty() {} };
        tokio::time::timeout(Duration::from_secs(10), begun).await.expect("it began");
        attempt(&replica).await
    };
    let (first, second) = tokio::join!(attempt(&shop), after_it_began);
    assert!(first["checkout_id"].is_string(), "{first}");
    assert_eq!(first, second);
    assert_eq!(shop.creations().await.len(), 1);
}
