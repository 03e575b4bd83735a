//! Reading what is known of payments: for buyers, and with all its details for the merchant.

use serde_json::Value;
use sqlx::{FromRow, Row as _};
use wire::{CheckoutId, Currency, Payment, PaymentStatus, ProductId, RequestId};

use super::{Ledger, turn};

/// A payment with what only its merchant may read.
#[derive(Clone, Debug)]
pub(crate) struct KnownPayment {
    pub(crate) payment: Payment,
    pub(crate) customer: Option<Value>,
    pub(crate) order: Option<Value>,
    pub(crate) metadata: Option<Value>,
    pub(crate) created_at: String,
    /// The turn of the ledger in which it last changed.
    pub(crate) turn: i64,
}

/// One status a payment had.
#[derive(Clone, Debug)]
pub(crate) struct PastStatus {
    pub(crate) checkout_id: String,
    pub(crate) status: String,
    /// When it came about at Creem.
    pub(crate) changed_at: String,
    /// When we learned of it.
    pub(crate) learned_at: String,
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
    customer: Option<String>,
    order_facts: Option<String>,
    metadata: Option<String>,
    created_at: i64,
    updated_at: i64,
    turn: i64,
}

impl Row {
    fn into_known(self) -> Result<KnownPayment, sqlx::Error> {
        let decoding = |what: &str| sqlx::Error::Decode(format!("sessions: {what} cannot be read").into());
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        let payment = Payment {
            request_id: RequestId::parse(&self.request_id).map_err(|_| decoding("request_id"))?,
            checkout_id: CheckoutId::parse(&self.checkout_id).map_err(|_| decoding("checkout_id"))?,
            status: status_of(&self.status).ok_or_else(|| decoding("status"))?,
            product_id: ProductId::parse(&self.product_id).map_err(|_| decoding("product_id"))?,
            amount: self.amount,
            currency: self.currency.as_deref().and_then(|code| Currency::parse(code).ok()),
            order_id: self.order_id,
            subscription_id: self.subscription_id,
            updated_at: iso(self.updated_at),
        };
        Ok(KnownPayment {
            payment,
            customer: json(self.customer),
            order: json(self.order_facts),
            metadata: json(self.metadata),
            created_at: iso(self.created_at),
            turn: self.turn,
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

/// The columns of [`Row`].
macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "SELECT checkout_id, request_id, product_id, status, amount, currency, order_id, subscription_id, customer, ",
            "order_facts, metadata, created_at, updated_at, turn FROM sessions ",
            $rest
        )
    };
}

impl Ledger {
    /// The payments of all sessions of one reference, the oldest first.
    pub(crate) async fn known_of(&self, request_id: &RequestId) -> Result<Vec<KnownPayment>, sqlx::Error> {
        let rows: Vec<Row> = sqlx::query_as(select_sessions!("WHERE request_id = $1 ORDER BY created_at, checkout_id"))
            .bind(request_id.as_str().to_owned())
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(Row::into_known).collect()
    }

    /// The payments of all sessions of one reference, as buyers see them.
    pub(crate) async fn payments_of(&self, request_id: &RequestId) -> Result<Vec<Payment>, sqlx::Error> {
        Ok(self.known_of(request_id).await?.into_iter().map(|known| known.payment).collect())
    }

    /// The payment of one session.
    pub(crate) async fn payment(&self, checkout_id: &CheckoutId) -> Result<Option<Payment>, sqlx::Error> {
        let row: Option<Row> = sqlx::query_as(select_sessions!("WHERE checkout_id = $1"))
            .bind(checkout_id.as_str().to_owned())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| row.into_known().map(|known| known.payment)).transpose()
    }

    /// What changed after a turn and after a moment, in the order it did, at most so many.
    pub(crate) async fn changed_after(
        &self,
        after_turn: i64,
        after_ms: i64,
        at_most: i64,
    ) -> Result<Vec<KnownPayment>, sqlx::Error> {
        let rows: Vec<Row> =
            sqlx::query_as(select_sessions!("WHERE turn > $1 AND updated_at > $2 ORDER BY turn, checkout_id LIMIT $3"))
                .bind(after_turn)
                .bind(after_ms)
                .bind(at_most)
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter().map(Row::into_known).collect()
    }

    /// The references that changed after a turn, and the turn up to which that is all.
    pub(crate) async fn references_after(&self, after: i64) -> Result<(Vec<String>, i64), sqlx::Error> {
        let last = turn::last(&self.pool).await?;
        if last == after {
            return Ok((Vec::new(), after));
        }
        let rows = sqlx::query("SELECT DISTINCT request_id FROM sessions WHERE turn > $1 AND turn <= $2")
            .bind(after)
            .bind(last)
            .fetch_all(&self.pool)
            .await?;
        let references = rows.iter().map(|row| row.try_get("request_id")).collect::<Result<_, _>>()?;
        Ok((references, last))
    }

    /// The statuses that the payments of one reference had, in the order we learned of them.
    pub(crate) async fn history_of(&self, request_id: &RequestId) -> Result<Vec<PastStatus>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT history.checkout_id, history.status, history.changed_at, history.learned_at FROM history \
             JOIN sessions ON sessions.checkout_id = history.checkout_id WHERE sessions.request_id = $1 \
             ORDER BY history.turn, history.checkout_id",
        )
        .bind(request_id.as_str().to_owned())
        .fetch_all(&self.pool)
        .await?;
        let past = |row: &sqlx::any::AnyRow| {
            Ok(PastStatus {
                checkout_id: row.try_get("checkout_id")?,
                status: row.try_get("status")?,
                changed_at: iso(row.try_get("changed_at")?),
                learned_at: iso(row.try_get("learned_at")?),
            })
        };
        rows.iter().map(past).collect()
    }

    /// Whether the database answers.
    pub(crate) async fn answers(&self) -> Result<(), sqlx::Error> {
        turn::last(&self.pool).await.map(|_| ())
    }
}
