//! What a payment leaves behind: customer, order, transaction, subscription.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Currency, Detail, Kind, Mode, Product};
use crate::shelf::Identified;

/// A buyer; one for each e-mail.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) object: Kind,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) metadata: Option<Value>,
    pub(crate) country: Option<String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) mode: Mode,
}

/// What was bought.
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
    pub(crate) kind: super::BillingType,
    pub(crate) transaction: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) mode: Mode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discount_amount: Option<i64>,
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
    pub(crate) status: &'static str,
    pub(crate) refunded_amount: Option<i64>,
    pub(crate) order: String,
    pub(crate) subscription: Option<String>,
    pub(crate) customer: Option<String>,
    pub(crate) description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) period_start: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) period_end: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) mode: Mode,
}

/// A recurring purchase.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) product_id: String,
    pub(crate) customer_id: String,
    pub(crate) item_id: String,
    pub(crate) price_id: String,
    pub(crate) units: i64,
    pub(crate) period_start: String,
    pub(crate) period_end: String,
    pub(crate) created_at: String,
    pub(crate) metadata: Option<Value>,
}

impl Identified for Customer {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Order {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Transaction {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Subscription {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Subscription {
    /// As its own events carry it: neighbours in full, with its items; `last` is the payment just collected, if any.
    pub(crate) fn full(&self, product: &Product, customer: &Customer, last: Option<&Transaction>) -> Value {
        let mut value = self.json(json!(product), json!(customer), Detail::Full);
        if let Some(transaction) = last {
            value["last_transaction_id"] = json!(transaction.id);
            value["last_transaction"] = json!(transaction);
            value["last_transaction_date"] = json!(self.period_start);
            value["next_transaction_date"] = json!(self.period_end);
        }
        value
    }

    /// As a checkout carries it: neighbours by id, without items and payments.
    pub(crate) fn in_checkout(&self) -> Value {
        self.json(json!(self.product_id), json!(self.customer_id), Detail::Id)
    }

    fn json(&self, product: Value, customer: Value, detail: Detail) -> Value {
        let mut value = json!({
            "id": self.id, "object": "subscription", "product": product, "customer": customer,
        });
        if detail == Detail::Full {
            value["items"] = json!([{
                "object": "subscription_item", "id": self.item_id, "product_id": self.product_id,
                "price_id": self.price_id, "units": self.units,
                "created_at": self.created_at, "updated_at": self.created_at, "mode": Mode::Test,
            }]);
        }
        value["collection_method"] = json!("charge_automatically");
        value["status"] = json!("active");
        value["current_period_start_date"] = json!(self.period_start);
        value["current_period_end_date"] = json!(self.period_end);
        value["canceled_at"] = Value::Null;
        value["created_at"] = json!(self.created_at);
        value["updated_at"] = json!(self.created_at);
        if let Some(metadata) = &self.metadata {
            value["metadata"] = metadata.clone();
        }
        value["mode"] = json!(Mode::Test);
        value
    }
}
