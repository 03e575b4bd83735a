//! Products: find, list, make.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::json;

use super::body::{self, Fields};
use super::checkouts::custom_fields;
use super::error::ApiError;
use super::list::{self, Answer, Query};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{BillingPeriod, BillingType, Kind, Mode, Product, ProductStatus};

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

/// Largest price, in minor units.
const MAX_PRICE: i64 = 99_999_999;

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
pub(crate) async fn create(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let mut product = body::read(&bytes, read)?;
    let mut world = sandbox.world();
    product.id = world.ids.next("prod_");
    product.created_at = iso(world.now());
    product.updated_at.clone_from(&product.created_at);
    let answer = json!(product);
    world.products.push(product);
    Ok(Json(answer))
}

/// A product as it was asked for, without id and dates.
fn read(fields: &Fields<'_>) -> Option<Product> {
    fields.only(&PROPERTIES);
    let name = fields.required_string("name");
    let description = fields.required_string("description");
    fields.require("price", "must be an integer number");
    let price = fields.integer("price", 0, MAX_PRICE);
    let currency = fields.required_choice("currency", &["USD", "EUR"]);
    let billing_type = fields.required_choice("billing_type", &["onetime", "recurring"]);
    let periods = ["once", "every-day", "every-month", "every-three-months", "every-six-months", "every-year"];
    let billing_period: Option<BillingPeriod> = fields.choice("billing_period", &periods);
    match (billing_type, price) {
        (Some(BillingType::Recurring), Some(0)) => fields.problem("price of a recurring product must not be 0"),
        (_, Some(1..100)) => fields.problem("price must be 0 or not be less than 100"),
        _ => {}
    }
    if billing_type == Some(BillingType::Recurring) && matches!(billing_period, None | Some(BillingPeriod::Once)) {
        fields.problem("billing_period must be given for a recurring product");
    }
    Some(Product {
        object: Kind::Product,
        image_url: fields.url("image_url"),
        billing_period: billing_period.unwrap_or(BillingPeriod::Once),
        status: ProductStatus::Active,
        tax_mode: fields.choice("tax_mode", &["inclusive", "exclusive"]).unwrap_or_default(),
        tax_category: fields.choice("tax_category", &["saas", "digital-goods-service", "ebooks"]).unwrap_or_default(),
        default_success_url: fields.url("default_success_url"),
        custom_fields: custom_fields(fields),
        id: String::new(),
        created_at: String::new(),
        updated_at: String::new(),
        mode: Mode::Test,
        name: name?,
        description: description?,
        price: price?,
        currency: currency?,
        billing_type: billing_type?,
    })
}
