//! Money that goes back: refunds, which the merchant asks for and which take a moment, and disputes, which happen.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::later;
use crate::entity::{Mode, Order, Refund, Transaction, TransactionStatus};
use crate::webhooks::Draft;
use crate::world::World;
use crate::world::schedule::Timer;

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
    /// Gives back all that is left of a payment, and says under which id.
    pub(crate) fn refund(&mut self, transaction_id: &str) -> Result<String, RefundError> {
        let left = self.returnable(transaction_id)?;
        Ok(self.give_back(transaction_id, left, "requested_by_customer"))
    }

    /// Gives back a part of a payment, or all of it. The transaction says so at once, an event when the money is there.
    pub(crate) fn give_back(&mut self, transaction_id: &str, amount: i64, reason: &'static str) -> String {
        let before = self.transactions.get(transaction_id).expect("transactions stay").clone();
        let status =
            if amount < before.left() { TransactionStatus::PartialRefund } else { TransactionStatus::Refunded };
        let after = self.take_back(transaction_id, status, amount);
        // A one-time purchase's event was seen with the transaction still as it was, a subscription's with it refunded.
        let transaction = if before.subscription.is_none() { before } else { after };
        let id = self.ids.next("ref_");
        self.schedule.add(later(self.now(), SETTLES_AFTER), Timer::RefundSettles(id.clone()));
        self.refunds.push(Refund { id: id.clone(), amount, reason, transaction });
        id
    }

    /// Ends a refund: the money is back, and an event says so.
    pub(crate) fn settle_refund(&mut self, id: &str) {
        let Some(refund) = self.refunds.get(id).cloned() else { return };
        let mut object = json!({
            "id": refund.id, "object": "refund", "status": "succeeded", "refund_amount": refund.amount,
            "refund_currency": refund.transaction.currency, "reason": refund.reason,
            "transaction": refund.transaction.nested(),
        });
        self.put_context(&mut object, &refund.transaction);
        self.publish(vec![Draft::new("refund.created", object)]);
    }

    /// The buyer's bank takes the money back.
    pub(crate) fn dispute(&mut self, transaction_id: &str) -> Result<(), RefundError> {
        let left = self.returnable(transaction_id)?;
        let transaction = self.take_back(transaction_id, TransactionStatus::ChargedBack, left);
        let mut object = json!({
            "id": self.ids.next("disp_"), "object": "dispute", "amount": left,
            "currency": transaction.currency, "transaction": transaction.nested(),
        });
        self.put_context(&mut object, &transaction);
        self.publish(vec![Draft::new("dispute.created", object)]);
        Ok(())
    }

    fn returnable(&self, transaction_id: &str) -> Result<i64, RefundError> {
        let transaction = self.transactions.get(transaction_id).ok_or(RefundError::Unknown)?;
        match (transaction.status, transaction.left()) {
            (TransactionStatus::Refunded | TransactionStatus::ChargedBack, _) => Err(RefundError::Already),
            (TransactionStatus::Paid | TransactionStatus::PartialRefund, 0) => Err(RefundError::NothingThere),
            (TransactionStatus::Paid | TransactionStatus::PartialRefund, left) => Ok(left),
        }
    }

    fn take_back(&mut self, transaction_id: &str, status: TransactionStatus, amount: i64) -> Transaction {
        let transaction = self.transactions.get_mut(transaction_id).expect("transactions stay");
        transaction.status = status;
        transaction.refunded_amount = Some(transaction.refunded_amount.unwrap_or(0) + amount);
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
