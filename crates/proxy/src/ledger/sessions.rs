//! Sessions and what is known of their payments.

use sqlx::{AnyConnection, FromRow};
use wire::{CheckoutId, Currency, Payment, PaymentStatus, ProductId, RequestId};

use super::Ledger;
use crate::payments::standing;

/// A session that was just opened.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    pub(crate) checkout_id: CheckoutId,
    pub(crate) request_id: RequestId,
    pub(crate) product_id: ProductId,
}

/// What an event or a look-up says about a session.
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
}

#[derive(FromRow)]
struct Row {
    checkout_id: String,
    request_id: String,
    product_id: String,
    status: String,
    amount: Option<i64>,
    currency: Option<String>,
    order_id: Option<String>,
    subscription_id: Option<String>,
    updated_at: i64,
}

impl Row {
    fn into_payment(self) -> Result<Payment, sqlx::Error> {
        let decoding = |what: &str| sqlx::Error::Decode(format!("sessions: {what} cannot be read").into());
        Ok(Payment {
            request_id: RequestId::parse(&self.request_id).map_err(|_| decoding("request_id"))?,
            checkout_id: CheckoutId::parse(&self.checkout_id).map_err(|_| decoding("checkout_id"))?,
            status: status_of(&self.status).ok_or_else(|| decoding("status"))?,
            product_id: ProductId::parse(&self.product_id).map_err(|_| decoding("product_id"))?,
            amount: self.amount,
            currency: self.currency.as_deref().and_then(|code| Currency::parse(code).ok()),
            order_id: self.order_id,
            subscription_id: self.subscription_id,
            updated_at: iso(self.updated_at),
        })
    }
}

fn status_of(word: &str) -> Option<PaymentStatus> {
    use PaymentStatus::{Disputed, Expired, Paid, Pending, Processing, Refunded};
    [Pending, Processing, Paid, Expired, Refunded, Disputed].into_iter().find(|status| status.as_str() == word)
}

fn iso(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_string()
}

impl Ledger {
    /// Remembers a session that was just opened.
    pub(crate) async fn open_session(&self, session: &NewSession, now_ms: i64) -> Result<(), sqlx::Error> {
        let opened = Facts {
            checkout_id: session.checkout_id.clone(),
            request_id: session.request_id.clone(),
            product_id: session.product_id.clone(),
            status: PaymentStatus::Pending,
            changed_at: now_ms,
            amount: None,
            currency: None,
            order_id: None,
            subscription_id: None,
        };
        self.fold(&opened, now_ms).await
    }

    /// Folds facts into what is known.
    pub(crate) async fn fold(&self, facts: &Facts, now_ms: i64) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        fold(&mut transaction, facts, now_ms).await?;
        transaction.commit().await
    }

    /// The payments of all sessions of one reference.
    pub(crate) async fn payments_of(&self, request_id: &RequestId) -> Result<Vec<Payment>, sqlx::Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT checkout_id, request_id, product_id, status, amount, currency, order_id, subscription_id, \
             updated_at FROM sessions WHERE request_id = $1",
        )
        .bind(request_id.as_str().to_owned())
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Row::into_payment).collect()
    }

    /// The payment of one session.
    pub(crate) async fn payment(&self, checkout_id: &CheckoutId) -> Result<Option<Payment>, sqlx::Error> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT checkout_id, request_id, product_id, status, amount, currency, order_id, subscription_id, \
             updated_at FROM sessions WHERE checkout_id = $1",
        )
        .bind(checkout_id.as_str().to_owned())
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::into_payment).transpose()
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
pub(super) async fn fold(connection: &mut AnyConnection, facts: &Facts, now_ms: i64) -> Result<(), sqlx::Error> {
    // The first statement is a write, so that SQLite takes its lock at once and nothing is decided on stale rows.
    sqlx::query(
        "INSERT INTO sessions (checkout_id, request_id, product_id, status, standing, changed_at, created_at, \
         updated_at, looked_up_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7) \
         ON CONFLICT (checkout_id) DO UPDATE SET status = excluded.status, standing = excluded.standing, \
         changed_at = excluded.changed_at, updated_at = excluded.updated_at \
         WHERE excluded.standing > sessions.standing",
    )
    .bind(facts.checkout_id.as_str().to_owned())
    .bind(facts.request_id.as_str().to_owned())
    .bind(facts.product_id.as_str().to_owned())
    .bind(facts.status.as_str().to_owned())
    .bind(standing(facts.status))
    .bind(facts.changed_at)
    .bind(now_ms)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE sessions SET amount = COALESCE(amount, $1), currency = COALESCE(currency, $2), \
         order_id = COALESCE(order_id, $3), subscription_id = COALESCE(subscription_id, $4) WHERE checkout_id = $5",
    )
    .bind(facts.amount)
    .bind(facts.currency.map(|currency| currency.as_str().to_owned()))
    .bind(facts.order_id.clone())
    .bind(facts.subscription_id.clone())
    .bind(facts.checkout_id.as_str().to_owned())
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves the payment that a refund or dispute is about, by its session or its order.
pub(super) async fn move_payment(
    connection: &mut AnyConnection,
    checkout_id: Option<&str>,
    order_id: Option<&str>,
    status: PaymentStatus,
    changed_at: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sessions SET status = $1, standing = $2, changed_at = $3, updated_at = $4 \
         WHERE (checkout_id = $5 OR order_id = $6) \
         AND (standing < $2 OR (standing = $2 AND changed_at < $3))",
    )
    .bind(status.as_str())
    .bind(standing(status))
    .bind(changed_at)
    .bind(now_ms)
    .bind(checkout_id.map(str::to_owned))
    .bind(order_id.map(str::to_owned))
    .execute(connection)
    .await?;
    Ok(())
}
