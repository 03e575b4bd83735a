//! The ledger by itself: the rules, in whatever order things come, and the writer, whatever becomes of its database.

use std::time::Duration;

use futures_util::future::join_all;
use proptest::prelude::*;
use wire::{CheckoutId, Currency, PaymentStatus, ProductId, RequestId};

use super::events::{Effect, Recorded, StoredEvent};
use super::movement::{Movement, MovementKind};
use super::rows::attempt::Attempt;
use super::session::{Facts, Mismatch, Opened};
use super::{IN_MEMORY, Ledger, LedgerError};
use crate::clock::Clock;

fn facts(checkout_id: &str, reached: PaymentStatus) -> Facts {
    Facts {
        request_id: Some(RequestId::parse("order_1").unwrap()),
        product_id: Some(ProductId::parse("prod_1").unwrap()),
        ..Facts::new(CheckoutId::parse(checkout_id).unwrap(), reached, 10)
    }
}

fn paid(checkout_id: &str, order_id: &str) -> Facts {
    Facts {
        amount: Some(1999),
        currency: Currency::parse("USD").ok(),
        order_id: Some(order_id.to_owned()),
        subscription_id: Some("sub_1".to_owned()),
        ..facts(checkout_id, PaymentStatus::Paid)
    }
}

fn refund(id: &str, amount: Option<i64>, changed_at: i64) -> Movement {
    Movement {
        id: id.to_owned(),
        kind: MovementKind::Refund,
        counts: true,
        amount,
        currency: Currency::parse("USD").ok(),
        checkout_id: Some("ch_1".to_owned()),
        order_id: Some("ord_1".to_owned()),
        subscription_id: None,
        changed_at,
    }
}

fn event(id: &str, effect: Effect) -> StoredEvent {
    StoredEvent { id: id.to_owned(), event_type: "x".to_owned(), created_at: 10, payload: "{}".to_owned(), effect }
}

async fn in_memory() -> Ledger {
    Ledger::open(&IN_MEMORY.to_owned().into(), &Clock::system(), None).await.unwrap()
}

async fn status(ledger: &Ledger, checkout_id: &str) -> (PaymentStatus, i64) {
    let known = ledger.known(&CheckoutId::parse(checkout_id).unwrap()).await.unwrap().expect("a session");
    (known.payment.status, known.session.refunded_amount)
}

/// What is applied to a ledger, in any order.
#[derive(Clone, Debug)]
enum Said {
    Session(Facts),
    Moved(Movement),
}

async fn tell(ledger: &Ledger, said: &Said) {
    match said.clone() {
        Said::Session(facts) => drop(ledger.learn(facts).await.unwrap()),
        Said::Moved(movement) => ledger.moved(movement).await.unwrap(),
    }
}

/// Events, returns and look-ups had rules of their own, and a refund that came first was undone by a return.
#[test]
fn the_end_is_the_same_in_whatever_order_things_are_learned() {
    let renewal = Movement { order_id: Some("ord_renewal".to_owned()), ..refund("renewal", None, 40) };
    let failed = Movement { counts: false, ..refund("failed", Some(1999), 30) };
    let all = [
        Said::Session(facts("ch_1", PaymentStatus::Pending)),
        Said::Session(paid("ch_1", "ord_1")),
        Said::Session(facts("ch_1", PaymentStatus::Processing)),
        Said::Moved(refund("part", Some(1000), 20)),
        Said::Moved(failed),
        Said::Moved(renewal),
        Said::Moved(Movement { counts: false, ..refund("late", Some(999), 30) }),
        Said::Moved(refund("late", Some(999), 50)),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(order in Just(all.to_vec()).prop_shuffle())| {
        runtime.block_on(async {
            let ledger = in_memory().await;
            for said in &order {
                tell(&ledger, said).await;
            }
            let known = ledger.known(&CheckoutId::parse("ch_1").unwrap()).await.unwrap().unwrap();
            assert_eq!(known.payment.status, PaymentStatus::Refunded, "{order:?}");
            assert_eq!((known.session.refunded_amount, known.session.changed_at), (1999, 50));
        });
    });
}

/// One cent back, a refund that failed, or one of a renewal made the first payment "refunded".
#[tokio::test]
async fn only_money_that_went_back_of_this_order_counts_and_only_all_of_it_is_a_refund() {
    let ledger = in_memory().await;
    ledger.learn(paid("ch_1", "ord_1")).await.unwrap();
    let with = |id: &str, change: fn(&mut Movement)| {
        let mut movement = refund(id, Some(1999), 20);
        change(&mut movement);
        ledger.moved(movement)
    };
    with("failed", |movement| movement.counts = false).await.unwrap();
    with("renewal", |movement| movement.order_id = Some("ord_2".to_owned())).await.unwrap();
    assert_eq!(status(&ledger, "ch_1").await, (PaymentStatus::Paid, 0));
    with("cent", |movement| movement.amount = Some(1)).await.unwrap();
    with("cent", |movement| movement.amount = Some(1)).await.unwrap();
    assert_eq!(status(&ledger, "ch_1").await, (PaymentStatus::Paid, 1), "told twice, it is one cent still");
    with("yen", |movement| movement.currency = Currency::parse("JPY").ok()).await.unwrap();
    assert_eq!(status(&ledger, "ch_1").await, (PaymentStatus::Paid, 1), "another currency is not all of it");
    with("rest", |movement| movement.amount = Some(1998)).await.unwrap();
    assert_eq!(status(&ledger, "ch_1").await, (PaymentStatus::Refunded, 1999));
}

