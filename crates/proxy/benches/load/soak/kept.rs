//! Whether everything that was acknowledged is in the ledger, once.

use std::collections::HashMap;

use sqlx::{AnyConnection, Connection, Row};

use super::shop::Shop;
use crate::{Outcome, events};

/// What is missing or doubled, with what there should be.
pub(super) struct Missing {
    pub(super) events: usize,
    pub(super) of_events: usize,
    pub(super) sessions: usize,
    pub(super) of_sessions: usize,
}

/// Reads the database of a program that has ended.
pub(super) async fn missing(shop: &Shop, database: &str) -> Outcome<Missing> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(database).await?;
    let mut counted = async |sql: &'static str| {
        let mut counts = HashMap::new();
        for row in sqlx::query(sql).fetch_all(&mut connection).await? {
            *counts.entry(row.try_get::<String, _>(0)?).or_insert(0) += 1;
        }
        Outcome::Ok(counts)
    };
    let events = counted("SELECT id FROM events").await?;
    let paid = counted("SELECT checkout_id FROM history WHERE status = 'paid'").await?;
    let sessions = counted("SELECT checkout_id FROM sessions").await?;
    let is_once = |counts: &HashMap<String, i32>, id: &str| counts.get(id) == Some(&1);
    let told = shop.events.lock().expect("a lock").clone();
    let opened = shop.sessions.lock().expect("a lock").clone();
    let is_kept = |n: usize| is_once(&events, &events::event_id(n)) && is_once(&paid, &events::checkout_id(n));
    Ok(Missing {
        events: told.iter().filter(|n| !is_kept(**n)).count(),
        of_events: told.len(),
        sessions: opened.iter().filter(|session| !is_once(&sessions, &session.checkout_id)).count(),
        of_sessions: opened.len(),
    })
}
