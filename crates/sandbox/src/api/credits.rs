//! Customer credits: accounts, what is posted to them, and what undoes it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::error::ApiError;
use super::list::cursor::{self, AFTER, BEFORE, LIMIT};
use super::list::{Answer, Made};
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, date, instant, needed, text};
use crate::Sandbox;
use crate::benefits::credits::{BUCKET, UNIT};
use crate::clock::iso;
use crate::entity::{CreditAccount, CreditEntry, CreditTransaction, Side};
use crate::world::World;
use crate::world::ledger::{LedgerError, Posting};

/// Most digits of an amount; Creem publishes no number, and this keeps every sum exact.
const MAX_DIGITS: usize = 30;

/// Most entries of one transaction; Creem publishes no number.
const MAX_ENTRIES: usize = 100;

/// What listing accounts takes.
pub(super) const ACCOUNTS: &[Param] = &[LIMIT, text("customer_id"), AFTER, BEFORE];

/// What listing entries takes.
pub(super) const ENTRIES: &[Param] = &[LIMIT, AFTER, BEFORE];

/// What asking for a balance takes.
pub(super) const BALANCE: &[Param] = &[date("at")];

/// What finding transactions takes.
pub(super) const REFERENCE: &[Param] = &[text("reference").required()];

/// `POST /v1/customer-credits/accounts`
pub(crate) async fn open(State(sandbox): State<Sandbox>, bytes: Bytes) -> Made {
    let Opening { customer_id, name, unit_label, first } = body::read(&bytes, opening)?;
    let mut world = sandbox.world();
    if world.customers.get(&customer_id).is_none() {
        return Err(ApiError::no_such("Customer"));
    }
    if world.account_named(&customer_id, &name).is_some() {
        return Err(ApiError::taken());
    }
    let id = world.open_account(&customer_id, &name, unit_label.as_deref().unwrap_or(UNIT), first);
    sandbox.wake();
    let account = world.ledger.accounts.get(&id).ok_or(LedgerError::NoAccount)?;
    Ok((StatusCode::CREATED, Json(account.json())))
}

/// An account as it is asked for.
pub(super) struct Opening {
    customer_id: String,
    name: String,
    unit_label: Option<String>,
    first: i128,
}

pub(super) fn opening(fields: &Fields<'_>) -> Option<Opening> {
    fields.only(&["name", "customer_id", "unit_label", "initial_balance"]);
    let customer_id = fields.required_string("customer_id");
    let name = fields.string("name").filter(|name| !name.is_empty());
    let first = fields.digits("initial_balance", 0, MAX_DIGITS).unwrap_or(0);
    let unit_label = fields.string("unit_label");
    Some(Opening { customer_id: customer_id?, name: name.unwrap_or_else(|| BUCKET.to_owned()), unit_label, first })
}

/// An amount of credits, as text.
pub(super) fn required_amount(fields: &Fields<'_>, name: &str) -> Option<i128> {
    fields.require(name, "must be a string");
    fields.digits(name, 1, MAX_DIGITS)
}

/// `GET /v1/customer-credits/accounts`
pub(crate) async fn accounts(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let accounts: Vec<&CreditAccount> = match query.get("customer_id") {
        Some(id) => world.ledger.accounts.of(id).rev().collect(),
        None => world.ledger.accounts.iter().rev().collect(),
    };
    cursor::page(&accounts, &query, CreditAccount::json)
}

/// `GET /v1/customer-credits/accounts/{id}`
pub(crate) async fn account(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let world = sandbox.world();
    Ok(Json(world.ledger.accounts.get(&id).ok_or(LedgerError::NoAccount)?.json()))
}

/// `GET /v1/customer-credits/accounts/{id}/balance`: now, or at an instant.
pub(crate) async fn balance(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = sandbox.world();
    let account = world.ledger.accounts.get(&id).ok_or(LedgerError::NoAccount)?;
    Ok(Json(match instant(&query, "at") {
        Some(at) => json!({ "balance": world.ledger.balance_at(&id, at).to_string(), "as_of": iso(at) }),
        None => json!({ "balance": account.balance.to_string(), "updated_at": iso(account.updated_at) }),
    }))
}

/// `GET /v1/customer-credits/accounts/{id}/entries`
pub(crate) async fn entries(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = sandbox.world();
    world.ledger.accounts.get(&id).ok_or(LedgerError::NoAccount)?;
    let mut entries: Vec<&CreditEntry> = world.ledger.entries_of(&id).collect();
    entries.reverse();
    cursor::page(&entries, &query, CreditEntry::json)
}

/// `POST /v1/customer-credits/accounts/{id}/freeze`
pub(crate) async fn freeze(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let now = world.now();
    Ok(Json(world.ledger.freeze(&id, now)?.json()))
}

/// `POST /v1/customer-credits/accounts/{id}/unfreeze`
pub(crate) async fn unfreeze(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let now = world.now();
    Ok(Json(world.ledger.unfreeze(&id, now)?.json()))
}

/// `POST /v1/customer-credits/accounts/{id}/close`
pub(crate) async fn close(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let now = world.now();
    Ok(Json(world.ledger.close(&id, now)?.json()))
}

