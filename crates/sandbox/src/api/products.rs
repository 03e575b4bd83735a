//! Products: find, list, make, change, archive.

mod features;
mod usage_prices;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::checkouts::custom_fields;
use super::error::ApiError;
use super::list::{self, Answer, PAGE_NUMBER, PAGE_SIZE};
use super::request::body::{self, Fields};
use super::request::query::{Param, Query, choice, needed, text};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{BillingPeriod, BillingType, Interval, Product, ProductStatus};
use features::{features, identify};
use usage_prices::usage_prices;

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
pub(super) const IDEMPOTENCY_HEADER: &str = "Idempotency-Key";

/// Smallest price of what is not free, in minor units.
const MIN_PRICE: i64 = 100;

/// Largest price, in minor units.
const MAX_PRICE: i64 = 99_999_999;

/// Longest trial; Creem publishes no number.
const MAX_TRIAL_DAYS: i64 = 730;

/// Most pictures.
const MAX_IMAGES: usize = 8;

/// What finding one by its id takes.
pub(super) const FIND: &[Param] = &[text("product_id").required()];

/// What searching takes.
pub(super) const SEARCH: &[Param] = &[PAGE_NUMBER, PAGE_SIZE, choice("status", &["active", "archived"])];

/// `GET /v1/products?product_id=`
pub(crate) async fn find(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    product(&sandbox, needed(&query, "product_id"))
}

/// `GET /v1/products/{id}`
pub(crate) async fn show(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    product(&sandbox, &id)
}

fn product(sandbox: &Sandbox, id: &str) -> Answer {
    let world = sandbox.world();
    world.products.get(id).map(|product| Json(world.product_json(product))).ok_or_else(|| ApiError::no_such("Product"))
}

/// `GET /v1/products/search`
pub(crate) async fn search(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let world = sandbox.world();
    let wanted = |product: &&Product| list::is_wanted(&query, "status", product.status);
    let products: Vec<&Product> = world.products.iter().filter(wanted).collect();
    list::page_of(&products, &query, list::ITEMS, |product| world.product_json(product))
}

/// `POST /v1/products`
pub(crate) async fn create(State(sandbox): State<Sandbox>, headers: HeaderMap, bytes: Bytes) -> Answer {
    let mut product = body::read(&bytes, read)?;
    let key = headers.get(IDEMPOTENCY_HEADER).and_then(|key| key.to_str().ok()).map(str::to_owned);
    let mut world = sandbox.world();
    if let Some(first) = key.as_ref().and_then(|key| world.idempotency.get(key)) {
        return Ok(Json(world.product_json(world.products.get(first).expect("products stay"))));
    }
    product.id = world.ids.next("prod_");
    identify(&mut product.features, &mut world.ids);
    product.created_at = iso(world.now());
    product.updated_at.clone_from(&product.created_at);
    if let Some(key) = key {
        world.idempotency.insert(key, product.id.clone());
    }
    let answer = world.product_json(&product);
    world.products.push(product);
    Ok(Json(answer))
}

/// `PATCH /v1/products/{id}`: what is sent is changed, the rest stays.
pub(crate) async fn update(State(sandbox): State<Sandbox>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let mut world = sandbox.world();
    let before = world.products.get(&id).ok_or_else(|| ApiError::no_such("Product"))?;
    let mut changed = body::read(&bytes, |fields| changes(fields, before.clone()))?;
    identify(&mut changed.features, &mut world.ids);
    changed.updated_at = iso(world.now());
    let answer = world.product_json(&changed);
    if let Some(product) = world.products.get_mut(&id) {
        *product = changed;
    }
    Ok(Json(answer))
}

/// `DELETE /v1/products/{id}`: it is archived and can no longer be bought.
pub(crate) async fn archive(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    let mut world = sandbox.world();
    let now = iso(world.now());
    let product = world.products.get_mut(&id).ok_or_else(|| ApiError::no_such("Product"))?;
    product.status = ProductStatus::Archived;
    product.updated_at = now;
    drop(world);
    self::product(&sandbox, &id)
}

/// A product as it is to become.
pub(super) fn changes(fields: &Fields<'_>, before: Product) -> Option<Product> {
    let known: Vec<&str> = PROPERTIES.into_iter().filter(|name| !CREATE_ONLY.contains(name)).collect();
    fields.only(&known);
    let changed = apply(fields, before);
    judge(fields, &changed);
    Some(changed)
}

