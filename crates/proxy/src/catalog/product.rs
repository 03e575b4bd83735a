//! From Creem's product to ours. One that cannot be shown truthfully is not for sale.

use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::{BillingPeriod, BillingType, Currency, CustomField, Product, ProductId, TaxMode};

use crate::log::sanitized;

/// A product as buyers see it; `None` when it is archived or says something this build does not understand.
pub(super) fn sellable(product: creem::Product) -> Option<Product> {
    if product.status == "archived" {
        return None;
    }
    let id = product.id.clone();
    let readable = read(product);
    if readable.is_none() {
        tracing::warn!(product = sanitized(&id), "not for sale: its price or billing cannot be understood");
    }
    readable
}

fn read(product: creem::Product) -> Option<Product> {
    let billing_type: BillingType = word(&product.billing_type)?;
    let billing_period = match (billing_type, product.billing_period.as_str()) {
        (BillingType::Onetime, _) => BillingPeriod::Once,
        (BillingType::Recurring, period) => word(period)?,
    };
    Some(Product {
        id: ProductId::parse(&product.id).ok()?,
        name: product.name,
        description: product.description,
        image_url: product.image_url.filter(|url| url.starts_with("https://")),
        price: Some(product.price).filter(|price| *price >= 0)?,
        currency: Currency::parse(&product.currency.to_ascii_uppercase()).ok()?,
        billing_type,
        billing_period,
        recurring_interval: product.recurring_interval.as_deref().and_then(word),
        recurring_interval_count: product.recurring_interval_count,
        trial_period_days: product.trial_period_days,
        trial_price: product.trial_price,
        tax_mode: if product.tax_mode == "inclusive" { TaxMode::Inclusive } else { TaxMode::Exclusive },
        custom_fields: product.custom_fields.iter().filter_map(custom_field).collect(),
    })
}

fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::from(text)).ok()
}

fn custom_field(field: &creem::CustomField) -> Option<CustomField> {
    Some(CustomField {
        kind: word(&field.kind)?,
        key: field.key.clone(),
        label: field.label.clone(),
        optional: field.optional,
        min_length: field.min_length,
        max_length: field.max_length,
    })
}

#[cfg(any())]
mod tests {
    use super::*;

    fn creems(changes: &[(&str, Value)]) -> creem::Product {
        let mut product = serde_json::json!({
            "id": "prod_1", "name": "Pro", "price": 1500, "currency": "USD", "billing_type": "recurring",
            "billing_period": "every-month", "status": "active", "tax_mode": "exclusive"
        });
        for (name, value) in changes {
            product[*name] = value.clone();
        }
        serde_json::from_value(product).expect("a product")
    }

    #[test]
    fn a_product_that_cannot_be_shown_truthfully_is_not_for_sale() {
        assert!(sellable(creems(&[])).is_some());
        assert!(sellable(creems(&[("status", "archived".into())])).is_none());
        assert!(sellable(creems(&[("billing_period", "every-full-moon".into())])).is_none());
        assert!(sellable(creems(&[("price", (-1).into())])).is_none());
        assert!(sellable(creems(&[("currency", "gold".into())])).is_none());
    }

    #[test]
    fn custom_fields_are_read_in_both_spellings() {
        let field = serde_json::json!({"type": "text", "key": "team", "label": "Team", "text": {"minimum_length": 2}});
        let product = sellable(creems(&[("custom_fields", Value::from(vec![field]))])).expect("sellable");
        assert_eq!(product.custom_fields[0].min_length, Some(2));
        assert!(!product.custom_fields[0].optional);
    }
}
