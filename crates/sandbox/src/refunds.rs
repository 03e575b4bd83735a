//! Money that goes back: refunds, which the merchant asks for and which take a moment, and disputes, which happen.

use std::time::Duration;

use serde_json::{Value, json};

use crate::agenda::Timer;
use crate::clock::later;
use crate::entity::{Mode, Order, Refund, Transaction, TransactionStatus};
use crate::webhooks::Draft;
use crate::world::World;

/// How long a refund is pending. At Creem it settled within 30 seconds.
const SETTLES_AFTER: Duration = Duration::from_secs(5);

/// Why money does not go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RefundError {
    #[error("Transaction not found")]
    Unknown,
    #[error("Transaction has already been refunded")]
    Already,
    #[error("Transaction cannot be refunded")]
    NothingThere,
}

impl World {
    /// Begins a full refund.
    pub(crate) fn refund(&mut self, transaction_id: &str) -> Result<(), RefundError> {
        let transaction = self.returnable(transaction_id)?;
        transaction.status = TransactionStatus::Refunding;
        let refund = Refund { id: self.ids.next("ref_"), transaction_id: transaction_id.to_owned() };
        self.agenda.add(later(self.now(), SETTLES_AFTER), Timer::RefundSettles(refund.id.clone()));
        self.refunds.push(refund);
        Ok(())
    }

    /// Ends a refund: the money is back, and an event says so.
    pub(crate) fn settle_refund(&mut self, id: &str) {
        let Some(refund) = self.refunds.get(id).cloned() else { return };
        // A one-time purchase's event was seen with the transaction still as it was, a subscription's with it refunded.
        let before =
            self.transactions.get(&refund.transaction_id).filter(|known| known.subscription.is_none()).cloned();
        let transaction = self.take_back(&refund.transaction_id, TransactionStatus::Refunded);
        let shown = before.unwrap_or_else(|| transaction.clone());
        let mut object = json!({
            "id": refund.id, "object": "refund", "status": "succeeded", "refund_amount": transaction.amount_paid,
            "refund_currency": transaction.currency, "reason": "requested_by_customer", "transaction": shown,
        });
        self.put_context(&mut object, &transaction);
        self.publish(vec![Draft::new("refund.created", object)]);
    }

    /// The buyer's bank takes the money back.
    pub(crate) fn dispute(&mut self, transaction_id: &str) -> Result<(), RefundError> {
        self.returnable(transaction_id)?;
        let transaction = self.take_back(transaction_id, TransactionStatus::ChargedBack);
        let mut object = json!({
            "id": self.ids.next("disp_"), "object": "dispute", "amount": transaction.amount_paid,
            "currency": transaction.currency, "transaction": transaction,
        });
        self.put_context(&mut object, &transaction);
        self.publish(vec![Draft::new("dispute.created", object)]);
        Ok(())
    }

    fn returnable(&mut self, transaction_id: &str) -> Result<&mut Transaction, RefundError> {
        let transaction = self.transactions.get_mut(transaction_id).ok_or(RefundError::Unknown)?;
        match transaction.status {
            TransactionStatus::Paid if transaction.amount_paid > 0 => Ok(transaction),
            TransactionStatus::Paid => Err(RefundError::NothingThere),
            TransactionStatus::Refunding | TransactionStatus::Refunded | TransactionStatus::ChargedBack => {
                Err(RefundError::Already)
            }
        }
    }

    fn take_back(&mut self, transaction_id: &str, status: TransactionStatus) -> Transaction {
        let transaction = self.transactions.get_mut(transaction_id).expect("transactions stay");
        transaction.status = status;
        transaction.refunded_amount = Some(transaction.amount_paid);
        transaction.clone()
    }

    /// Where the money came from: subscription, session, order and customer.
    fn put_context(&self, object: &mut Value, transaction: &Transaction) {
        let subscription = transaction.subscription.as_deref().and_then(|id| self.subscriptions.get(id));
        if let Some(subscription) = subscription {
            object["subscription"] = subscription.in_checkout(self.discount_of(subscription));
        }
        let order = self.orders.get(&transaction.order);
        if let Some(checkout) = order.and_then(|order| self.checkouts.get(&order.checkout_id)) {
            let mut short = json!({ "id": checkout.id, "object": "checkout" });
            if let Some(request_id) = &checkout.request_id {
                short["request_id"] = json!(request_id);
            }
            short["product"] = json!(checkout.product_id);
            short["units"] = json!(checkout.units);
            short["status"] = json!(checkout.state.status());
            if let Some(metadata) = &checkout.metadata {
                short["metadata"] = metadata.clone();
            }
            short["mode"] = json!(Mode::Test);
            object["checkout"] = short;
        }
        object["order"] = json!(order);
        object["customer"] = json!(order.map(Order::customer_id).and_then(|id| self.customers.get(id)));
        object["created_at"] = json!(self.now().as_millisecond());
        object["mode"] = json!(Mode::Test);
    }
}

impl Order {
    fn customer_id(&self) -> &str {
        &self.customer
    }
}
