//! Controls over what is for sale and who bought it, for the overview's buttons; programs have the API.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, Asker, Nothing, refuse};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{BillingPeriod, BillingType, Currency, Product, ProductStatus};
use crate::page::reply::see_other;

/// Smallest and largest price, in minor units; 0 is free.
const PRICES: std::ops::RangeInclusive<i64> = 100..=99_999_999;

/// A product as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProduct {
    name: String,
    /// In whole units, with or without cents: `19` or `19.90`.
    price: String,
    #[serde(default = "dollars")]
    currency: Currency,
    #[serde(default = "once")]
    billing_period: BillingPeriod,
}

fn dollars() -> Currency {
    Currency::Usd
}

fn once() -> BillingPeriod {
    BillingPeriod::Once
}

/// Puts a product on sale.
pub(super) async fn add_product(State(sandbox): State<Sandbox>, asked: Asked<NewProduct>) -> Response {
    let NewProduct { name, price, currency, billing_period } = asked.what;
    let Some(price) = minor(&price).filter(|price| *price == 0 || PRICES.contains(price)) else {
        let message = "a price is 0, or from 1.00 to 999999.99, such as 19 or 19.90";
        return refuse(StatusCode::BAD_REQUEST, "bad_price", message);
    };
    let recurring = billing_period != BillingPeriod::Once;
    if recurring && price == 0 {
        return refuse(StatusCode::BAD_REQUEST, "bad_price", "what is paid again and again costs something");
    }
    let answer = {
        let mut world = sandbox.world();
        let now = iso(world.now());
        let product = Product {
            currency,
            billing_period,
            billing_type: if recurring { BillingType::Recurring } else { BillingType::Onetime },
            created_at: now.clone(),
            updated_at: now,
            ..Product::once(world.ids.next("prod_"), &name, &name, price)
        };
        let answer = world.product_json(&product);
        world.products.push(product);
        answer
    };
    asked.by.answer(&sandbox, answer)
}

/// An amount in minor units.
fn minor(text: &str) -> Option<i64> {
    let (whole, cents) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || whole.len() > 6 || !digits(cents) || cents.len() != 2 {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Archive {
    #[serde(default = "yes")]
    archived: bool,
}

fn yes() -> bool {
    true
}

/// Takes a product off the shelf, or puts it back.
pub(super) async fn archive(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Archive>) -> Response {
    let status = if asked.what.archived { ProductStatus::Archived } else { ProductStatus::Active };
    let mut world = sandbox.world();
    let now = iso(world.now());
    let Some(product) = world.products.get_mut(&id) else {
        return refuse(StatusCode::NOT_FOUND, "unknown_product", "there is no such product");
    };
    product.status = status;
    product.updated_at = now;
    drop(world);
    asked.by.answer(&sandbox, json!({ "id": id, "status": status }))
}

/// Opens a customer's portal, as the link in their mail does.
pub(super) async fn portal(State(sandbox): State<Sandbox>, Path(id): Path<String>, asked: Asked<Nothing>) -> Response {
    let Nothing {} = asked.what;
    let mut world = sandbox.world();
    if world.customers.get(&id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "unknown_customer", "there is no such customer");
    }
    let link = world.open_portal(&id);
    drop(world);
    match asked.by {
        Asker::Program => asked.by.answer(&sandbox, json!({ "customer_portal_link": link })),
        Asker::OverviewPage(_) => see_other(&link),
    }
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn people_write_prices_with_and_without_cents() {
        assert_eq!(
            [minor("19"), minor(" 19.90 "), minor("19,90"), minor("0")],
            [Some(1900), Some(1990), Some(1990), Some(0)]
        );
        for wrong in ["", "19.9", "-1", "1.234", "free", "1000000", "."] {
            assert_eq!(minor(wrong), None, "{wrong}");
        }
    }
}
