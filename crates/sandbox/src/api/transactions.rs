//! Transactions and refunds.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::json;

use super::body;
use super::error::ApiError;
use super::list::{self, Answer, Query};
use crate::Sandbox;
use crate::entity::Transaction;
use crate::refunds::RefundError;

/// `GET /v1/transactions?transaction_id=`
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let id = list::required(&query, "transaction_id")?;
    let transaction = world.transactions.get(id).ok_or(RefundError::Unknown)?;
    Ok(Json(json!(transaction)))
}

/// `GET /v1/transactions/search`
pub(crate) async fn search(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let wanted = |transaction: &&Transaction| {
        let is = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
        is("order_id", &transaction.order)
            && is("customer_id", &transaction.customer_id)
            && is("product_id", &transaction.product_id)
    };
    let transactions: Vec<&Transaction> = world.transactions.iter().filter(wanted).collect();
    list::page(&transactions, &query)
}

/// `POST /v1/refunds`: always the whole amount; the money takes a moment.
pub(crate) async fn refund(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let id = body::read(&bytes, |fields| {
        fields.only(&["transaction_id"]);
        fields.required_string("transaction_id")
    })?;
    sandbox.world().refund(&id)?;
    sandbox.wake();
    Ok(Json(json!({ "status": "pending" })))
}

impl From<RefundError> for ApiError {
    fn from(error: RefundError) -> Self {
        match error {
            RefundError::Unknown => Self::no_such("Transaction"),
            RefundError::Already | RefundError::NothingThere => Self::bad_request([error.to_string()]),
        }
    }
}
