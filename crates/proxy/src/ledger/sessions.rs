//! Sessions and their payments, as they change.

use sqlx::{AnyConnection, Row};
use wire::{CheckoutId, Currency, PaymentStatus, ProductId, RequestId};

use super::{Ledger, turn};
use crate::payments::standing;

/// What an opening, an event or a look-up says about a session.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) checkout_id: CheckoutId,
    pub(crate) request_id: RequestId,
    pub(crate) product_id: ProductId,
    pub(crate) status: PaymentStatus,
    /// When it came about at Creem, in milliseconds since 1970.
    pub(crate) changed_at: i64,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) order_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
    /// The buyer, as JSON.
    pub(crate) customer: Option<String>,
    /// The order, as JSON.
    pub(crate) order: Option<String>,
    /// What the session was opened with, as JSON.
    pub(crate) metadata: Option<String>,
}

/// Which payment a refund or dispute is about: whatever it names.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    pub(crate) checkout_id: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
}

/// A status, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since {
    pub(crate) status: PaymentStatus,
    /// When it came about at Creem, in milliseconds since 1970.
    pub(crate) changed_at: i64,
    /// When we learned of it.
    pub(crate) learned_at: i64,
}

impl Ledger {
    /// Folds facts into what is known.
    pub(crate) async fn fold(&self, facts: &Facts, now_ms: i64) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let turn = turn::take(&mut transaction).await?;
        fold(&mut transaction, facts, turn, now_ms).await?;
        transaction.commit().await
    }

    /// Takes the turn to ask Creem about a session, if nobody took it since `unless_since_ms`.
    pub(crate) async fn take_look_up(
        &self,
        checkout_id: &CheckoutId,
        now_ms: i64,
        unless_since_ms: i64,
    ) -> Result<bool, sqlx::Error> {
        let taken = sqlx::query("UPDATE sessions SET looked_up_at = $1 WHERE checkout_id = $2 AND looked_up_at <= $3")
            .bind(now_ms)
            .bind(checkout_id.as_str().to_owned())
            .bind(unless_since_ms)
            .execute(&self.pool)
            .await?;
        Ok(taken.rows_affected() == 1)
    }
}

/// Folds facts into what is known: a status only ever comes further, and what was once known is never forgotten.
pub(super) async fn fold(
    connection: &mut AnyConnection,
    facts: &Facts,
    turn: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let came_further = sqlx::query(
        "INSERT INTO sessions (checkout_id, request_id, product_id, status, standing, changed_at, created_at, \
         updated_at, looked_up_at, turn) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8) \
         ON CONFLICT (checkout_id) DO UPDATE SET status = excluded.status, standing = excluded.standing, \
         changed_at = excluded.changed_at, updated_at = excluded.updated_at, turn = excluded.turn \
         WHERE excluded.standing > sessions.standing",
    )
    .bind(facts.checkout_id.as_str().to_owned())
    .bind(facts.request_id.as_str().to_owned())
    .bind(facts.product_id.as_str().to_owned())
    .bind(facts.status.as_str().to_owned())
    .bind(standing(facts.status))
    .bind(facts.changed_at)
    .bind(now_ms)
    .bind(turn)
    .execute(&mut *connection)
    .await?;
    if came_further.rows_affected() == 1 {
        let since = Since { status: facts.status, changed_at: facts.changed_at, learned_at: now_ms };
        remember(connection, facts.checkout_id.as_str(), since, turn).await?;
    }
    sqlx::query(
        "UPDATE sessions SET amount = COALESCE(amount, $1), currency = COALESCE(currency, $2), \
         order_id = COALESCE(order_id, $3), subscription_id = COALESCE(subscription_id, $4), \
         customer = COALESCE($5, customer), order_facts = COALESCE($6, order_facts), \
         metadata = COALESCE(metadata, $7) WHERE checkout_id = $8",
    )
    .bind(facts.amount)
    .bind(facts.currency.map(|currency| currency.as_str().to_owned()))
    .bind(facts.order_id.clone())
    .bind(facts.subscription_id.clone())
    .bind(facts.customer.clone())
    .bind(facts.order.clone())
    .bind(facts.metadata.clone())
    .bind(facts.checkout_id.as_str().to_owned())
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves the payment that a refund or dispute is about.
pub(super) async fn move_payment(
    connection: &mut AnyConnection,
    about: &About,
    since: Since,
    turn: i64,
) -> Result<(), sqlx::Error> {
    let moved = sqlx::query(
        "UPDATE sessions SET status = $1, standing = $2, changed_at = $3, updated_at = $4, turn = $5 \
         WHERE (checkout_id = $6 OR order_id = $7 OR subscription_id = $8) \
         AND (standing < $2 OR (standing = $2 AND changed_at < $3)) RETURNING checkout_id",
    )
    .bind(since.status.as_str())
    .bind(standing(since.status))
    .bind(since.changed_at)
    .bind(since.learned_at)
    .bind(turn)
    .bind(about.checkout_id.clone())
    .bind(about.order_id.clone())
    .bind(about.subscription_id.clone())
    .fetch_all(&mut *connection)
    .await?;
    for row in moved {
        let checkout_id: String = row.try_get("checkout_id")?;
        remember(connection, &checkout_id, since, turn).await?;
    }
    Ok(())
}

/// Writes a status into the history. Two of one turn, such as a refund that waited for its payment, are one step.
async fn remember(
    connection: &mut AnyConnection,
    checkout_id: &str,
    since: Since,
    turn: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO history (checkout_id, turn, status, changed_at, learned_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (checkout_id, turn) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at",
    )
    .bind(checkout_id.to_owned())
    .bind(turn)
    .bind(since.status.as_str())
    .bind(since.changed_at)
    .bind(since.learned_at)
    .execute(connection)
    .await?;
    Ok(())
}