/// A product as it was asked for, without id and dates.
pub(super) fn read(fields: &Fields<'_>) -> Option<Product> {
    fields.only(&PROPERTIES);
    fields.require("name", "must be a string");
    fields.require("description", "must be a string");
    fields.require("price", "must be an integer number");
    fields.require_choice("currency");
    fields.require_choice("billing_type");
    let product = Product { custom_fields: custom_fields(fields), ..apply(fields, blank()) };
    fields.boolean("abandoned_cart_recovery_enabled");
    let product = Product { tax_category: fields.choice("tax_category").unwrap_or_default(), ..product };
    judge(fields, &product);
    Some(product)
}

/// A product before anything is said of it.
pub(super) fn blank() -> Product {
    Product::once(String::new(), "", "", 0)
}

/// A product with the properties that were sent.
fn apply(fields: &Fields<'_>, product: Product) -> Product {
    usage_prices(fields);
    let image_urls = fields.few_strings("image_urls", MAX_IMAGES);
    rhythm(
        fields,
        Product {
            name: fields.string("name").unwrap_or(product.name),
            description: fields.string("description").unwrap_or(product.description),
            image_url: fields.url("image_url").or(product.image_url),
            image_urls: image_urls.unwrap_or(product.image_urls),
            features: features(fields, product.features),
            price: fields.integer("price", 0, MAX_PRICE).unwrap_or(product.price),
            currency: fields.choice("currency").unwrap_or(product.currency),
            tax_mode: fields.choice("tax_mode").unwrap_or(product.tax_mode),
            business_net_pricing: fields.boolean("business_net_pricing").or(product.business_net_pricing),
            default_success_url: fields.url("default_success_url").or(product.default_success_url),
            ..product
        },
    )
}

/// A product paid as often as was sent. Being paid only once ends its period and its trial.
fn rhythm(fields: &Fields<'_>, product: Product) -> Product {
    let billing_type = fields.choice("billing_type").unwrap_or(product.billing_type);
    let product = match billing_type {
        BillingType::Onetime => Product {
            billing_type,
            billing_period: BillingPeriod::Once,
            trial_period_days: None,
            trial_price: None,
            ..product
        },
        BillingType::Recurring => Product { billing_type, ..product },
    };
    let billing_period = fields.choice("billing_period").unwrap_or(product.billing_period);
    let is_custom = billing_period == BillingPeriod::Custom;
    let trial_period_days = small(fields, "trial_period_days", MAX_TRIAL_DAYS);
    Product {
        billing_period,
        recurring_interval: fields.choice("recurring_interval").or(product.recurring_interval.filter(|_| is_custom)),
        recurring_interval_count: small(fields, "recurring_interval_count", 365)
            .or(product.recurring_interval_count.filter(|_| is_custom)),
        trial_period_days: trial_period_days
            .or(product.trial_period_days.filter(|_| !fields.is_null("trial_period_days"))),
        trial_price: trial_price(fields, product.trial_price),
        ..product
    }
}

/// What a trial costs. It is free at a price of 0, and a trial that is taken away takes its price with it.
fn trial_price(fields: &Fields<'_>, before: Option<i64>) -> Option<i64> {
    match fields.integer("trial_price", 0, MAX_PRICE) {
        Some(0) => None,
        Some(price) => {
            if price < MIN_PRICE {
                fields.problem(&format!("trial_price must not be less than {MIN_PRICE}"));
            }
            Some(price)
        }
        None => before.filter(|_| !fields.is_null("trial_price") && !fields.is_null("trial_period_days")),
    }
}

fn small(fields: &Fields<'_>, name: &str, most: i64) -> Option<u32> {
    fields.integer(name, 1, most).and_then(|number| u32::try_from(number).ok())
}

/// The rules that concern several properties at once.
fn judge(fields: &Fields<'_>, product: &Product) {
    let recurring = product.billing_type == BillingType::Recurring;
    match (recurring, product.price) {
        (true, 0) => fields.problem("price of a recurring product must not be 0"),
        (_, 1..MIN_PRICE) => fields.problem("price must be 0 or not be less than 100"),
        _ => {}
    }
    if recurring && product.billing_period == BillingPeriod::Once {
        fields.problem("billing_period must be given for a recurring product");
    }
    if !recurring && product.billing_period != BillingPeriod::Once {
        fields.problem("billing_period is only supported for recurring products");
    }
    if !recurring && (product.trial_period_days.is_some() || product.trial_price.is_some()) {
        fields.problem("trial_period_days is only supported for recurring products");
    }
    if product.trial_price.is_some_and(|trial| trial >= product.price || product.trial_period_days.is_none()) {
        fields.problem("trial_price must be less than price and needs trial_period_days");
    }
    if product.billing_period == BillingPeriod::Custom {
        judge_interval(fields, product);
    } else if product.recurring_interval.is_some() || product.recurring_interval_count.is_some() {
        fields
            .problem("recurring_interval and recurring_interval_count are only supported for a custom billing_period");
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
