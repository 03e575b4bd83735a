//! Webhooks and creations a second, each beside what it is measured against: in rounds, in another order each time, so
//! that whatever else the machine does meets all of them.

mod callers;
mod postgres;
mod sqlite;
mod table;

use std::net::SocketAddr;

use self::callers::{Requests, Sample, TIME, call};
use self::sqlite::Sqlite;
use self::table::Table;
use crate::child::free_address;
use crate::http::post_json;
use crate::running::{self, checkout, express, folder, started};
use crate::server::Server;
use crate::{Outcome, events, figures};

/// How often everything is measured.
const ROUNDS: usize = 5;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Sqlite,
    OneAtATime,
    ThirtyTwo,
    Creation,
    Express,
    Sandbox,
    Pgbench,
    PostgresOneAtATime,
    PostgresThirtyTwo,
}

impl Peer {
    pub(crate) const ALL: [Self; 9] = [
        Self::Sqlite,
        Self::OneAtATime,
        Self::ThirtyTwo,
        Self::Creation,
        Self::Express,
        Self::Sandbox,
        Self::Pgbench,
        Self::PostgresOneAtATime,
        Self::PostgresThirtyTwo,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite by itself, commits",
            Self::OneAtATime => "webhooks, one at a time",
            Self::ThirtyTwo => "webhooks, 32 at once",
            Self::Creation => "creations, 4 at once",
            Self::Express => "Express with Creem's SDK, creations, 4 at once",
            Self::Sandbox => "the sandbox itself, creations, 4 at once",
            Self::Pgbench => "pgbench -N, 32 clients",
            Self::PostgresOneAtATime => "webhooks on PostgreSQL, one at a time",
            Self::PostgresThirtyTwo => "webhooks on PostgreSQL, 32 at once",
        }
    }
}

/// Where webhooks go, with the number of the next one.
struct Webhooks {
    to: SocketAddr,
    next: usize,
}

impl Webhooks {
    async fn send(&mut self, at_once: usize) -> Outcome<Sample> {
        let first = self.next;
        self.next += callers::MOST;
        let requests = (first..self.next).map(|n| events::delivery(&events::completed(n))).collect();
        call(self.to, at_once, &Requests::Each(requests), 200).await
    }
}

/// Measures everything and prints it.
pub(crate) async fn measure() -> Outcome<()> {
    let folder = folder("writes")?;
    let creem = running::sandbox(None).await;
    let express = express(&creem.url).await?;
    let on_sqlite = {
        let (address, url) = free_address();
        let database = format!("sqlite://{}", folder.join("checkout.db").display());
        started(&mut checkout(address, &creem.url, &database), address, url).await
    };
    let server = Server::start();
    let on_postgres = {
        let (address, url) = free_address();
        let database = server.create_database().await;
        started(&mut checkout(address, &creem.url, &database), address, url).await
    };
    let pgbench = postgres::prepare(&server.create_database().await)?;
    let mut sqlite = Sqlite::open(&folder.join("alone.db")).await?;
    let body = format!(r#"{{"product_id":"{}"}}"#, events::LIFETIME);
    let creation = Requests::Same(post_json("/api/checkouts", "", &body));
    let key = format!("x-api-key: {}\r\n", sandbox::API_KEY);
    let without_us = Requests::Same(post_json("/v1/checkouts", &key, &body));
    let mut to_sqlite = Webhooks { to: on_sqlite.address, next: 0 };
    let mut to_postgres = Webhooks { to: on_postgres.address, next: 0 };
    let mut table = Table::default();
    println!("{ROUNDS} rounds of {} s each for:", TIME.as_secs());
    // The first round opens connections, fills caches and compiles JavaScript; it does not count.
    for round in 0..=ROUNDS {
        let mut order = Peer::ALL;
        order.rotate_left(round * 3 % Peer::ALL.len());
        for peer in order {
            let sample = match peer {
                Peer::Sqlite => sqlite.commit().await?,
                Peer::OneAtATime => to_sqlite.send(1).await?,
                Peer::ThirtyTwo => to_sqlite.send(32).await?,
                Peer::Creation => call(on_sqlite.address, 4, &creation, 201).await?,
                Peer::Express => call(express.address, 4, &creation, 201).await?,
                Peer::Sandbox => call(creem.address, 4, &without_us, 200).await?,
                Peer::Pgbench => postgres::pgbench(&pgbench)?,
                Peer::PostgresOneAtATime => to_postgres.send(1).await?,
                Peer::PostgresThirtyTwo => to_postgres.send(32).await?,
            };
            if round > 0 {
                table.add(peer, sample);
            }
        }
    }
    figures::tell("writes", &table.figures())
}
