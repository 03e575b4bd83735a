//! Products: find, list, make, change, archive.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::json;

use super::body::{self, Fields};
use super::checkouts::custom_fields;
use super::error::ApiError;
use super::list::{self, Answer, Query};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{BillingPeriod, BillingType, Interval, Product, ProductStatus};

/// What a product may be made of. Those beside the entity's own keys are accepted and not imitated.
const PROPERTIES: [&str; 23] = [
    "name",
    "description",
    "image_url",
    "image_urls",
    "price",
    "currency",
    "billing_type",
    "billing_period",
    "recurring_interval",
    "recurring_interval_count",
    "tax_mode",
    "tax_category",
    "default_success_url",
    "custom_fields",
    "custom_field",
    "abandoned_cart_recovery_enabled",
    "pay_what_you_want",
    "suggested_price",
    "trial_period_days",
    "trial_price",
    "business_net_pricing",
    "usage_prices",
    "features",
];

/// Those that only making a product takes.
const CREATE_ONLY: [&str; 4] = ["custom_fields", "custom_field", "abandoned_cart_recovery_enabled", "tax_category"];

/// The header that makes a repeated creation answer with the first product.
const IDEMPOTENCY_HEADER: &str = "idempotency-key";

/// Largest price, in minor units.
const MAX_PRICE: i64 = 99_999_999;

/// Most pictures.
const MAX_IMAGES: usize = 8;

/// `GET /v1/products?product_id=`
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    product(&sandbox, list::required(&query, "product_id")?)
}

/// `GET /v1/products/{id}`
pub(crate) async fn show(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    product(&sandbox, &id)
}

fn product(sandbox: &Sandbox, id: &str) -> Answer {
    let world = sandbox.world();
    world.products.get(id).map(|product| Json(json!(product))).ok_or_else(|| ApiError::no_such("Product"))
}

/// `GET /v1/products/search`
pub(crate) async fn search(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let wanted = |product: &&Product| list::is_wanted(&query, "status", product.status);
    let products: Vec<&Product> = world.products.iter().filter(wanted).collect();
    list::page(&products, &query)
}

/// `POST /v1/products`
pub(crate) async fn create(State(sandbox): State<Sandbox>, headers: HeaderMap, bytes: Bytes) -> Answer {
    let mut product = body::read(&bytes, read)?;
    let key = headers.get(IDEMPOTENCY_HEADER).and_then(|key| key.to_str().ok()).map(str::to_owned);
    let mut world = sandbox.world();
    if let Some(first) = key.as_ref().and_then(|key| world.idempotency.get(key)) {
        return Ok(Json(json!(world.products.get(first))));
    }
    product.id = world.ids.next("prod_");
    product.created_at = iso(world.now());
    product.updated_at.clone_from(&product.created_at);
    if let Some(key) = key {
        world.idempotency.insert(key, product.id.clone());
    }
    let answer = json!(product);
    world.products.push(product);
    Ok(Json(answer))
}

/// `PATCH /v1/products/{id}`: what is sent is changed, the rest stays.
pub(crate) async fn update(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let mut world = sandbox.world();
    let now = iso(world.now());
    let product = world.products.get_mut(&id).ok_or_else(|| ApiError::no_such("Product"))?;
    let changed = body::read(&bytes, |fields| {
        let known: Vec<&str> = PROPERTIES.into_iter().filter(|name| !CREATE_ONLY.contains(name)).collect();
        fields.only(&known);
        let changed = apply(fields, product.clone());
        judge(fields, &changed);
        Some(changed)
    })?;
    *product = Product { updated_at: now, ..changed };
    Ok(Json(json!(product)))
}

/// `DELETE /v1/products/{id}`: it is archived and can no longer be bought.
pub(crate) async fn archive(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let now = iso(world.now());
    let product = world.products.get_mut(&id).ok_or_else(|| ApiError::no_such("Product"))?;
    product.status = ProductStatus::Archived;
    product.updated_at = now;
    Ok(Json(json!(product)))
}

/// A product as it was asked for, without id and dates.
fn read(fields: &Fields<'_>) -> Option<Product> {
    fields.only(&PROPERTIES);
    fields.require("name", "must be a string");
    fields.require("description", "must be a string");
    fields.require("price", "must be an integer number");
    fields.require("currency", "must be one of the following values: USD, EUR");
    fields.require("billing_type", "must be one of the following values: onetime, recurring");
    let product =
        Product { custom_fields: custom_fields(fields), ..apply(fields, Product::once(String::new(), "", "", 0)) };
    judge(fields, &product);
    Some(product)
}

