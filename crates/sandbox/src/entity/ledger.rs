//! Customer credits as the books have them: accounts, and transactions of entries that balance.
//!
//! Amounts travel as text, because they may be larger than the numbers of JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::STORE_ID;
use super::collection::Identified;
use crate::clock::iso;

/// The store's own account, which every grant comes from and every consumption goes to. No list shows it.
pub(crate) const SYSTEM_ACCOUNT: &str = "cca_SandboxSystem00000000001";

/// One customer's credits of one kind.
#[derive(Clone, Debug)]
pub(crate) struct CreditAccount {
    pub(crate) id: String,
    pub(crate) customer_id: String,
    /// The bucket's name; unique for a customer.
    pub(crate) name: String,
    pub(crate) unit_label: String,
    pub(crate) status: AccountStatus,
    pub(crate) balance: i128,
    /// How much is bought when it does not suffice.
    pub(crate) auto_recharge: Option<i128>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// Whether an account takes transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountStatus {
    Active,
    /// Not until it is active again.
    Frozen,
    /// Never again.
    Closed,
}

/// Which way an entry moves an account: a credit adds to it, a debit takes from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Debit,
    Credit,
}

/// One movement of one account.
#[derive(Clone, Debug)]
pub(crate) struct CreditEntry {
    pub(crate) id: String,
    pub(crate) transaction_id: String,
    pub(crate) account_id: String,
    pub(crate) side: Side,
    pub(crate) amount: i128,
    pub(crate) created_at: Timestamp,
}

/// Entries that were made together, whose debits are as much as their credits.
#[derive(Clone, Debug)]
pub(crate) struct CreditTransaction {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) idempotency_key: String,
    /// The transaction it undoes.
    pub(crate) reversal_of: Option<String>,
    pub(crate) entries: Vec<CreditEntry>,
    pub(crate) created_at: Timestamp,
}

impl Side {
    /// What an amount on this side does to a balance.
    pub(crate) fn signed(self, amount: i128) -> i128 {
        match self {
            Self::Debit => -amount,
            Self::Credit => amount,
        }
    }

    /// The side that undoes it.
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Debit => Self::Credit,
            Self::Credit => Self::Debit,
        }
    }
}

impl Identified for CreditAccount {
    fn id(&self) -> &str {
        &self.id
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.customer_id)
    }
}

impl Identified for CreditEntry {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for CreditTransaction {
    fn id(&self) -> &str {
        &self.id
    }
}

impl CreditAccount {
    /// As Creem shows it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "store_id": STORE_ID, "customer_id": self.customer_id, "name": self.name,
            "unit_label": self.unit_label, "status": self.status, "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        })
    }
}

impl CreditEntry {
    /// As Creem shows it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "transaction_id": self.transaction_id, "account_id": self.account_id, "side": self.side,
            "amount": self.amount.to_string(), "created_at": iso(self.created_at),
        })
    }
}

impl CreditTransaction {
    /// As Creem shows it.
    pub(crate) fn json(&self) -> Value {
        let mut json = json!({
            "id": self.id, "store_id": STORE_ID, "reference": self.reference, "idempotency_key": self.idempotency_key,
            "entries": self.entries.iter().map(CreditEntry::json).collect::<Vec<_>>(),
            "created_at": iso(self.created_at),
        });
        if let Some(original) = &self.reversal_of {
            json["reversal_of"] = json!(original);
        }
        json
    }
}
