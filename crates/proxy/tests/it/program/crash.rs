//! The program ended in the middle of its work, again and again: what it said it knows, it still knows.

use crate::chance::{Chance, times};
use crate::child::{Running, free_address, program};
use crate::database::Database;
use crate::promises::Promises;
use crate::shop::{Shop, Webhooks};

/// How often it is ended; `CHECKOUT_TEST_KILLS` asks for more.
const SHORT: usize = 3;

/// By which signal.
#[derive(Clone, Copy)]
enum End {
    Kill,
    Terminate,
}

async fn ended_again_and_again(end: End, events: usize, creations: usize) {
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
        match end {
            End::Kill => drop(running),
            End::Terminate => assert_eq!(running.end_in_order().await.code(), Some(0)),
        }
        senders.stop().await;
        if kill % 10 == 0 {
            promises.check(&database.url()).await;
        }
    }
    let running = Running::start(&mut command, &url).await;
    promises.check_over_a_restart(running, &mut command, &url, &database.url()).await;
    assert_eq!(promises.counts().rejected, 0, "it was ended, not ill");
    println!("{kills} ends: {promises}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_promised_is_lost_when_it_is_killed() {
    ended_again_and_again(End::Kill, 4, 4).await;
}

// Many changes share one commit, and each is answered after it: a kill between the two must lose none that was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_promised_is_lost_when_it_is_killed_inside_a_group_commit() {
    ended_again_and_again(End::Kill, 32, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_promised_is_lost_when_it_is_asked_to_end_inside_a_group_commit() {
    ended_again_and_again(End::Terminate, 28, 4).await;
}