/// An event for a known session with another product kept the opened product and took the other's amount.
#[tokio::test]
async fn what_contradicts_the_opening_is_kept_beside_it() {
    let ledger = in_memory().await;
    let opened = Opened {
        product_id: ProductId::parse("prod_1").unwrap(),
        units: 1,
        discount_code: None,
        currency: Currency::parse("USD").unwrap(),
        intent: true,
    };
    ledger.learn(Facts { opened: Some(opened), ..facts("ch_1", PaymentStatus::Pending) }).await.unwrap();
    let other = Facts {
        product_id: ProductId::parse("prod_2").ok(),
        units: Some(3),
        currency: Currency::parse("EUR").ok(),
        ..paid("ch_1", "ord_1")
    };
    let learned = ledger.learn(other.clone()).await.unwrap();
    assert_eq!(learned.mismatches, [Mismatch::ProductId, Mismatch::Units, Mismatch::Currency]);
    assert!(ledger.learn(other).await.unwrap().mismatches.is_empty(), "it is told once");
    let known = ledger.known(&CheckoutId::parse("ch_1").unwrap()).await.unwrap().unwrap();
    assert_eq!((known.payment.status, known.payment.amount), (PaymentStatus::Paid, None), "not the other's amount");
    let paid = known.session.paid.expect("what was paid");
    assert_eq!((paid.amount, paid.product_id), (Some(1999), ProductId::parse("prod_2").ok()));
    assert_eq!(ledger.to_look_at(&super::Cursor::default(), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_that_waits_acts_when_it_comes_again_and_then_never() {
    let ledger = in_memory().await;
    let unread = ledger.record(event("evt_1", Effect::Unread("why".to_owned()))).await.unwrap();
    assert_eq!(unread, Recorded::Waiting("why".to_owned()));
    assert_eq!(ledger.waiting_events("", 10).await.unwrap().len(), 1);
    let understood = || event("evt_1", Effect::Paid(Box::new(paid("ch_1", "ord_1"))));
    assert!(matches!(ledger.record(understood()).await.unwrap(), Recorded::Applied(_)));
    assert_eq!(ledger.record(understood()).await.unwrap(), Recorded::Repeated);
    assert_eq!(status(&ledger, "ch_1").await.0, PaymentStatus::Paid);
    assert!(ledger.waiting_events("", 10).await.unwrap().is_empty());
}

/// Many changes share a commit. One that the database cannot take must not fail the others, and what fails is said to
/// whoever sent it.
#[tokio::test]
async fn changes_that_come_together_are_each_answered_for_themselves() {
    let ledger = in_memory().await;
    let record = |n: usize| {
        let checkout_id = format!("ch_{}", n / 2);
        ledger.record(event(&format!("evt_{}", n / 2), Effect::Paid(Box::new(paid(&checkout_id, &checkout_id)))))
    };
    let recorded = join_all((0..400).map(record)).await;
    let count = |wanted: fn(&Recorded) -> bool| recorded.iter().filter(|one| one.as_ref().is_ok_and(wanted)).count();
    assert_eq!(count(|recorded| matches!(recorded, Recorded::Applied(_))), 200);
    assert_eq!(count(|recorded| *recorded == Recorded::Repeated), 200);
    let settled_again: Vec<i64> = recorded
        .iter()
        .filter_map(|one| match one {
            Ok(Recorded::Applied(learned)) => learned.settled_again,
            _ => None,
        })
        .collect();
    assert_eq!(settled_again.len(), 199, "all but the first of one reference");
}

/// After a commit that failed, the connection was used again, and what it acknowledged from then on was never stored.
#[tokio::test]
async fn a_transaction_that_failed_never_touches_the_next_one() {
    let file = File::new();
    let ledger = Ledger::open(&file.url().into(), &Clock::system(), None).await.unwrap();
    let other = sqlx::AnyPool::connect(&file.url()).await.unwrap();
    let rename = |from: &str, to: &str| {
        sqlx::query(sqlx::AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"))).execute(&other)
    };
    for n in 0..3 {
        rename("history", "elsewhere").await.unwrap();
        let failed = ledger.learn(paid(&format!("ch_failed_{n}"), "ord_1")).await;
        assert!(matches!(failed, Err(LedgerError::Database(_))), "{failed:?}");
        assert!(ledger.takes_writes().await.is_ok(), "what does not need the table is written");
        rename("elsewhere", "history").await.unwrap();
        ledger.learn(paid(&format!("ch_kept_{n}"), "ord_1")).await.unwrap();
    }
    let kept: Vec<String> =
        sqlx::query_scalar("SELECT checkout_id FROM sessions ORDER BY checkout_id").fetch_all(&other).await.unwrap();
    assert_eq!(kept, ["ch_kept_0", "ch_kept_1", "ch_kept_2"], "by another connection's eyes");
}

#[tokio::test]
async fn only_an_attempt_whose_owner_died_can_be_taken_over() {
    let moved_ms = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(0));
    let clock = {
        let moved_ms = std::sync::Arc::clone(&moved_ms);
        Clock::from_fn(move || {
            jiff::Timestamp::from_millisecond(moved_ms.load(std::sync::atomic::Ordering::Relaxed)).unwrap()
        })
    };
    let ledger = Ledger::open(&IN_MEMORY.to_owned().into(), &clock, None).await.unwrap();
    let at = |now: Duration| {
        moved_ms.store(i64::try_from(now.as_millis()).unwrap(), std::sync::atomic::Ordering::Relaxed);
        ledger.claim("key", "hash")
    };
    let Attempt::Claimed(dead) = at(Duration::ZERO).await.unwrap() else { panic!("not the first") };
    assert!(matches!(at(Duration::from_secs(60)).await.unwrap(), Attempt::Busy));
    let Attempt::Claimed(heir) = at(Duration::from_secs(61)).await.unwrap() else { panic!("not taken over") };
    ledger.give_up(dead.clone()).await.unwrap();
    let pending = facts("ch_1", PaymentStatus::Pending);
    ledger.opened(dead, facts("ch_dead", PaymentStatus::Pending), "late".to_owned()).await.unwrap();
    assert!(matches!(at(Duration::from_secs(62)).await.unwrap(), Attempt::Busy), "the dead decide nothing");
    ledger.opened(heir, pending, "answer".to_owned()).await.unwrap();
    let answered = at(Duration::from_secs(23 * 3600)).await.unwrap();
    assert!(matches!(answered, Attempt::Answered(answer) if answer == "answer"));
    assert!(matches!(ledger.claim("key", "other").await.unwrap(), Attempt::Conflict));
    assert!(matches!(at(Duration::from_secs(25 * 3600)).await.unwrap(), Attempt::Claimed(_)), "a day is long enough");
}

/// A key was answered with its session although that was paid or over, so that the buyer stood before a dead page.
#[tokio::test]
async fn an_attempt_ends_with_its_session() {
    let ledger = in_memory().await;
    let Attempt::Claimed(claim) = ledger.claim("key", "hash").await.unwrap() else { panic!("not the first") };
    ledger.opened(claim, facts("ch_1", PaymentStatus::Pending), "answer".to_owned()).await.unwrap();
    assert!(matches!(ledger.claim("key", "hash").await.unwrap(), Attempt::Answered(_)));
    ledger.learn(paid("ch_1", "ord_1")).await.unwrap();
    assert!(ledger.attempt("key", "hash").await.unwrap().is_none());
    assert!(matches!(ledger.claim("key", "hash").await.unwrap(), Attempt::Claimed(_)));
}

/// A file for a test, removed when it ends.
struct File(std::path::PathBuf);

impl File {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("creem-checkout-ledger-{}.db", uuid::Uuid::new_v4())))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}

/// Of thirty first starts at once, thirteen failed: each made the tables that another had just made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_start_at_once_on_a_file_that_is_not_there_yet() {
    let file = File::new();
    let url = file.url().into();
    let clock = Clock::system();
    let opened = join_all((0..30).map(|_| Ledger::open(&url, &clock, None))).await;
    for ledger in opened {
        ledger.expect("opened").takes_writes().await.expect("and written to");
    }
}

/// A deployment could not be rolled back: an older version refused a database that a newer one had opened.
#[tokio::test]
async fn a_database_that_a_newer_version_has_opened_is_taken() {
    let file = File::new();
    let clock = Clock::system();
    drop(Ledger::open(&file.url().into(), &clock, None).await.unwrap());
    let newer = sqlx::AnyPool::connect(&file.url()).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
         SELECT 9999, 'newer', installed_on, success, checksum, execution_time FROM _sqlx_migrations LIMIT 1",
    )
    .execute(&newer)
    .await
    .unwrap();
    sqlx::query("ALTER TABLE sessions ADD COLUMN of_a_newer_version TEXT").execute(&newer).await.unwrap();
    newer.close().await;
    let ledger = Ledger::open(&file.url().into(), &clock, None).await.unwrap();
    ledger.learn(paid("ch_1", "ord_1")).await.unwrap();
    assert_eq!(status(&ledger, "ch_1").await.0, PaymentStatus::Paid);
}
