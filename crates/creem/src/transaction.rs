//! Transactions: what Creem's books say of money. (Creem: section 8.)

use serde_json::value::RawValue;

use crate::EventMode;
use crate::reader::value::{self, Fault};
use crate::reader::{Entity, Object, Reference, Unreadable};

/// A page of transactions.
#[derive(Clone, Debug)]
pub struct Transactions {
    /// Those of this page that can be read.
    pub items: Vec<Transaction>,
    /// The number of the next page, if there is one.
    pub next_page: Option<u32>,
}

/// Money that came, and what went back of it.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// `tran_…`.
    pub id: String,
    /// What became of it.
    pub status: TransactionStatus,
    /// The order it is for.
    pub order: Option<Reference>,
    /// ISO 4217 code, in upper case.
    pub currency: Option<String>,
    /// What went back so far, in minor units of `currency`.
    pub refunded_amount: Option<i64>,
    /// In milliseconds since 1970.
    pub created_at: Option<i64>,
    /// Whether real money moves.
    pub mode: Option<EventMode>,
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransactionStatus {
    /// The money came.
    Paid,
    /// All of it went back.
    Refunded,
    /// Some of it went back.
    PartialRefund,
    /// The buyer's bank took it back.
    ChargedBack,
    /// No money came, as far as is known.
    #[default]
    Other,
}

impl TransactionStatus {
    fn from_raw(raw: &RawValue) -> Result<Option<Self>, Fault> {
        // Creem's published events write `chargeback`, its schema `chargedBack`.
        Ok(value::word(raw)?.map(|word| match word.as_str() {
            "paid" => Self::Paid,
            "refunded" => Self::Refunded,
            "partialrefund" | "partial_refund" => Self::PartialRefund,
            "chargedback" | "chargeback" => Self::ChargedBack,
            _ => Self::Other,
        }))
    }
}

impl Transaction {
    /// Whether money came, whatever became of it later.
    #[must_use]
    pub fn came_in(&self) -> bool {
        self.status != TransactionStatus::Other
    }
}

impl Entity for Transaction {
    const NAME: &'static str = "transaction";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: object.required("id", value::id)?,
            status: object.optional("status", TransactionStatus::from_raw).unwrap_or_default(),
            order: object.named("order"),
            currency: object.optional("currency", value::currency),
            refunded_amount: object.optional("refunded_amount", value::whole),
            created_at: object.optional("created_at", value::moment).map(|moment| moment.as_millisecond()),
            mode: object.optional("mode", EventMode::from_raw),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader;

    #[test]
    fn what_went_back_is_read_in_every_spelling() {
        let read = |body: &str| reader::entity::<Transaction>(body.as_bytes()).expect("a transaction");
        let part = read(
            r#"{"id":"tran_1","status":"partialRefund","order":"ord_1","currency":"usd","refunded_amount":"500.0"}"#,
        );
        assert_eq!((part.status, part.refunded_amount), (TransactionStatus::PartialRefund, Some(500)));
        assert_eq!((part.currency.as_deref(), part.created_at), (Some("USD"), None));
        for word in ["chargeback", "chargedBack"] {
            let back = read(&format!(r#"{{"id":"tran_1","status":"{word}","order":{{"id":"ord_1"}}}}"#));
            assert_eq!(back.status, TransactionStatus::ChargedBack);
            assert_eq!(back.order.as_ref().map(Reference::id), Some("ord_1"));
        }
    }

    #[test]
    fn money_came_in_although_it_went_back_later() {
        for (status, expected, came_in) in [
            ("paid", TransactionStatus::Paid, true),
            ("refunded", TransactionStatus::Refunded, true),
            ("partial_refund", TransactionStatus::PartialRefund, true),
            ("chargedBack", TransactionStatus::ChargedBack, true),
            ("declined", TransactionStatus::Other, false),
        ] {
            let body = format!(r#"{{"id":"tran_1","status":"{status}"}}"#);
            let transaction: Transaction = reader::entity(body.as_bytes()).expect("a transaction");
            assert_eq!((transaction.status, transaction.came_in()), (expected, came_in), "{status}");
        }
    }
}