/// `POST /v1/customer-credits/accounts/{id}/credit`
pub(crate) async fn credit(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Made {
    with_store(&sandbox, &id, Side::Credit, &bytes)
}

/// `POST /v1/customer-credits/accounts/{id}/debit`
pub(crate) async fn debit(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Made {
    with_store(&sandbox, &id, Side::Debit, &bytes)
}

fn with_store(sandbox: &Sandbox, id: &str, side: Side, bytes: &[u8]) -> Made {
    let (amount, reference, key) = body::read(bytes, movement)?;
    post(sandbox, Posting::with_store(id, side, amount, &reference, &key))
}

/// How much is moved, for what, and under which key.
pub(super) fn movement(fields: &Fields<'_>) -> Option<(i128, String, String)> {
    fields.only(&["amount", "reference", "idempotency_key"]);
    let amount = required_amount(fields, "amount");
    let (reference, key) = (fields.required_string("reference"), fields.required_string("idempotency_key"));
    Some((amount?, reference?, key?))
}

fn post(sandbox: &Sandbox, posting: Posting) -> Made {
    let transaction = sandbox.world().post_credits(posting)?;
    sandbox.wake();
    Ok((StatusCode::CREATED, Json(transaction.json())))
}

/// `POST /v1/customer-credits/transactions`: entries between accounts, which balance.
pub(crate) async fn transact(State(sandbox): State<Sandbox>, bytes: Bytes) -> Made {
    let posting = body::read(&bytes, posting)?;
    post(&sandbox, posting)
}

pub(super) fn posting(fields: &Fields<'_>) -> Option<Posting> {
    fields.only(&["reference", "idempotency_key", "entries"]);
    fields.require("entries", "must be an array");
    let (reference, key) = (fields.required_string("reference"), fields.required_string("idempotency_key"));
    let items = fields.children("entries", 2..=MAX_ENTRIES).unwrap_or_default();
    // All of them first, so that what is wrong with each is said.
    let entries: Vec<_> = items.iter().map(entry).collect();
    let entries: Option<Vec<_>> = entries.into_iter().collect();
    Some(Posting { reference: reference?, idempotency_key: key?, entries: entries? })
}

fn entry(fields: &Fields<'_>) -> Option<(String, Side, i128)> {
    fields.only(&["account_id", "side", "amount"]);
    let (account_id, side) = (fields.required_string("account_id"), fields.required_choice("side"));
    let amount = required_amount(fields, "amount");
    Some((account_id?, side?, amount?))
}

/// `GET /v1/customer-credits/transactions?reference=`
pub(crate) async fn transactions(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let reference = needed(&query, "reference");
    let own = world.ledger.transactions.iter().rev().filter(|known| known.reference == reference);
    let data: Vec<Value> = own.map(CreditTransaction::json).collect();
    Ok(Json(json!({ "object": "list", "data": data, "has_more": false })))
}

/// `GET /v1/customer-credits/transactions/{id}`
pub(crate) async fn transaction(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let world = sandbox.world();
    Ok(Json(world.ledger.transactions.get(&id).ok_or(LedgerError::NoTransaction)?.json()))
}

/// `POST /v1/customer-credits/accounts/{id}/reverse`
pub(crate) async fn reverse_of(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Made {
    let transaction_id = body::read(&bytes, reversal)?;
    if sandbox.world().ledger.accounts.get(&id).is_none() {
        return Err(LedgerError::NoAccount.into());
    }
    undo(&sandbox, &transaction_id, Some(&id))
}

pub(super) fn reversal(fields: &Fields<'_>) -> Option<String> {
    fields.only(&["transaction_id"]);
    fields.required_string("transaction_id")
}

/// `POST /v1/customer-credits/transactions/{id}/reverse`
pub(crate) async fn reverse(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Made {
    undo(&sandbox, &id, None)
}

/// Undoes a transaction; no event tells of it.
fn undo(sandbox: &Sandbox, id: &str, within: Option<&str>) -> Made {
    let mut world = sandbox.world();
    let now = world.now();
    let World { ledger, ids, .. } = &mut *world;
    Ok((StatusCode::CREATED, Json(ledger.reverse(id, within, now, ids)?.json())))
}

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        let (status, code, param) = match error {
            LedgerError::NoAccount => return Self::no_such("Account"),
            LedgerError::NoTransaction => return Self::no_such("Transaction"),
            LedgerError::Frozen => (StatusCode::CONFLICT, "account_frozen", None),
            LedgerError::Closed => (StatusCode::CONFLICT, "account_closed", None),
            LedgerError::NotFrozen => (StatusCode::CONFLICT, "account_not_frozen", None),
            LedgerError::Reversed => (StatusCode::CONFLICT, "transaction_already_reversed", None),
            LedgerError::KeyReused => (StatusCode::CONFLICT, "idempotency_key_reused", Some("idempotency_key")),
            LedgerError::Insufficient => (StatusCode::UNPROCESSABLE_ENTITY, "insufficient_balance", Some("amount")),
            LedgerError::Unbalanced => (StatusCode::UNPROCESSABLE_ENTITY, "unbalanced_transaction", Some("entries")),
        };
        Self::coded(status, code, param.map(str::to_owned), error.to_string())
    }
}
