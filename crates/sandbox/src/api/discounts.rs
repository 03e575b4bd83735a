//! Discounts: find, list, make, delete.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde_json::json;

use super::error::ApiError;
use super::list::{self, Answer, PAGE_NUMBER, PAGE_SIZE};
use super::request::body::{self, ENUM_RULE, Fields};
use super::request::query::{Param, Query, choice, date, instant, text};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{Discount, DiscountStatus, DiscountType, Duration, Kind, Mode, STORE_ID};

/// Length of a code the sandbox makes up.
const GENERATED_CODE_LENGTH: usize = 10;

/// What finding one takes.
pub(super) const FIND: &[Param] = &[text("discount_id"), text("discount_code")];

/// What searching takes.
pub(super) const SEARCH: &[Param] = &[
    PAGE_NUMBER,
    PAGE_SIZE,
    text("product_id"),
    choice("status", &["active", "deleted"]),
    choice("type", &["percentage", "fixed"]),
    date("created_after"),
    date("created_before"),
];

/// `GET /v1/discounts?discount_id=` or `?discount_code=`
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let discount = match (query.get("discount_id"), query.get("discount_code")) {
        (Some(id), _) => world.discounts.get(id),
        (None, Some(code)) => world.discount_by_code(code),
        (None, None) => {
            return Err(ApiError::bad_request(["discount_id or discount_code must be given".to_owned()]));
        }
    };
    discount.map(|discount| Json(json!(discount))).ok_or_else(|| ApiError::no_such("Discount"))
}

/// `GET /v1/discounts/search`
pub(crate) async fn search(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let (after, before) = (instant(&query, "created_after"), instant(&query, "created_before"));
    let world = sandbox.world();
    let wanted = |discount: &&Discount| {
        let made: Timestamp = discount.created_at.parse().unwrap_or_default();
        let of_product = |id: &String| discount.applies_to_products.contains(id);
        list::is_wanted(&query, "status", discount.status)
            && list::is_wanted(&query, "type", discount.kind)
            && query.get("product_id").is_none_or(of_product)
            && after.is_none_or(|after| made >= after)
            && before.is_none_or(|before| made <= before)
    };
    let discounts: Vec<&Discount> = world.discounts.iter().filter(wanted).collect();
    list::page(&discounts, &query)
}

/// `POST /v1/discounts`
pub(crate) async fn create(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let mut discount = body::read(&bytes, read)?;
    let mut world = sandbox.world();
    if discount.code.is_empty() {
        discount.code = world.ids.next("").to_ascii_uppercase();
        discount.code.truncate(GENERATED_CODE_LENGTH);
    } else if world.discount_by_code(&discount.code).is_some() {
        return Err(ApiError::taken());
    }
    if discount.applies_to_products.iter().any(|id| world.products.get(id).is_none()) {
        return Err(ApiError::no_such("Product"));
    }
    discount.id = world.ids.next("dis_");
    discount.created_at = iso(world.now());
    let answer = json!(discount);
    world.add_discount(discount);
    sandbox.wake();
    Ok(Json(answer))
}

/// `DELETE /v1/discounts/{id}/delete`
pub(crate) async fn remove(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let discount = world.discounts.get_mut(&id).ok_or_else(|| ApiError::no_such("Discount"))?;
    discount.status = DiscountStatus::Deleted;
    Ok(Json(json!(discount)))
}

/// A discount as it was asked for, without id.
pub(super) fn read(fields: &Fields<'_>) -> Option<Discount> {
    fields.only(&[
        "name",
        "code",
        "type",
        "amount",
        "currency",
        "percentage",
        "expiry_date",
        "max_redemptions",
        "duration",
        "duration_in_months",
        "applies_to_products",
    ]);
    let name = fields.required_string("name");
    let kind = fields.required_choice("type");
    let duration = fields.required_choice("duration");
    fields.require("applies_to_products", "must be an array of strings");
    match kind {
        Some(DiscountType::Percentage) => fields.expect("percentage", "must be an integer number"),
        Some(DiscountType::Fixed) => {
            fields.expect("amount", "must be an integer number");
            fields.expect("currency", ENUM_RULE);
        }
        None => {}
    }
    if duration == Some(Duration::Repeating) {
        fields.expect("duration_in_months", "must be an integer number");
    }
    let small = |name: &str, most: i64| fields.integer(name, 1, most).and_then(|number| u32::try_from(number).ok());
    Some(Discount {
        id: String::new(),
        mode: Mode::Test,
        object: Kind::Discount,
        status: DiscountStatus::Active,
        code: fields.string("code").unwrap_or_default(),
        amount: fields.integer("amount", 1, i64::MAX),
        currency: fields.choice("currency"),
        percentage: small("percentage", 100),
        expiry_date: fields.date("expiry_date").map(iso),
        max_redemptions: small("max_redemptions", i64::from(u32::MAX)).map(u64::from),
        duration_in_months: small("duration_in_months", 1200),
        applies_to_products: fields.strings("applies_to_products").unwrap_or_default(),
        redeem_count: 0,
        store_id: STORE_ID,
        created_at: String::new(),
        name: name?,
        kind: kind?,
        duration: duration?,
    })
}
