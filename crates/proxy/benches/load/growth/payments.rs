//! What a payment's answer takes in a ledger of a thousand and of a million.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};

use crate::chance::Chance;
use crate::child::free_address;
use crate::figures::{Figure, Goal};
use crate::http::{Connection, get};
use crate::running::{self, TOKEN, checkout, folder, started};
use crate::{Outcome, events};

use super::answered_in;

/// A shop that begins, and one of many years.
const PAYMENTS: [usize; 2] = [1_000, 1_000_000];

/// How often each answer is asked for.
const TIMES: usize = 2_000;

/// What is asked for.
#[derive(Clone, Copy)]
enum Read {
    Session,
    StatusPage,
    Reference,
    Feed,
}

impl Read {
    const ALL: [Self; 4] = [Self::Session, Self::StatusPage, Self::Reference, Self::Feed];

    fn name(self) -> &'static str {
        match self {
            Self::Session => "a session's payment",
            Self::StatusPage => "its status page",
            Self::Reference => "the merchant's view of a reference",
            Self::Feed => "a page of the merchant's feed",
        }
    }

    /// Asks for the payment of this number.
    fn request(self, n: usize) -> Vec<u8> {
        let (id, token) = (events::checkout_id(n), format!("authorization: Bearer {TOKEN}\r\n"));
        match self {
            Self::Session => get(&format!("/api/payments/order_{n}?checkout_id={id}"), ""),
            Self::StatusPage => get(&format!("/status?request_id=order_{n}&checkout_id={id}"), ""),
            Self::Reference => get(&format!("/api/payments/order_{n}"), &token),
            Self::Feed => get(&format!("/api/payments?cursor={n}"), &token),
        }
    }
}

/// Measures each answer of both ledgers.
pub(super) async fn measure() -> Outcome<Vec<Figure>> {
    let mut times = Vec::new();
    for payments in PAYMENTS {
        times.push(with(payments).await?);
    }
    let pairs = Read::ALL.into_iter().zip(times[0].iter().zip(&times[1]));
    Ok(pairs
        .map(|(read, (few, many))| {
            let figure = Figure::new(format!("{}, of a million", read.name()), *many, "ms");
            figure.beside("of a thousand", *few).should_be(Goal::AtMost(2.0))
        })
        .collect())
}

/// The medians with so many payments, in milliseconds.
async fn with(payments: usize) -> Outcome<Vec<f64>> {
    let file = folder("growth")?.join("checkout.db");
    let database = format!("sqlite://{}", file.display());
    let creem = running::sandbox(None).await;
    {
        // The program makes its tables and takes one payment, of which the others are copies.
        let (address, url) = free_address();
        let first = started(&mut checkout(address, &creem.url, &database), address, url).await;
        let answer = Connection::open(first.address).await?.ask(&events::delivery(&events::completed(0))).await?;
        assert_eq!(answer.status, 200, "the first payment is taken");
    }
    fill(&file, payments).await?;
    let (address, url) = free_address();
    let ours = started(&mut checkout(address, &creem.url, &database), address, url).await;
    let mut connection = Connection::open(ours.address).await?;
    let mut chance = Chance::new(1);
    let mut medians = Vec::new();
    for read in Read::ALL {
        let request = || read.request(chance.below(payments));
        medians.push(answered_in(&mut connection, TIMES, request, 200).await?);
    }
    Ok(medians)
}

/// Copies the one payment, and what was noted of it, under other ids.
async fn fill(file: &std::path::Path, payments: usize) -> Outcome<()> {
    let mut database = SqliteConnectOptions::new().filename(file).connect().await?;
    let mut all = String::from("BEGIN;");
    for table in ["sessions", "history"] {
        let columns: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')")))
                .fetch_all(&mut database)
                .await?;
        let copied = columns.iter().map(|column| match column.as_str() {
            "checkout_id" => "printf('ch_%016d', n)".to_owned(),
            "request_id" => "'order_' || n".to_owned(),
            "order_id" => "'ord_' || n".to_owned(),
            "turn" => "n + 1".to_owned(),
            same => same.to_owned(),
        });
        all.push_str(&format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
             INSERT INTO {table} ({}) SELECT {} FROM {table}, numbers WHERE checkout_id = '{}';",
            columns.join(", "),
            copied.collect::<Vec<_>>().join(", "),
            events::checkout_id(0),
            last = payments - 1,
        ));
    }
    all.push_str(&format!("UPDATE ledger_turn SET turn = {payments}; COMMIT;"));
    database.execute(sqlx::raw_sql(AssertSqlSafe(all))).await?;
    Ok(())
}
