//! Controls over money: pay, change the card on file, refund, dispute.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, Nothing, refuse};
use crate::Sandbox;
use crate::entity::card;
use crate::entity::{Checkout, CheckoutState};
use crate::payments::purchase::PayError;
use crate::payments::refunds::RefundError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pay {
    #[serde(default)]
    card: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    country: Option<String>,
}

pub(super) async fn pay(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Pay>) -> Response {
    let Pay { card, email, name, country } = asked.what;
    let result = {
        let mut world = sandbox.world();
        if let Some(checkout) = world.checkouts.get_mut(&id).filter(|checkout| checkout.state == CheckoutState::Pending)
        {
            fill_in(checkout, email, name, country);
        }
        let paid = world.pay(&id, card::charge(card.as_deref().unwrap_or(card::GOOD_CARD)));
        paid.map(|_| world.checkouts.get(&id).and_then(|checkout| world.return_url(checkout, sandbox.key())))
    };
    match result {
        Ok(return_url) => {
            sandbox.wake();
            asked.by.answer(&sandbox, json!({ "return_url": return_url.map(String::from) }))
        }
        Err(error @ PayError::Unknown) => refuse(StatusCode::NOT_FOUND, "unknown_checkout", error.to_string()),
        Err(error @ PayError::Expired) => refuse(StatusCode::CONFLICT, "expired", error.to_string()),
        Err(error @ PayError::AlreadyPaid) => refuse(StatusCode::CONFLICT, "already_paid", error.to_string()),
        Err(PayError::Declined(decline)) => refuse(StatusCode::PAYMENT_REQUIRED, decline.code(), decline.to_string()),
    }
}

/// Answers everything the payment page would have asked.
fn fill_in(checkout: &mut Checkout, email: Option<String>, name: Option<String>, country: Option<String>) {
    let buyer = &mut checkout.buyer;
    if let Some(email) = email.filter(|email| !email.is_empty() && !checkout.email_locked) {
        buyer.email = email;
    }
    buyer.name = name.unwrap_or_else(|| std::mem::take(&mut buyer.name));
    buyer.country = country.unwrap_or_else(|| buyer.country.clone());
    checkout.fill_in();
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    card: String,
}

/// Puts another card on file; what it says is heard at the next charge.
pub(super) async fn change_card(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    asked: Asked<Card>,
) -> Response {
    let answer = card::charge(&asked.what.card);
    let known = sandbox.world().subscriptions.get_mut(&id).map(|subscription| subscription.card = answer).is_some();
    if known {
        asked.by.answer(&sandbox, json!({ "id": id }))
    } else {
        refuse(StatusCode::NOT_FOUND, "unknown_subscription", "there is no such subscription")
    }
}

pub(super) async fn refund(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Nothing>) -> Response {
    let result = sandbox.world().refund(&id).map(drop);
    went_back(&sandbox, &asked, &id, result)
}

pub(super) async fn dispute(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Nothing>) -> Response {
    let result = sandbox.world().dispute(&id);
    went_back(&sandbox, &asked, &id, result)
}

fn went_back(sandbox: &Sandbox, asked: &Asked<Nothing>, id: &str, result: Result<(), RefundError>) -> Response {
    let Nothing {} = asked.what;
    match result {
        Ok(()) => {
            sandbox.wake();
            asked.by.answer(sandbox, json!({ "id": id }))
        }
        Err(error @ RefundError::Unknown) => refuse(StatusCode::NOT_FOUND, "unknown_transaction", error.to_string()),
        Err(error @ (RefundError::Already | RefundError::NothingThere)) => {
            refuse(StatusCode::CONFLICT, "not_refundable", error.to_string())
        }
    }
}
