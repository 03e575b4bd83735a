//! Prices of a product's usage: read as strictly as everything else, and charged for nothing.

use serde::Deserialize;

use crate::api::request::body::Fields;

/// Most usage prices of one product; Creem publishes no number.
const MAX_PRICES: usize = 50;

/// Largest price of one unit, in minor units.
const MAX_PRICE: f64 = 99_999_999.0;

/// Most that one period's usage may be capped at, in minor units.
const MAX_CAP: i64 = 99_999_999;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Settlement {
    Prepaid,
    Postpaid,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Account {
    Shared,
    PerUnit,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum TrialUsage {
    Free,
    Accrue,
}

/// Says what is wrong with the usage prices of a product.
pub(super) fn usage_prices(fields: &Fields<'_>) {
    fields.children("usage_prices", 0..=MAX_PRICES).iter().flatten().for_each(usage_price);
}

fn usage_price(fields: &Fields<'_>) {
    fields.only(&[
        "id",
        "meter_id",
        "unit_price",
        "free_allowance",
        "cap",
        "settlement_mode",
        "target_account",
        "target_account_name",
        "trial_usage_mode",
    ]);
    fields.string("id");
    fields.required_string("meter_id");
    fields.require("unit_price", "must be a number");
    fields.number("unit_price", 0.0..=MAX_PRICE);
    fields.integer("free_allowance", 0, i64::MAX);
    fields.integer("cap", 0, MAX_CAP);
    fields.required_choice::<Settlement>("settlement_mode");
    fields.choice::<Account>("target_account");
    fields.string("target_account_name");
    fields.choice::<TrialUsage>("trial_usage_mode");
}
