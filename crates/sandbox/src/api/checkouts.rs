//! Checkout sessions: make one, look at one. No call changes, ends or lists them.

use std::collections::HashSet;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::Value;

use super::error::ApiError;
use super::list::Answer;
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, needed, text};
use crate::Sandbox;
use crate::entity::{
    BillingType, Buyer, CheckboxPart, Checkout, CheckoutState, CustomField, FieldType, ProductStatus, Step, TextPart,
};
use crate::world::World;

/// Most custom fields of one session.
const MAX_FIELDS: usize = 3;

/// Longest answer to a text field whose rules name no other, in characters.
const DEFAULT_ANSWER_LENGTH: u32 = 255;

/// Most units of one session; Creem publishes no number, and this keeps every amount exact.
const MAX_UNITS: i64 = 1_000_000;

/// What finding one takes.
pub(super) const FIND: &[Param] = &[text("checkout_id").required()];

/// `GET /v1/checkouts?checkout_id=`: without the address where it is paid, which only making it tells.
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let id = needed(&query, "checkout_id");
    let checkout = world.checkouts.get(id).ok_or_else(|| ApiError::no_such("Checkout"))?;
    let url = world.switches.show_checkout_url.then(|| world.checkout_url(checkout));
    Ok(Json(world.checkout_json(checkout, url)))
}

/// `POST /v1/checkouts`
pub(crate) async fn create(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let wanted = body::read(&bytes, read)?;
    let mut world = sandbox.world();
    let checkout = open(&mut world, wanted)?;
    let url = world.checkout_url(&checkout);
    let answer = world.checkout_json(&checkout, Some(url));
    world.add_checkout(checkout);
    // The session's end may be the next thing to wait for.
    sandbox.wake();
    Ok(Json(answer))
}

/// A session as it was asked for.
pub(super) struct Wanted {
    product_id: String,
    request_id: Option<String>,
    units: i64,
    custom_price: Option<i64>,
    discount_code: Option<String>,
    affiliate_code: Option<String>,
    customer: WantedCustomer,
    custom_fields: Vec<CustomField>,
    success_url: Option<String>,
    metadata: Option<Value>,
}

/// Who the session is for.
#[derive(Default)]
struct WantedCustomer {
    id: Option<String>,
    email: Option<String>,
    name: Option<String>,
}

pub(super) fn read(fields: &Fields<'_>) -> Option<Wanted> {
    fields.only(&[
        "product_id",
        "request_id",
        "units",
        "custom_price",
        "discount_code",
        "affiliate_code",
        "customer",
        "custom_fields",
        "custom_field",
        "success_url",
        "metadata",
    ]);
    let product_id = fields.required_string("product_id");
    let wanted = Wanted {
        product_id: product_id.unwrap_or_default(),
        request_id: fields.string("request_id"),
        units: fields.integer("units", 1, MAX_UNITS).unwrap_or(1),
        custom_price: fields.integer("custom_price", 100, 99_999_999),
        discount_code: fields.string("discount_code").filter(|code| !code.is_empty()),
        affiliate_code: fields.string("affiliate_code"),
        customer: fields.child("customer").as_ref().map(customer).unwrap_or_default(),
        custom_fields: custom_fields(fields),
        success_url: fields.url("success_url"),
        metadata: fields.structure("metadata"),
    };
    if wanted.customer.id.is_some() && wanted.customer.email.is_some() {
        fields.problem("You may only specify one of these parameters: customer.id, customer.email");
    }
    Some(wanted)
}

fn customer(fields: &Fields<'_>) -> WantedCustomer {
    fields.only(&["id", "email", "name"]);
    WantedCustomer { id: fields.string("id"), email: fields.email("email"), name: fields.string("name") }
}

/// The custom fields of a session or product, under either of their names.
pub(super) fn custom_fields(fields: &Fields<'_>) -> Vec<CustomField> {
    let read = ["custom_fields", "custom_field"].into_iter().filter_map(|name| {
        let items = fields.children(name, 0..=MAX_FIELDS)?;
        let read: Vec<CustomField> = items.iter().filter_map(custom_field).collect();
        let keys: HashSet<&str> = read.iter().map(|field| field.key.as_str()).collect();
        if keys.len() < read.len() {
            fields.problem(&format!("{name} keys must be unique"));
        }
        Some(read)
    });
    // Both are looked at, and what the newer name has counts.
    read.collect::<Vec<_>>().into_iter().next().unwrap_or_default()
}

