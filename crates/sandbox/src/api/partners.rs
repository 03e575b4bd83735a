//! Splits and affiliates: make, list, take away.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};

use super::error::ApiError;
use super::list::{self, Answer, PAGE_NUMBER, PAGE_SIZE};
use super::request::body::{self, Fields, is_email};
use super::request::query::{Param, Query, choice};
use crate::Sandbox;
use crate::entity::{Affiliate, Commission, Invite, Recipient, RecipientKind, STORE_ID, Split, SplitKind};

/// How many splits, affiliates and invitations a page has unless the query says so.
const PAGE: usize = 50;

/// Most recipients of one split.
const MAX_RECIPIENTS: usize = 10;

/// What listing commissions takes.
pub(super) const COMMISSIONS: &[Param] = &[PAGE_NUMBER, PAGE_SIZE, choice("status", &["pending", "approved", "paid"])];

/// `POST /v1/splits`
pub(crate) async fn split(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let mut split = body::read(&bytes, wanted)?;
    let mut world = sandbox.world();
    let known = match split.kind {
        SplitKind::Store if split.type_reference != STORE_ID => Err(ApiError::no_such("Store")),
        SplitKind::Product if world.products.get(&split.type_reference).is_none() => Err(ApiError::no_such("Product")),
        SplitKind::Store | SplitKind::Product => Ok(()),
    };
    known?;
    split.id = world.ids.next("split_");
    split.created_at = world.now();
    let answer = split.json();
    world.partners.splits.push(split);
    Ok(Json(answer))
}

/// A split as it was asked for, without id and date.
pub(super) fn wanted(fields: &Fields<'_>) -> Option<Split> {
    fields.only(&["description", "type", "type_reference", "recipients"]);
    let kind = fields.required_choice("type");
    let type_reference = fields.required_string("type_reference");
    let description = fields.string("description");
    fields.require("recipients", "must be an array");
    let items = fields.children("recipients", 1..=MAX_RECIPIENTS)?;
    let recipients: Vec<Recipient> = items.iter().filter_map(recipient).collect();
    if recipients.iter().map(|recipient| recipient.amount).sum::<f64>() > 100.0 {
        fields.problem("recipients must not have more than 100 percent in all");
    }
    Some(Split {
        id: String::new(),
        description,
        kind: kind?,
        type_reference: type_reference?,
        recipients,
        removed: false,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    })
}

fn recipient(fields: &Fields<'_>) -> Option<Recipient> {
    fields.only(&["recipient_type", "recipient_reference", "amount"]);
    let kind = fields.required_choice("recipient_type");
    let reference = fields.required_string("recipient_reference");
    if kind == Some(RecipientKind::Email) && reference.as_deref().is_some_and(|email| !is_email(email)) {
        fields.problem("recipient_reference must be an email");
    }
    fields.require("amount", "must be a number");
    let amount = fields.number("amount", 1.0..=100.0);
    Some(Recipient { kind: kind?, reference: reference?, amount: amount? })
}

/// `GET /v1/splits`
pub(crate) async fn splits(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let splits: Vec<&Split> = world.partners.splits.iter().filter(|split| !split.removed).collect();
    list::page_of(&splits, &query, PAGE, |split| split.json())
}

/// `GET /v1/splits/{id}`
pub(crate) async fn show_split(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let world = sandbox.world();
    let split = world.partners.splits.get(&id).filter(|split| !split.removed);
    split.map(|split| Json(split.json())).ok_or_else(|| ApiError::no_such("Split"))
}

/// `DELETE /v1/splits/{id}`
pub(crate) async fn remove_split(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let split = world.partners.splits.get_mut(&id).filter(|split| !split.removed);
    let split = split.ok_or_else(|| ApiError::no_such("Split"))?;
    split.removed = true;
    Ok(Json(split.json()))
}

/// `GET /v1/affiliates`
pub(crate) async fn affiliates(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let affiliates: Vec<&Affiliate> = world.partners.affiliates.iter().collect();
    list::page_of(&affiliates, &query, PAGE, |affiliate| world.affiliate_json(affiliate))
}

/// `GET /v1/affiliates/{id}`
pub(crate) async fn affiliate(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let world = sandbox.world();
    let affiliate = world.partners.affiliates.get(&id).ok_or_else(|| ApiError::no_such("Affiliate"))?;
    Ok(Json(world.affiliate_json(affiliate)))
}

/// `GET /v1/affiliates/{id}/commissions`: on hold, all of them.
pub(crate) async fn commissions(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = sandbox.world();
    if world.partners.affiliates.get(&id).is_none() {
        return Err(ApiError::no_such("Affiliate"));
    }
    let wanted = |_: &&Commission| list::is_wanted(&query, "status", "pending");
    let own: Vec<&Commission> = world.partners.earned(&id).filter(wanted).collect();
    list::page_of(&own, &query, list::ITEMS, |commission| commission.json())
}

/// `POST /v1/affiliates/invites`
pub(crate) async fn invite(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let (email, name) = body::read(&bytes, invited)?;
    let mut world = sandbox.world();
    let invited = world.partners.invites.iter().any(|known| known.email.eq_ignore_ascii_case(&email));
    if invited || world.partners.affiliates.iter().any(|known| known.email.eq_ignore_ascii_case(&email)) {
        return Err(ApiError::taken());
    }
    let invite = Invite { id: world.ids.next("affinv_"), email, name, created_at: world.now() };
    let answer = invite.json();
    world.partners.invites.push(invite);
    Ok(Json(answer))
}

/// Who is invited.
pub(super) fn invited(fields: &Fields<'_>) -> Option<(String, String)> {
    fields.only(&["email", "name", "program_id"]);
    fields.string("program_id");
    fields.require("email", "must be an email");
    let (email, name) = (fields.email("email"), fields.required_string("name"));
    Some((email?, name?))
}

/// `GET /v1/affiliates/invites`
pub(crate) async fn invites(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let invites: Vec<&Invite> = world.partners.invites.iter().collect();
    list::page_of(&invites, &query, PAGE, |invite| invite.json())
}
