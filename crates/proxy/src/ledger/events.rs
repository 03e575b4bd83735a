//! Webhook events: stored and applied in one transaction, once.

use sqlx::{AnyConnection, Row};
use wire::PaymentStatus;

use super::sessions::{About, Facts, Since, fold, move_payment};
use super::{Ledger, turn};

/// A verified event, with what it says about a payment.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub(crate) id: String,
    pub(crate) event_type: String,
    /// When it happened at Creem, in milliseconds since 1970.
    pub(crate) created_at: i64,
    pub(crate) payload: String,
    pub(crate) effect: Effect,
}

/// What an event changes.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// A session was paid.
    Paid(Box<Facts>),
    /// A payment was refunded or disputed.
    Moved { about: About, status: PaymentStatus },
    /// Nothing a buyer is shown.
    None,
}

impl Ledger {
    /// Stores an event and applies it; a repeated one does nothing. True when it was new.
    pub(crate) async fn record(&self, event: &StoredEvent, now_ms: i64) -> Result<bool, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let turn = turn::take(&mut transaction).await?;
        let is_new = store(&mut transaction, event, now_ms).await?;
        if is_new {
            apply(&mut transaction, event, turn, now_ms).await?;
        }
        transaction.commit().await?;
        Ok(is_new)
    }
}

async fn store(connection: &mut AnyConnection, event: &StoredEvent, now_ms: i64) -> Result<bool, sqlx::Error> {
    let about = match &event.effect {
        Effect::Moved { about, .. } => about.clone(),
        Effect::Paid(_) | Effect::None => About::default(),
    };
    let stored = sqlx::query(
        "INSERT INTO events (id, event_type, created_at, received_at, checkout_id, order_id, subscription_id, payload) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(event.id.clone())
    .bind(event.event_type.clone())
    .bind(event.created_at)
    .bind(now_ms)
    .bind(about.checkout_id)
    .bind(about.order_id)
    .bind(about.subscription_id)
    .bind(event.payload.clone())
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

async fn apply(connection: &mut AnyConnection, event: &StoredEvent, turn: i64, now_ms: i64) -> Result<(), sqlx::Error> {
    match &event.effect {
        Effect::Paid(facts) => {
            fold(connection, facts, turn, now_ms).await?;
            apply_what_came_before(connection, facts, turn, now_ms).await
        }
        Effect::Moved { about, status } => {
            let since = Since { status: *status, changed_at: event.created_at, learned_at: now_ms };
            move_payment(connection, about, since, turn).await
        }
        Effect::None => Ok(()),
    }
}

/// Deliveries have no order: a refund may have come before the payment it is about.
async fn apply_what_came_before(
    connection: &mut AnyConnection,
    facts: &Facts,
    turn: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query(
        "SELECT event_type, created_at FROM events WHERE checkout_id = $1 OR order_id = $2 OR subscription_id = $3 \
         ORDER BY created_at",
    )
    .bind(facts.checkout_id.as_str().to_owned())
    .bind(facts.order_id.clone())
    .bind(facts.subscription_id.clone())
    .fetch_all(&mut *connection)
    .await?;
    let about = About { checkout_id: Some(facts.checkout_id.as_str().to_owned()), ..About::default() };
    for row in rows {
        let event_type: String = row.try_get("event_type")?;
        let changed_at: i64 = row.try_get("created_at")?;
        let status = if event_type == "dispute.created" { PaymentStatus::Disputed } else { PaymentStatus::Refunded };
        move_payment(connection, &about, Since { status, changed_at, learned_at: now_ms }, turn).await?;
    }
    Ok(())
}
