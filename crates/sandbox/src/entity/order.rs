//! What a payment leaves behind: an order and a movement of money.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::collection::Identified;
use super::{BillingType, Currency, Kind, Mode};

/// What was bought. It stays `paid` whatever becomes of the money later.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) object: Kind,
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) product: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) sub_total: i64,
    pub(crate) tax_amount: i64,
    pub(crate) amount_due: i64,
    pub(crate) amount_paid: i64,
    pub(crate) status: &'static str,
    #[serde(rename = "type")]
    pub(crate) kind: BillingType,
    pub(crate) transaction: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) mode: Mode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discount_amount: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) affiliate: Option<String>,
    /// The session it came from, which refunds and disputes name.
    #[serde(skip)]
    pub(crate) checkout_id: String,
}

/// A movement of money. Its dates are epoch milliseconds, unlike everyone else's.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) object: Kind,
    pub(crate) amount: i64,
    pub(crate) amount_paid: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discount_amount: Option<i64>,
    pub(crate) currency: Currency,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) tax_country: Option<String>,
    pub(crate) tax_amount: i64,
    pub(crate) status: TransactionStatus,
    pub(crate) refunded_amount: Option<i64>,
    pub(crate) order: String,
    pub(crate) subscription: Option<String>,
    pub(crate) customer: String,
    pub(crate) description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) period_start: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) period_end: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) mode: Mode,
    /// What it was paid for.
    #[serde(skip)]
    pub(crate) product_id: String,
}

impl Transaction {
    /// As other entities carry it, which do not say whose it is.
    pub(crate) fn nested(&self) -> Value {
        let mut json = json!(self);
        json["customer"] = Value::Null;
        json
    }

    /// How much of it may still go back.
    pub(crate) fn left(&self) -> i64 {
        match self.status {
            TransactionStatus::Paid | TransactionStatus::PartialRefund => {
                self.amount_paid - self.refunded_amount.unwrap_or(0)
            }
            TransactionStatus::Refunded | TransactionStatus::ChargedBack => 0,
        }
    }
}

/// What became of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TransactionStatus {
    /// It came.
    Paid,
    /// A part of it went back.
    PartialRefund,
    /// It went back.
    Refunded,
    /// The buyer's bank took it back.
    ChargedBack,
}

/// Money on its way back. The transaction says so at once; the event waits until it is there.
#[derive(Clone, Debug)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) reason: &'static str,
    /// The transaction as the event shows it.
    pub(crate) transaction: Transaction,
}

impl Identified for Order {
    fn id(&self) -> &str {
        &self.id
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.customer)
    }
}

impl Identified for Transaction {
    fn id(&self) -> &str {
        &self.id
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.customer)
    }
}

impl Identified for Refund {
    fn id(&self) -> &str {
        &self.id
    }
}
