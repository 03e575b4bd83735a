//! The program killed in the middle of its work, again and again: what it said it knows, it still knows.

use crate::chance::{Chance, times};
use crate::child::{Running, free_address, program};
use crate::database::Database;
use crate::promises::Promises;
use crate::shop::{Shop, Webhooks};

/// How often it is killed; `CHECKOUT_TEST_KILLS` asks for more.
const SHORT: usize = 3;

async fn killed_again_and_again(events: usize, creations: usize) {
    let kills = times("CHECKOUT_TEST_KILLS", SHORT);
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let (address, url) = free_address();
    let mut command = program(address, sandbox.sandbox.as_str(), &database.url());
    let promises = Promises::new();
    let mut chance = Chance::new(3);
    for kill in 1..=kills {
        let running = Running::start(&mut command, &url).await;
        let senders = promises.send(&[&url], events, creations);
        promises.until_more(1 + chance.below(120)).await;
        drop(running);
        senders.stop().await;
        if kill % 10 == 0 {
            promises.check(&database.url()).await;
        }
    }
    let running = Running::start(&mut command, &url).await;
    promises.check_over_a_restart(running, &mut command, &url, &database.url()).await;
    assert_eq!(promises.counts().rejected, 0, "it was killed, not ill");
    println!("{kills} kills: {promises}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_promised_is_lost_when_it_is_killed() {
    killed_again_and_again(4, 4).await;
}

// Many changes share one commit, and each is answered after it: a kill between the two must lose none that was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_promised_is_lost_when_it_is_killed_inside_a_group_commit() {
    killed_again_and_again(32, 0).await;
}
