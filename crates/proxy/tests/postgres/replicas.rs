//! Two replicas on one database, which are sent the same events at the same moments, and killed in turns.

use crate::chance::{Chance, times};
use crate::child::{Running, free_address, program};
use crate::database::Database;
use crate::promises::Promises;
use crate::shop::{Shop, Webhooks};

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
