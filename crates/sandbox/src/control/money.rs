//! Controls over money: pay, change the card on file, refund, dispute; and over what is issued for it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, Nothing, refuse};
use crate::Sandbox;
use crate::card;
use crate::entity::{Checkout, CheckoutState, Feature};
use crate::licences::LICENSE_FEATURE;
use crate::purchase::PayError;
use crate::refunds::RefundError;

/// The card that pays, used when none is named.
const GOOD_CARD: &str = "4111111111111111";

/// The buyer, when neither the session nor the call names one.
const SOMEBODY: &str = "buyer@example.com";

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
        let paid = world.pay(&id, card::charge(card.as_deref().unwrap_or(GOOD_CARD)));
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
    if buyer.email.is_empty() {
        SOMEBODY.clone_into(&mut buyer.email);
    }
    buyer.name =
        name.unwrap_or_else(|| if buyer.name.is_empty() { "Ada Buyer".to_owned() } else { buyer.name.clone() });
    buyer.country = country.unwrap_or_else(|| "US".to_owned());
    for field in &mut checkout.custom_fields {
        if let Some(text) = &mut field.text {
            let answer = if field.optional { "" } else { "Sandbox" };
            text.value.get_or_insert_with(|| answer.to_owned());
        }
        if let Some(checkbox) = &mut field.checkbox {
            checkbox.value.get_or_insert(!field.optional);
        }
    }
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
    let result = sandbox.world().refund(&id);
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueKeys {
    #[serde(default)]
    activation_limit: Option<u32>,
}

/// What only the dashboard can do at Creem: lets a product issue licence keys.
pub(super) async fn issue_keys(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    asked: Asked<IssueKeys>,
) -> Response {
    let mut world = sandbox.world();
    let feature = Feature {
        id: world.ids.next("feat_"),
        kind: LICENSE_FEATURE.to_owned(),
        description: "A licence key for every unit".to_owned(),
        activation_limit: asked.what.activation_limit,
    };
    let Some(product) = world.products.get_mut(&id) else {
        return refuse(StatusCode::NOT_FOUND, "unknown_product", "there is no such product");
    };
    product.features.push(feature);
    let answer = json!(product);
    drop(world);
    asked.by.answer(&sandbox, answer)
}

/// How a customer's credits move.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MoveCredits {
    Grant(u64),
    Consume(u64),
    /// From now on so many are bought whenever they do not suffice.
    AutoRecharge(u64),
}

pub(super) async fn credits(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    asked: Asked<MoveCredits>,
) -> Response {
    let balance = {
        let mut world = sandbox.world();
        let Some(wallet) = world.wallet(&id) else {
            return refuse(StatusCode::NOT_FOUND, "unknown_customer", "there is no such customer");
        };
        match asked.what {
            MoveCredits::AutoRecharge(amount) => wallet.auto_recharge = Some(amount),
            MoveCredits::Grant(amount) => world.grant_credits(&id, amount),
            MoveCredits::Consume(amount) => world.consume_credits(&id, amount),
        }
        world.credits(&id)
    };
    sandbox.wake();
    asked.by.answer(&sandbox, json!({ "balance": balance }))
}
