//! Transactions and refunds.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::json;

use super::error::ApiError;
use super::list::{self, Answer, PAGE_NUMBER, PAGE_SIZE};
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, needed, text};
use crate::Sandbox;
use crate::entity::Transaction;
use crate::payments::refunds::RefundError;

/// What finding one takes.
pub(super) const FIND: &[Param] = &[text("transaction_id").required()];

/// What searching takes.
pub(super) const SEARCH: &[Param] =
    &[PAGE_NUMBER, PAGE_SIZE, text("customer_id"), text("order_id"), text("product_id")];

/// `GET /v1/transactions?transaction_id=`
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let transaction = world.transactions.get(needed(&query, "transaction_id")).ok_or(RefundError::Unknown)?;
    Ok(Json(json!(transaction)))
}

/// `GET /v1/transactions/search`: newest first.
pub(crate) async fn search(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let wanted = |transaction: &&Transaction| {
        let is = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
        is("order_id", &transaction.order) && is("product_id", &transaction.product_id)
    };
    let mut transactions: Vec<&Transaction> = match query.get("customer_id") {
        Some(id) => world.transactions.of(id).rev().filter(wanted).collect(),
        None => world.transactions.iter().rev().filter(wanted).collect(),
    };
    if world.switches.oldest_transactions_first {
        transactions.reverse();
    }
    list::page(&transactions, &query)
}

/// `POST /v1/refunds`: always all that is left of the payment; the money takes a moment.
pub(crate) async fn refund(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let id = body::read(&bytes, which)?;
    let mut world = sandbox.world();
    let refund_id = world.refund(&id)?;
    sandbox.wake();
    let mut answer = json!({ "status": "pending" });
    if world.switches.refund_id {
        answer["id"] = json!(refund_id);
    }
    Ok(Json(answer))
}

/// Which transaction goes back.
pub(super) fn which(fields: &Fields<'_>) -> Option<String> {
    fields.only(&["transaction_id"]);
    fields.required_string("transaction_id")
}

impl From<RefundError> for ApiError {
    fn from(error: RefundError) -> Self {
        match error {
            RefundError::Unknown => Self::no_such("Transaction"),
            RefundError::Already | RefundError::NothingThere => Self::bad_request([error.to_string()]),
        }
    }
}
