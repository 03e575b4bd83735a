//! PostgreSQL lost and found again: crashed under load, and every connection cut.

use reqwest::StatusCode;
use url::Url;

use crate::chance::times;
use crate::child::{LIMIT, Running, free_address, program};
use crate::promises::Promises;
use crate::server::Server;
use crate::shop::{Shop, Webhooks};

/// How often it is lost; `CHECKOUT_TEST_LOSSES` asks for more.
const SHORT: usize = 1;

async fn is_ready(url: &Url) -> bool {
    let call = reqwest::get(url.join("readyz").expect("a URL"));
    tokio::time::timeout(LIMIT, call).await.expect("an answer in time").expect("an answer").status() == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_database_that_is_lost_and_found() {
    let losses = times("CHECKOUT_TEST_LOSSES", SHORT);
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let server = Server::start();
    let database = server.create_database().await;
    let (address, url) = free_address();
    let mut command = program(address, sandbox.sandbox.as_str(), &database);
    let running = Running::start(&mut command, &url).await;
    let promises = Promises::new();
    let senders = promises.send(&[&url], 12, 4);
    for _ in 0..losses {
        promises.until_more(40).await;
        server.crash();
        let rejected = promises.counts().rejected;
        promises.until("a lost database", |counts| counts.rejected > rejected).await;
        assert!(!is_ready(&url).await, "it cannot write");
        server.recover();
        promises.until_more(40).await;
        assert!(is_ready(&url).await, "it can write again");
        for _ in 0..3 {
            server.cut_connections().await;
            promises.until_more(20).await;
        }
    }
    senders.stop().await;
    promises.check_over_a_restart(running, &mut command, &url, &database).await;
    println!("the database was lost {losses} times: {promises}");
}
