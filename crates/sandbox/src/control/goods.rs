//! Controls over what is issued for money: licence keys and credits.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, refuse};
use crate::Sandbox;
use crate::entity::{Feature, LICENSE_FEATURE, Side};
use crate::world::ledger::Posting;

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
        customer_credits: None,
    };
    let Some(product) = world.products.get_mut(&id) else {
        return refuse(StatusCode::NOT_FOUND, "unknown_product", "there is no such product");
    };
    product.features.push(feature);
    let product = product.clone();
    let answer = world.product_json(&product);
    drop(world);
    asked.by.answer(&sandbox, answer)
}

/// What the dashboard can do to a licence at Creem; what is left out stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeLicense {
    /// Revoked, or good again.
    #[serde(default)]
    disabled: Option<bool>,
    /// When it ends by itself.
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// Revokes a licence, or lets it end.
pub(super) async fn change_license(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    asked: Asked<ChangeLicense>,
) -> Response {
    let mut world = sandbox.world();
    let now = world.now();
    let Some(license) = world.licenses.get_mut(&id) else {
        return refuse(StatusCode::NOT_FOUND, "unknown_license", "there is no such license");
    };
    license.disabled = asked.what.disabled.unwrap_or(license.disabled);
    license.expires_at = asked.what.expires_at.or(license.expires_at);
    let answer = license.json(None, now);
    drop(world);
    asked.by.answer(&sandbox, answer)
}

/// How a customer's credits move: one of these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveCredits {
    #[serde(default)]
    grant: Option<u64>,
    #[serde(default)]
    consume: Option<u64>,
    /// From now on so many are bought whenever they do not suffice.
    #[serde(default)]
    auto_recharge: Option<u64>,
}

/// Moves the credits of a customer's first account, as purchases and usage do at Creem.
pub(super) async fn credits(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    asked: Asked<MoveCredits>,
) -> Response {
    let balance = {
        let mut world = sandbox.world();
        let Some(account_id) = world.wallet(&id) else {
            return refuse(StatusCode::NOT_FOUND, "unknown_customer", "there is no such customer");
        };
        let MoveCredits { grant, consume, auto_recharge } = asked.what;
        let moved = match (grant, consume, auto_recharge) {
            (None, None, Some(amount)) => {
                let account = world.ledger.accounts.get_mut(&account_id).expect("the wallet was just found");
                account.auto_recharge = Some(amount.into());
                Ok(())
            }
            (Some(amount), None, None) => {
                let key = world.ids.next("sandbox_");
                let posting = Posting::with_store(&account_id, Side::Credit, amount.into(), &key, &key);
                world.post_credits(posting).map(drop)
            }
            (None, Some(amount), None) => world.consume_credits(&account_id, amount.into()),
            _ => {
                let message = "one of grant, consume and auto_recharge";
                return refuse(StatusCode::BAD_REQUEST, "unreadable", message);
            }
        };
        if let Err(error) = moved {
            return refuse(StatusCode::CONFLICT, "account_at_rest", error.to_string());
        }
        world.ledger.accounts.get(&account_id).map_or(0, |account| account.balance)
    };
    sandbox.wake();
    asked.by.answer(&sandbox, json!({ "balance": balance }))
}
