//! Sessions, movements and steps of the history, as rows.

pub(super) mod attempt;
pub(super) mod event;

use std::sync::LazyLock;

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{CheckoutId, Currency, PaymentStatus, ProductId, RequestId};

use super::database::batch::{Statement, Value};
use super::movement::{Movement, MovementKind};
use super::session::{Mismatch, Session, is_settled, standing};

/// A status a payment came to.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) checkout_id: String,
    pub(super) turn: i64,
    pub(super) status: &'static str,
    pub(super) changed_at: i64,
    pub(super) learned_at: i64,
}

/// The columns of a session, in the order they are written.
const SESSION: [&str; 25] = [
    "checkout_id",
    "request_id",
    "product_id",
    "status",
    "standing",
    "changed_at",
    "reached",
    "reached_at",
    "amount",
    "currency",
    "order_id",
    "subscription_id",
    "refunded_amount",
    "customer",
    "order_facts",
    "metadata",
    "opened",
    "paid",
    "mismatch",
    "created_at",
    "updated_at",
    "looked_up_at",
    "look_ups",
    "turn",
    "by_intent",
];

/// The beginning of every statement that reads sessions.
pub(super) static SELECT_SESSIONS: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {} FROM sessions ", SESSION.join(", ")));

const MOVEMENT: [&str; 9] =
    ["id", "kind", "counts", "amount", "currency", "checkout_id", "order_id", "subscription_id", "changed_at"];

/// Reads the word of a status.
pub(super) fn status_of(word: &str) -> Option<PaymentStatus> {
    use PaymentStatus::{Disputed, Expired, Paid, Pending, Processing, Refunded};
    [Pending, Processing, Paid, Expired, Refunded, Disputed].into_iter().find(|status| status.as_str() == word)
}

pub(super) fn session(row: &AnyRow) -> Result<Session, sqlx::Error> {
    let broken = |column: &str| sqlx::Error::Decode(format!("sessions: {column} cannot be read").into());
    let text = |column: &str| row.try_get::<String, _>(column);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column);
    let number = |column: &str| row.try_get::<i64, _>(column);
    let status = status_of(&text("status")?).ok_or_else(|| broken("status"))?;
    let reached = status_of(&text("reached")?).ok_or_else(|| broken("reached"))?;
    // An older version, started again on this database, writes a payment without `reached`.
    let (reached, reached_at) = match is_settled(status) && !is_settled(reached) {
        true => (PaymentStatus::Paid, number("changed_at")?),
        false => (reached, number("reached_at")?),
    };
    let mismatches = maybe("mismatch")?.unwrap_or_default();
    Ok(Session {
        checkout_id: CheckoutId::parse(&text("checkout_id")?).map_err(|_| broken("checkout_id"))?,
        request_id: RequestId::parse(&text("request_id")?).map_err(|_| broken("request_id"))?,
        product_id: ProductId::parse(&text("product_id")?).map_err(|_| broken("product_id"))?,
        reached,
        reached_at,
        status,
        changed_at: number("changed_at")?,
        amount: row.try_get("amount")?,
        currency: maybe("currency")?.and_then(|code| Currency::parse(&code).ok()),
        order_id: maybe("order_id")?,
        subscription_id: maybe("subscription_id")?,
        refunded_amount: number("refunded_amount")?,
        customer: maybe("customer")?,
        order: maybe("order_facts")?,
        metadata: maybe("metadata")?,
        opened: json(maybe("opened")?),
        paid: json(maybe("paid")?),
        mismatches: mismatches.split_whitespace().filter_map(Mismatch::parse).collect(),
        created_at: number("created_at")?,
        updated_at: number("updated_at")?,
        looked_up_at: number("looked_up_at")?,
        look_ups: number("look_ups")?,
        turn: number("turn")?,
    })
}

fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Option<T> {
    text.and_then(|text| serde_json::from_str(&text).ok())
}