fn custom_field(fields: &Fields<'_>) -> Option<CustomField> {
    fields.only(&["type", "key", "label", "optional", "text", "checkbox"]);
    let kind = fields.required_choice("type");
    let key = fields.required_short_string("key", 200);
    if key.as_deref().is_some_and(|key| key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        fields.problem("key must contain only letters and numbers");
    }
    let label = fields.required_short_string("label", 50);
    let optional = fields.boolean("optional").unwrap_or(false);
    let text = fields.child("text").as_ref().map(text_part);
    let checkbox = fields.child("checkbox").as_ref().map(checkbox_part).unwrap_or_default();
    let (text, checkbox) = match kind? {
        FieldType::Text => (text.or_else(|| Some(unruled())), None),
        FieldType::Checkbox => (None, Some(checkbox)),
    };
    Some(CustomField { key: key?, text, checkbox, kind: kind?, label: label?, optional })
}

fn text_part(fields: &Fields<'_>) -> TextPart {
    fields.only(&["max_length", "min_length"]);
    let length = |name| fields.integer(name, 0, 100_000).and_then(|number| u32::try_from(number).ok());
    TextPart {
        value: None,
        max_length: length("max_length").or(Some(DEFAULT_ANSWER_LENGTH)),
        min_length: length("min_length"),
    }
}

/// The rules of a text field that names none.
fn unruled() -> TextPart {
    TextPart { max_length: Some(DEFAULT_ANSWER_LENGTH), ..TextPart::default() }
}

fn checkbox_part(fields: &Fields<'_>) -> CheckboxPart {
    fields.only(&["label"]);
    CheckboxPart { label: fields.string("label"), value: None }
}

/// Makes the session of a payment link; none for a product that cannot be bought.
pub(crate) fn open_linked(
    world: &mut World,
    product_id: &str,
    code: Option<String>,
    metadata: Option<Value>,
) -> Option<Checkout> {
    let product = world.products.get(product_id)?;
    let discount_code = code.filter(|code| world.applicable_discount(code, product).is_ok());
    let wanted = Wanted {
        product_id: product_id.to_owned(),
        request_id: None,
        units: 1,
        custom_price: None,
        discount_code,
        affiliate_code: None,
        customer: WantedCustomer::default(),
        custom_fields: Vec::new(),
        success_url: None,
        metadata,
    };
    open(world, wanted).ok()
}

/// Makes the session, or says which of the things it names do not exist or fit.
fn open(world: &mut World, wanted: Wanted) -> Result<Checkout, ApiError> {
    let product = world.products.get(&wanted.product_id).filter(|product| product.status == ProductStatus::Active);
    let product = product.ok_or_else(|| ApiError::no_such("Product"))?;
    if wanted.custom_price.is_some() && product.billing_type == BillingType::Recurring {
        return Err(ApiError::bad_request(["custom_price is only supported for one-time products".to_owned()]));
    }
    if wanted.units > 1 && product.trial_price.is_some() {
        return Err(ApiError::bad_request([
            "units must not be greater than 1 for a product with a paid trial".to_owned()
        ]));
    }
    let discount = match wanted.discount_code.as_deref().map(|code| world.applicable_discount(code, product)) {
        Some(Err(_)) if world.switches.ignore_bad_discounts => None,
        asked => asked.transpose()?,
    };
    let affiliate = wanted.affiliate_code.as_deref().map(|code| {
        let unknown = || ApiError::bad_request(["affiliate_code is not an active affiliate of this store".to_owned()]);
        world.partners.with_code(code).map(|affiliate| affiliate.id.clone()).ok_or_else(unknown)
    });
    let affiliate_id = affiliate.transpose()?;
    let known =
        wanted.customer.id.as_deref().map(|id| world.customers.get(id).ok_or_else(|| ApiError::no_such("Customer")));
    let known = known.transpose()?;
    let email = known.map(|customer| customer.email.clone()).or(wanted.customer.email);
    let name = wanted.customer.name.or_else(|| known.and_then(|customer| customer.name.clone()));
    let asked = if wanted.custom_fields.is_empty() { product.custom_fields.clone() } else { wanted.custom_fields };
    let discount_id = discount.map(|discount| discount.id.clone());
    Ok(Checkout {
        id: world.ids.next("ch_"),
        product_id: wanted.product_id,
        request_id: wanted.request_id,
        units: wanted.units,
        custom_price: wanted.custom_price,
        discount_id,
        affiliate_id,
        custom_fields: asked,
        success_url: wanted.success_url,
        metadata: wanted.metadata,
        customer_id: wanted.customer.id,
        email_locked: email.is_some(),
        buyer: Buyer { email: email.unwrap_or_default(), name: name.unwrap_or_default(), ..Buyer::default() },
        card: None,
        step: Step::Details,
        state: CheckoutState::Pending,
        created_at: world.now(),
        moments: Vec::new(),
    })
}