/// A product with the properties that were sent.
fn apply(fields: &Fields<'_>, product: Product) -> Product {
    let periods =
        ["once", "every-day", "every-month", "every-three-months", "every-six-months", "every-year", "custom"];
    let small = |name, most| fields.integer(name, 1, most).and_then(|number| u32::try_from(number).ok());
    let image_urls = fields.strings("image_urls");
    if image_urls.as_ref().is_some_and(|images| images.len() > MAX_IMAGES) {
        fields.problem(&format!("image_urls must contain no more than {MAX_IMAGES} elements"));
    }
    Product {
        name: fields.string("name").unwrap_or(product.name),
        description: fields.string("description").unwrap_or(product.description),
        image_url: fields.url("image_url").or(product.image_url),
        image_urls: image_urls.unwrap_or(product.image_urls),
        price: fields.integer("price", 0, MAX_PRICE).unwrap_or(product.price),
        currency: fields.choice("currency", &["USD", "EUR"]).unwrap_or(product.currency),
        billing_type: fields.choice("billing_type", &["onetime", "recurring"]).unwrap_or(product.billing_type),
        billing_period: fields.choice("billing_period", &periods).unwrap_or(product.billing_period),
        recurring_interval: fields
            .choice("recurring_interval", &["day", "week", "month", "year"])
            .or(product.recurring_interval),
        recurring_interval_count: small("recurring_interval_count", 365).or(product.recurring_interval_count),
        trial_period_days: small("trial_period_days", 730)
            .or(product.trial_period_days.filter(|_| !fields.is_null("trial_period_days"))),
        trial_price: fields
            .integer("trial_price", 100, MAX_PRICE)
            .or(product.trial_price.filter(|_| !fields.is_null("trial_price"))),
        tax_mode: fields.choice("tax_mode", &["inclusive", "exclusive"]).unwrap_or(product.tax_mode),
        tax_category: fields
            .choice("tax_category", &["saas", "digital-goods-service", "ebooks"])
            .unwrap_or(product.tax_category),
        business_net_pricing: fields.boolean("business_net_pricing").or(product.business_net_pricing),
        default_success_url: fields.url("default_success_url").or(product.default_success_url),
        ..product
    }
}

/// The rules that concern several properties at once.
fn judge(fields: &Fields<'_>, product: &Product) {
    let recurring = product.billing_type == BillingType::Recurring;
    match (recurring, product.price) {
        (true, 0) => fields.problem("price of a recurring product must not be 0"),
        (_, 1..100) => fields.problem("price must be 0 or not be less than 100"),
        _ => {}
    }
    if recurring && product.billing_period == BillingPeriod::Once {
        fields.problem("billing_period must be given for a recurring product");
    }
    if !recurring && (product.trial_period_days.is_some() || product.trial_price.is_some()) {
        fields.problem("trial_period_days is only supported for recurring products");
    }
    if product.trial_price.is_some_and(|trial| trial >= product.price || product.trial_period_days.is_none()) {
        fields.problem("trial_price must be less than price and needs trial_period_days");
    }
    if product.billing_period == BillingPeriod::Custom {
        judge_interval(fields, product);
    }
    if fields.boolean("pay_what_you_want") == Some(true) && recurring {
        fields.problem("pay_what_you_want is only supported for one-time products");
    }
    if fields.integer("suggested_price", 0, MAX_PRICE).is_some_and(|suggested| suggested < product.price) {
        fields.problem("suggested_price must not be less than price");
    }
}

fn judge_interval(fields: &Fields<'_>, product: &Product) {
    let (Some(interval), Some(count)) = (product.recurring_interval, product.recurring_interval_count) else {
        fields.problem("recurring_interval and recurring_interval_count must be given for a custom billing_period");
        return;
    };
    let most = match interval {
        Interval::Day => 365,
        Interval::Week => 52,
        Interval::Month => 24,
        Interval::Year => 3,
    };
    if count > most {
        fields.problem(&format!("recurring_interval_count must not be greater than {most}"));
    }
}
