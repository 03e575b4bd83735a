//! Customers: find, list, make, change, what they bought, and the way to their portal.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::error::ApiError;
use super::list::{self, Answer};
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, text};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{Customer, History, Kind, License, Mode, Order, Subscription};
use crate::world::World;

/// How many customers a page has unless the query says so.
const PAGE_SIZE: usize = 50;

/// What finding one takes.
pub(super) const FIND: &[Param] = &[text("customer_id"), text("email")];

/// `GET /v1/customers?customer_id=` or `?email=`
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let customer = match (query.get("customer_id"), query.get("email")) {
        (Some(id), _) => world.customers.get(id),
        (None, Some(email)) => world.customer_by_email(email),
        (None, None) => return Err(ApiError::bad_request(["customer_id or email must be given".to_owned()])),
    };
    customer.map(|customer| Json(json!(customer))).ok_or_else(|| ApiError::no_such("Customer"))
}

/// `GET /v1/customers/list`
pub(crate) async fn index(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let customers: Vec<&Customer> = world.customers.iter().collect();
    list::page_of(&customers, &query, PAGE_SIZE, |customer| json!(customer))
}

/// `POST /v1/customers`
pub(crate) async fn create(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let wanted = body::read(&bytes, read)?;
    let mut world = sandbox.world();
    let email = wanted.email.clone().unwrap_or_default();
    if world.customer_by_email(&email).is_some() {
        return Err(ApiError::taken());
    }
    let now = iso(world.now());
    let customer = Customer {
        id: world.ids.next("cust_"),
        object: Kind::Customer,
        email,
        name: wanted.name,
        metadata: wanted.metadata,
        country: None,
        external_id: wanted.external_id.flatten(),
        created_at: now.clone(),
        updated_at: now,
        mode: Mode::Test,
    };
    let answer = json!(customer);
    world.customers.push(customer);
    Ok(Json(answer))
}

/// `PATCH /v1/customers`: the id is in the body.
pub(crate) async fn update(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let (id, wanted) = body::read(&bytes, changes)?;
    let mut world = sandbox.world();
    let other = wanted.email.as_deref().and_then(|email| world.customer_by_email(email));
    if other.is_some_and(|other| other.id != id) {
        return Err(ApiError::taken());
    }
    let now = iso(world.now());
    let customer = world.customers.get_mut(&id).ok_or_else(|| ApiError::no_such("Customer"))?;
    wanted.apply(customer);
    customer.updated_at = now;
    Ok(Json(json!(customer)))
}

/// A customer as they were asked for.
pub(super) fn read(fields: &Fields<'_>) -> Option<Wanted> {
    fields.only(&["email", "name", "metadata", "external_id"]);
    fields.require("email", "must be an email");
    fields.require("name", "must be a string");
    Some(Wanted::read(fields))
}

/// What of which customer is to change.
pub(super) fn changes(fields: &Fields<'_>) -> Option<(String, Wanted)> {
    fields.only(&["customer_id", "email", "name", "metadata", "external_id"]);
    let id = fields.required_string("customer_id");
    let wanted = Wanted::read(fields);
    Some((id?, wanted))
}

/// What was sent about a customer.
pub(super) struct Wanted {
    email: Option<String>,
    name: Option<String>,
    metadata: Option<Value>,
    /// `Some(None)` takes it away.
    external_id: Option<Option<String>>,
}

impl Wanted {
    fn read(fields: &Fields<'_>) -> Self {
        let email = fields.email("email");
        let external_id = fields.string("external_id").map(Some);
        Self {
            email,
            name: fields.string("name"),
            metadata: fields.structure("metadata"),
            external_id: external_id.or_else(|| fields.is_null("external_id").then_some(None)),
        }
    }

    fn apply(self, customer: &mut Customer) {
        if let Some(email) = self.email {
            customer.email = email;
        }
        customer.name = self.name.or_else(|| customer.name.take());
        customer.metadata = self.metadata.or_else(|| customer.metadata.take());
        if let Some(external_id) = self.external_id {
            customer.external_id = external_id;
        }
    }
}

/// `GET /v1/customers/{id}/orders`
pub(crate) async fn orders(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = known(&sandbox, &id)?;
    let orders: Vec<&Order> = world.orders.of(&id).collect();
    list::page(&orders, &query)
}

/// `GET /v1/customers/{id}/subscriptions`
pub(crate) async fn subscriptions(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = known(&sandbox, &id)?;
    let theirs: Vec<&Subscription> = world.subscriptions.of(&id).collect();
    list::page_of(&theirs, &query, list::ITEMS, |known| world.subscription_json(known, History::Shown))
}

/// `GET /v1/customers/{id}/licenses`
pub(crate) async fn licenses(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = known(&sandbox, &id)?;
    let licenses: Vec<&License> = world.licenses.of(&id).collect();
    list::page_of(&licenses, &query, list::ITEMS, |license| license.json(None, world.now()))
}

fn known<'a>(sandbox: &'a Sandbox, id: &str) -> Result<std::sync::MutexGuard<'a, World>, ApiError> {
    let world = sandbox.world();
    if world.customers.get(id).is_some() { Ok(world) } else { Err(ApiError::no_such("Customer")) }
}

/// `POST /v1/customers/billing`: an address that needs no password; every call makes a new one.
pub(crate) async fn billing(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let id = body::read(&bytes, who)?;
    let mut world = known(&sandbox, &id)?;
    let link = world.open_portal(&id);
    Ok(Json(json!({ "customer_portal_link": link })))
}

/// Whose portal it is.
pub(super) fn who(fields: &Fields<'_>) -> Option<String> {
    fields.only(&["customer_id"]);
    fields.required_string("customer_id")
}
