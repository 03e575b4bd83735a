//! Reading what is known of payments: for buyers, and with all its details for the merchant.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use wire::{CheckoutId, Payment, RequestId};

use super::rows;
use super::session::Session;
use super::{Ledger, LedgerError};
use crate::text::log::sanitized;

/// Sessions of one reference that are shown at most: those that decide come first.
const MAX_SESSIONS: i64 = 200;

/// A payment with what only its merchant may read.
#[derive(Clone, Debug)]
pub(crate) struct KnownPayment {
    pub(crate) payment: Payment,
    pub(crate) session: Session,
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

/// A place in the order of changes: after this session's change of this turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) turn: i64,
    /// Empty before every session of the turn.
    pub(crate) checkout_id: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.turn, self.checkout_id)
    }
}

impl FromStr for Cursor {
    type Err = ParseIntError;

    /// Reads what was written; one of an earlier version is a turn alone, and stands after all of it.
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        match text.split_once('.') {
            Some((turn, checkout_id)) => Ok(Self { turn: turn.parse()?, checkout_id: checkout_id.to_owned() }),
            None => Ok(Self { turn: text.parse::<i64>()?.saturating_add(1), checkout_id: String::new() }),
        }
    }
}

/// A moment as text.
pub(crate) fn iso(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_string()
}

impl KnownPayment {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        rows::session(row).map(Self::from)
    }
}

impl From<Session> for KnownPayment {
    fn from(session: Session) -> Self {
        let payment = Payment {
            request_id: session.request_id.clone(),
            checkout_id: session.checkout_id.clone(),
            status: session.status,
            product_id: session.product_id.clone(),
            amount: session.amount,
            currency: session.currency,
            order_id: session.order_id.clone(),
            subscription_id: session.subscription_id.clone(),
            updated_at: iso(session.updated_at),
            receipt: None,
        };
        Self { payment, session }
    }
}

impl Ledger {
    /// The payment of one session.
    pub(crate) async fn known(&self, checkout_id: &CheckoutId) -> Result<Option<KnownPayment>, LedgerError> {
        let known = self.select("WHERE checkout_id = $1", |query| query.bind(checkout_id.as_str().to_owned()));
        Ok(known.await?.pop())
    }

    /// The payments of the sessions of one reference: those fixed by an intent first, then those that came furthest,
    /// then the newest.
    pub(crate) async fn known_of(&self, request_id: &RequestId) -> Result<Vec<KnownPayment>, LedgerError> {
        let order =
            "WHERE request_id = $1 ORDER BY by_intent DESC, standing DESC, created_at DESC, checkout_id LIMIT $2";
        self.select(order, |query| query.bind(request_id.as_str().to_owned()).bind(MAX_SESSIONS)).await
    }

    /// What changed after a place and after a moment, in the order it did, at most so many.
    pub(crate) async fn changed_after(
        &self,
        after: &Cursor,
        after_ms: i64,
        at_most: i64,
    ) -> Result<Vec<KnownPayment>, LedgerError> {
        let rest = "WHERE (turn > $1 OR (turn = $1 AND checkout_id > $2)) AND updated_at > $3 \
                    ORDER BY turn, checkout_id LIMIT $4";
        self.select(rest, |query| query.bind(after.turn).bind(after.checkout_id.clone()).bind(after_ms).bind(at_most))
            .await
    }

    /// Sessions whose payments contradict what they were opened with, or whose reference is paid more than once.
    pub(crate) async fn to_look_at(&self, after: &Cursor, at_most: i64) -> Result<Vec<KnownPayment>, LedgerError> {
        let rest = "WHERE (turn > $1 OR (turn = $1 AND checkout_id > $2)) AND (mismatch IS NOT NULL OR (standing >= 3 \
                    AND EXISTS (SELECT 1 FROM sessions twin WHERE twin.request_id = sessions.request_id \
                    AND twin.standing >= 3 AND twin.checkout_id <> sessions.checkout_id))) \
                    ORDER BY turn, checkout_id LIMIT $3";
        self.select(rest, |query| query.bind(after.turn).bind(after.checkout_id.clone()).bind(at_most)).await
    }

    /// Sessions that nobody has paid as far as we know, opened after a moment, the newest first.
    pub(crate) async fn unpaid_since(&self, since_ms: i64, at_most: i64) -> Result<Vec<KnownPayment>, LedgerError> {
        let rest = "WHERE standing < 3 AND created_at >= $1 ORDER BY created_at DESC, checkout_id LIMIT $2";
        self.select(rest, |query| query.bind(since_ms).bind(at_most)).await
    }

    /// The payment of an order.
    pub(crate) async fn known_by_order(&self, order_id: &str) -> Result<Option<KnownPayment>, LedgerError> {
        Ok(self.select("WHERE order_id = $1", |query| query.bind(order_id.to_owned())).await?.pop())
    }

    async fn select<'q>(
        &self,
        rest: &str,
        bind: impl FnOnce(Query<'q>) -> Query<'q>,
    ) -> Result<Vec<KnownPayment>, LedgerError> {
        let sql = format!("{}{rest}", *rows::SELECT_SESSIONS);
        let rows = bind(sqlx::query(AssertSqlSafe(sql))).fetch_all(self.reads()).await?;
        // A row that cannot be read hides no other.
        Ok(rows
            .iter()
            .filter_map(|row| {
                KnownPayment::read(row)
                    .inspect_err(|error| tracing::error!(cause = sanitized(error), "a payment cannot be read"))
                    .ok()
            })
            .collect())
    }

    /// The references that changed after a turn, and the turn up to which that is all.
    pub(crate) async fn references_after(&self, after: i64) -> Result<(Vec<String>, i64), LedgerError> {
        let last: i64 = sqlx::query_scalar("SELECT turn FROM ledger_turn WHERE id = 1").fetch_one(self.reads()).await?;
        if last == after {
            return Ok((Vec::new(), after));
        }
        let rows = sqlx::query("SELECT DISTINCT request_id FROM sessions WHERE turn > $1 AND turn <= $2")
            .bind(after)
            .bind(last)
            .fetch_all(self.reads())
            .await?;
        let references = rows.iter().map(|row| row.try_get("request_id")).collect::<Result<_, _>>()?;
        Ok((references, last))
    }

    /// The statuses that the payments of one reference had, in the order we learned of them.
    pub(crate) async fn history_of(&self, request_id: &RequestId) -> Result<Vec<PastStatus>, LedgerError> {
        let rows = sqlx::query(
            "SELECT history.checkout_id, history.status, history.changed_at, history.learned_at FROM history \
             JOIN sessions ON sessions.checkout_id = history.checkout_id WHERE sessions.request_id = $1 \
             ORDER BY history.turn, history.checkout_id LIMIT 1000",
        )
        .bind(request_id.as_str().to_owned())
        .fetch_all(self.reads())
        .await?;
        let past = |row: &AnyRow| {
            Ok(PastStatus {
                checkout_id: row.try_get("checkout_id")?,
                status: row.try_get("status")?,
                changed_at: iso(row.try_get("changed_at")?),
                learned_at: iso(row.try_get("learned_at")?),
            })
        };
        rows.iter().map(past).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::from)
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;
