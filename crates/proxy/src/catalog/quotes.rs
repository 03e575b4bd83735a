//! What a choice would cost: exact integer arithmetic, the same for the preview and for the check at creation.

use creem::Discount;
use creem::discount::Verdict;
use jiff::Timestamp;
use wire::{
    BillingType, Date, DiscountDuration, DiscountOutcome, ErrorCode, Field, MAX_UNITS, Product, Quote, QuotedDiscount,
    code, due,
};

use super::Catalog;
use crate::error::ProxyError;
use crate::upstream::budget::Purpose;

/// The price of a choice, before tax when the product's tax mode is exclusive.
pub(crate) async fn quote(
    catalog: &Catalog,
    purpose: Purpose,
    product: &Product,
    units: u32,
    code: Option<&str>,
    now: Timestamp,
) -> Result<Quote, ProxyError> {
    let subtotal = subtotal(product, units)?;
    let discount = match code.map(code::typed).filter(|code| !code.is_empty()) {
        Some(code) => Some(judged(catalog.discount(purpose, &code).await?.as_deref(), &code, product, subtotal, now)),
        None => None,
    };
    let off = discount.as_ref().map_or(0, |discount| discount.amount);
    Ok(Quote {
        product_id: product.id.clone(),
        units,
        currency: product.currency,
        subtotal,
        total: subtotal - off,
        due: due(product, units, discount.as_ref(), Date::from_unix_ms(now.as_millisecond())),
        tax: product.tax_mode,
        discount,
    })
}

/// Price times units.
pub(crate) fn subtotal(product: &Product, units: u32) -> Result<i64, ProxyError> {
    if units > 1 && product.trial_charge().is_some() {
        let message = "a product with a paid trial is sold one at a time: Creem refuses more units";
        return Err(ProxyError::new(ErrorCode::UnitsInvalid, message).in_field(Field::Units));
    }
    let in_range = (1..=MAX_UNITS).contains(&units);
    in_range.then(|| product.price.checked_mul(i64::from(units))).flatten().ok_or_else(units_invalid)
}

/// The error for units that are no number of things one can buy.
pub(crate) fn units_invalid() -> ProxyError {
    let message = format!("units must be a whole number from 1 to {MAX_UNITS}");
    ProxyError::new(ErrorCode::UnitsInvalid, message).in_field(Field::Units)
}

fn judged(found: Option<&Discount>, typed: &str, product: &Product, subtotal: i64, now: Timestamp) -> QuotedDiscount {
    let refused = |code: &str, outcome| QuotedDiscount {
        code: code.to_owned(),
        outcome,
        amount: 0,
        duration: None,
        duration_in_months: None,
    };
    let Some(discount) = found else { return refused(typed, DiscountOutcome::Unknown) };
    let outcome = match discount.judge(product.id.as_str(), product.currency.as_str(), now) {
        Verdict::Applies(reduction) => {
            let duration = duration(&discount.duration).filter(|_| product.billing_type == BillingType::Recurring);
            return QuotedDiscount {
                code: discount.code.clone(),
                outcome: DiscountOutcome::Applied,
                amount: reduction.amount_off(subtotal),
                duration,
                duration_in_months: discount
                    .duration_in_months
                    .filter(|_| duration == Some(DiscountDuration::Repeating)),
            };
        }
        Verdict::Unknown => DiscountOutcome::Unknown,
        Verdict::Expired => DiscountOutcome::Expired,
        Verdict::NotStarted => DiscountOutcome::NotStarted,
        Verdict::UsedUp => DiscountOutcome::UsedUp,
        Verdict::WrongProduct => DiscountOutcome::WrongProduct,
        Verdict::WrongCurrency => DiscountOutcome::WrongCurrency,
    };
    refused(&discount.code, outcome)
}

fn duration(word: &str) -> Option<DiscountDuration> {
    match word {
        "once" => Some(DiscountDuration::Once),
        "forever" => Some(DiscountDuration::Forever),
        "repeating" => Some(DiscountDuration::Repeating),
        _ => None,
    }
}
