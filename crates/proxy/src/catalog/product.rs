//! From Creem's product to ours. One that cannot be shown truthfully is not for sale.

use super::description;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::{BillingPeriod, BillingType, Currency, CustomField, Product, ProductId, TaxMode};

/// A product as buyers see it; `None` when it is archived or says something this build does not understand.
pub(super) fn sellable(product: creem::Product) -> Option<Product> {
    if product.status == "archived" {
        return None;
    }
    let id = product.id.clone();
    let readable = read(product);
    if readable.is_none() {
        tracing::warn!(product = id, "not for sale: its price or billing cannot be understood");
    }
    readable
}

fn read(product: creem::Product) -> Option<Product> {
    let billing_type: BillingType = word(&product.billing_type)?;
    let billing_period = match (billing_type, product.billing_period.as_str()) {
        (BillingType::Onetime, _) => BillingPeriod::Once,
        (BillingType::Recurring, period) => word(period)?,
    };
    let (description, description_html) = description::read(&product.description);
    let product = Product {
        id: ProductId::parse(&product.id).ok()?,
        name: product.name,
        description,
        description_html,
        image_url: product.image_url.and_then(|url| picture(&product.id, url)),
        price: Some(product.price).filter(|price| *price >= 0)?,
        currency: Currency::parse(&product.currency).ok()?,
        billing_type,
        billing_period,
        recurring_interval: product.recurring_interval.as_deref().and_then(word),
        recurring_interval_count: product.recurring_interval_count,
        trial_period_days: product.trial_period_days,
        trial_price: product.trial_price,
        includes: Vec::new(),
        badge: None,
        label: None,
        tax_mode: if product.tax_mode == "inclusive" { TaxMode::Inclusive } else { TaxMode::Exclusive },
        custom_fields: product.custom_fields.into_iter().filter_map(custom_field).collect(),
    };
    let is_charged_again = product.interval().is_some();
    (is_charged_again == (billing_type == BillingType::Recurring)).then_some(product)
}

/// The address of a picture. On a page that takes orders a browser leaves one without encryption out, or warns of it.
fn picture(product_id: &str, url: String) -> Option<String> {
    let is_shown = url.starts_with("https://");
    if !is_shown {
        tracing::warn!(product = product_id, "its picture is not shown: its address does not begin with https://");
    }
    is_shown.then_some(url)
}

fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::from(text)).ok()
}

fn custom_field(field: creem::CustomField) -> Option<CustomField> {
    let creem::CustomField { kind, key, label, optional, min_length, max_length } = field;
    Some(CustomField { kind: word(&kind)?, key, label, optional, min_length, max_length })
}

#[cfg(test)]
mod tests {
    use wire::IntervalUnit;

    use super::*;

    fn creems(change: impl FnOnce(&mut creem::Product)) -> creem::Product {
        let mut product = creem::Product {
            id: "prod_1".to_owned(),
            name: "Pro".to_owned(),
            description: String::new(),
            image_url: None,
            price: 1500,
            currency: "USD".to_owned(),
            billing_type: "recurring".to_owned(),
            billing_period: "every-month".to_owned(),
            recurring_interval: None,
            recurring_interval_count: None,
            trial_period_days: None,
            trial_price: None,
            status: "active".to_owned(),
            tax_mode: "exclusive".to_owned(),
            custom_fields: Vec::new(),
        };
        change(&mut product);
        product
    }

    #[test]
    fn a_product_that_cannot_be_shown_truthfully_is_not_for_sale() {
        assert!(sellable(creems(|_| {})).is_some());
        assert!(sellable(creems(|product| product.status = "archived".to_owned())).is_none());
        assert!(sellable(creems(|product| product.billing_period = "every-full-moon".to_owned())).is_none());
        assert!(sellable(creems(|product| product.price = -1)).is_none());
        assert!(sellable(creems(|product| product.currency = "ABCD".to_owned())).is_none());
        assert!(sellable(creems(|product| product.billing_period = "once".to_owned())).is_none());
    }

    #[test]
    fn a_picture_without_encryption_is_left_out_and_the_product_is_for_sale() {
        let pictured = |url: &str| sellable(creems(|product| product.image_url = Some(url.to_owned())));
        let address = |url| pictured(url).expect("sellable").image_url;
        assert_eq!(address("https://images.example/pro.png").as_deref(), Some("https://images.example/pro.png"));
        assert_eq!(address("http://images.example/pro.png"), None);
        assert_eq!(address("javascript:alert(1)"), None);
    }

    /// An interval that was not understood was left out, and what is charged every two quarters looked charged once.
    #[test]
    fn an_interval_of_its_own_is_understood_or_the_product_is_not_for_sale() {
        let custom = |interval: Option<&str>, count| {
            sellable(creems(|product| {
                product.billing_period = "custom".to_owned();
                product.recurring_interval = interval.map(str::to_owned);
                product.recurring_interval_count = count;
            }))
            .and_then(|product| product.interval())
        };
        assert_eq!(custom(Some("week"), Some(2)), Some((2, IntervalUnit::Week)));
        assert_eq!(custom(Some("week"), None), Some((1, IntervalUnit::Week)));
        assert_eq!(custom(Some("quarter"), Some(2)), None);
        assert_eq!(custom(None, Some(2)), None);
        assert_eq!(custom(Some("week"), Some(0)), None);
    }

    #[test]
    fn a_question_of_a_kind_we_do_not_know_is_left_out() {
        let field = |kind: &str| creem::CustomField {
            kind: kind.to_owned(),
            key: "team".to_owned(),
            label: "Team".to_owned(),
            optional: false,
            min_length: Some(2),
            max_length: None,
        };
        let product = sellable(creems(|product| product.custom_fields = vec![field("drawing"), field("text")]));
        let fields = product.expect("sellable").custom_fields;
        assert_eq!(fields.iter().map(|field| field.min_length).collect::<Vec<_>>(), [Some(2)]);
    }
}