/// The statement that writes sessions, whole.
pub(super) fn save_sessions<'a>(sessions: impl Iterator<Item = &'a Session>) -> Statement {
    upsert("sessions", &SESSION, sessions.map(session_values))
}

fn session_values(session: &Session) -> Vec<Value> {
    let as_json = |written: Result<String, serde_json::Error>| Value::from(written.ok());
    let words: Vec<&str> = session.mismatches.iter().map(|mismatch| mismatch.as_str()).collect();
    vec![
        session.checkout_id.as_str().into(),
        session.request_id.as_str().into(),
        session.product_id.as_str().into(),
        session.status.as_str().into(),
        standing(session.status).into(),
        session.changed_at.into(),
        session.reached.as_str().into(),
        session.reached_at.into(),
        session.amount.into(),
        session.currency.map(|currency| currency.as_str().to_owned()).into(),
        session.order_id.clone().into(),
        session.subscription_id.clone().into(),
        session.refunded_amount.into(),
        session.customer.clone().into(),
        session.order.clone().into(),
        session.metadata.clone().into(),
        session.opened.as_ref().map_or(Value::Text(None), |opened| as_json(serde_json::to_string(opened))),
        session.paid.as_ref().map_or(Value::Text(None), |paid| as_json(serde_json::to_string(paid))),
        Some(words.join(" ")).filter(|words| !words.is_empty()).into(),
        session.created_at.into(),
        session.updated_at.into(),
        session.looked_up_at.into(),
        session.look_ups.into(),
        session.turn.into(),
        i64::from(session.is_by_intent()).into(),
    ]
}

pub(super) fn movement(row: &AnyRow) -> Result<Movement, sqlx::Error> {
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column);
    let kind: String = row.try_get("kind")?;
    let kind =
        MovementKind::parse(&kind).ok_or_else(|| sqlx::Error::Decode("movements: kind cannot be read".into()))?;
    Ok(Movement {
        id: row.try_get("id")?,
        kind,
        counts: row.try_get::<i64, _>("counts")? != 0,
        amount: row.try_get("amount")?,
        currency: maybe("currency")?.and_then(|code| Currency::parse(&code).ok()),
        checkout_id: maybe("checkout_id")?,
        order_id: maybe("order_id")?,
        subscription_id: maybe("subscription_id")?,
        changed_at: row.try_get("changed_at")?,
    })
}

/// The statement that writes movements, whole.
pub(super) fn save_movements<'a>(movements: impl Iterator<Item = &'a Movement>) -> Statement {
    let rows = movements.map(|movement| {
        vec![
            movement.id.as_str().into(),
            movement.kind.as_str().into(),
            i64::from(movement.counts).into(),
            movement.amount.into(),
            movement.currency.map(|currency| currency.as_str().to_owned()).into(),
            movement.checkout_id.clone().into(),
            movement.order_id.clone().into(),
            movement.subscription_id.clone().into(),
            movement.changed_at.into(),
        ]
    });
    upsert("movements", &MOVEMENT, rows)
}

/// The statement that writes steps of the history.
pub(super) fn save_steps(steps: Vec<Step>) -> Statement {
    let rows = steps.into_iter().map(|step| {
        vec![
            Value::from(step.checkout_id),
            step.turn.into(),
            step.status.into(),
            step.changed_at.into(),
            step.learned_at.into(),
        ]
    });
    Statement::new("INSERT INTO history (checkout_id, turn, status, changed_at, learned_at) VALUES ").rows(rows)
}

/// Writes rows whole; the first column is the key.
fn upsert(table: &str, columns: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> Statement {
    let written: Vec<String> = columns[1..].iter().map(|column| format!("{column} = excluded.{column}")).collect();
    Statement::new(&format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "))).rows(rows).text(&format!(
        " ON CONFLICT ({}) DO UPDATE SET {}",
        columns[0],
        written.join(", ")
    ))
}
