//! Finding what no webhook and no buyer told: a slow walk over Creem's transactions, within a share of the budget.
//!
//! A transaction names its order and no session, so an order the ledger does not know may be of a sale that was not
//! made here, or of one of our sessions that nobody told is paid. The sessions are asked one by one, the newest first,
//! until as many are found.

use std::time::Duration;

use creem::{ApiError, Transaction, TransactionStatus};

use wire::PaymentStatus;

use super::{Payments, facts};
use crate::error::ProxyError;
use crate::ledger::{KnownPayment, Movement, MovementKind, is_settled};
use crate::upstream::budget::Purpose;

/// Pages of transactions that are read at most; at 100 each.
const MAX_PAGES: u32 = 200;

/// Sessions that are asked one by one at most.
const MAX_LOOK_UPS: i64 = 500;

/// What a walk found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Transactions that were compared.
    pub transactions: usize,
    /// Sessions that are paid although nobody had told us.
    pub paid: usize,
    /// Refunds and disputes that nobody had told us.
    pub moved: usize,
    /// Paid orders of no session that we know: sold elsewhere, or of a session that is not found.
    pub elsewhere: usize,
}

impl Reconciled {
    /// Whether the ledger had it all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.paid == 0 && self.moved == 0
    }
}

impl Payments {
    /// Compares the ledger with Creem's transactions of the last while.
    pub(crate) async fn reconcile(&self, since: Duration) -> Result<Reconciled, ProxyError> {
        let since_ms = self.clock.now_ms().saturating_sub(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        let mut found = Reconciled::default();
        let mut page_number = 1;
        for _ in 0..MAX_PAGES {
            let page = patiently(|| self.upstream.transactions(page_number)).await?;
            for transaction in page.items.iter().filter(|one| one.created_at.is_none_or(|at| at >= since_ms)) {
                self.compare(transaction, &mut found).await?;
            }
            match page.next_page {
                Some(next) if next > page_number => page_number = next,
                Some(_) | None => break,
            }
        }
        if found.elsewhere > 0 {
            self.look_for(since_ms, &mut found).await?;
        }
        Ok(found)
    }

    async fn compare(&self, transaction: &Transaction, found: &mut Reconciled) -> Result<(), ProxyError> {
        let Some(order_id) = transaction.order.as_ref().map(creem::Reference::id).filter(|id| !id.is_empty()) else {
            return Ok(());
        };
        if !facts::is_of_mode(transaction.mode.as_ref(), self.mode) {
            return Ok(());
        }
        found.transactions += 1;
        match self.ledger.known_by_order(order_id).await? {
            None if transaction.came_in() => found.elsewhere += 1,
            None => {}
            Some(known) => {
                if let Some(movement) = missing(transaction, order_id, &known, self.clock.now_ms()) {
                    tracing::warn!(order = ?order_id, "money went back of an order, and no webhook told of it");
                    self.ledger.moved(movement).await?;
                    self.changes.look_now();
                    found.moved += 1;
                }
            }
        }
        Ok(())
    }

    /// Asks for the open sessions of the time, until each order that is not known has found its own.
    async fn look_for(&self, since_ms: i64, found: &mut Reconciled) -> Result<(), ProxyError> {
        for known in self.ledger.unpaid_since(since_ms, MAX_LOOK_UPS).await? {
            if found.elsewhere == 0 {
                return Ok(());
            }
            let checkout_id = &known.payment.checkout_id;
            let asked = patiently(|| self.upstream.checkout(Purpose::Reconcile, checkout_id.as_str())).await;
            let checkout = match asked {
                Ok(checkout) => checkout,
                Err(ApiError::NotFound { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let Some(facts) = self.facts_of(&checkout).filter(|facts| facts.checkout_id == *checkout_id) else {
                continue;
            };
            let is_paid = is_settled(facts.reached);
            self.learn(facts).await?;
            if is_paid {
                tracing::warn!(checkout = checkout_id.as_str(), "a session is paid, and no webhook told of it");
                found.paid += 1;
                found.elsewhere -= 1;
            }
        }
        Ok(())
    }
}

/// What went back by Creem's account and not by ours.
fn missing(transaction: &Transaction, order_id: &str, known: &KnownPayment, now_ms: i64) -> Option<Movement> {
    let status = known.payment.status;
    let (kind, is_known) = match transaction.status {
        TransactionStatus::Paid | TransactionStatus::Other => return None,
        TransactionStatus::ChargedBack => (MovementKind::Dispute, status == PaymentStatus::Disputed),
        // A part of which nobody says how much must not be taken for all of it.
        TransactionStatus::PartialRefund if transaction.refunded_amount.is_none() => return None,
        TransactionStatus::Refunded | TransactionStatus::PartialRefund => {
            let is_known = match transaction.refunded_amount {
                Some(amount) => known.session.refunded_amount >= amount,
                None => matches!(status, PaymentStatus::Refunded | PaymentStatus::Disputed),
            };
            (MovementKind::RefundedTotal, is_known)
        }
    };
    let currency = transaction.currency.as_deref();
    (!is_known).then(|| facts::by_account(kind, order_id, transaction.refunded_amount, currency, now_ms))
}

/// Makes a call, and waits for its share of the budget as often as it takes.
async fn patiently<T, F>(call: impl Fn() -> F) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    loop {
        match call().await {
            Err(ApiError::OverBudget { wait }) => tokio::time::sleep(wait).await,
            result => return result,
        }
    }
}
