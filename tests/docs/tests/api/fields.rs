//! The fields of requests and answers, and the words that they can have.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value, json};
use wire::{
    BillingPeriod, BillingType, CheckboxLabel, CheckoutCreated, CheckoutId, CheckoutRequest, Currency, CustomField,
    CustomFieldDefinition, CustomFieldType, Customer, Date, DiscountDuration, DiscountOutcome, Due, DueStep, ErrorCode,
    ErrorDetail, IntervalUnit, Payment, PaymentStatus, Product, ProductId, Quote, QuotedDiscount, Receipt, RequestId,
    TaxMode, TextBounds,
};

use super::{named, rows, section};

/// The names of a value's fields, where it has everything it can have.
fn fields(whole: &impl Serialize) -> BTreeSet<String> {
    let Value::Object(map) = serde_json::to_value(whole).expect("JSON") else { panic!("an object") };
    map.into_iter().map(|(name, _)| name).collect()
}

fn product() -> Product {
    Product {
        id: ProductId::parse("prod_1").expect("an id"),
        name: "Pro".into(),
        description: "All of it".into(),
        description_html: "<p>All of it</p>".into(),
        image_url: Some("https://shop.example/pro.png".into()),
        price: 1500,
        currency: Currency::parse("USD").expect("a currency"),
        billing_type: BillingType::Recurring,
        billing_period: BillingPeriod::Custom,
        recurring_interval: Some(IntervalUnit::Week),
        recurring_interval_count: Some(2),
        trial_period_days: Some(14),
        trial_price: Some(100),
        includes: vec!["Support".into()],
        badge: Some("Popular".into()),
        label: Some("Fortnightly".into()),
        tax_mode: TaxMode::Exclusive,
        custom_fields: vec![question()],
    }
}

fn question() -> CustomField {
    CustomField {
        kind: CustomFieldType::Text,
        key: "company".into(),
        label: "Company".into(),
        optional: true,
        min_length: Some(1),
        max_length: Some(80),
    }
}

fn definition() -> CustomFieldDefinition {
    CustomFieldDefinition {
        kind: CustomFieldType::Text,
        key: "company".into(),
        label: "Company".into(),
        optional: Some(true),
        text: Some(TextBounds { max_length: Some(80), min_length: Some(1) }),
        checkbox: Some(CheckboxLabel { label: Some("Yes".into()) }),
    }
}

fn discount() -> QuotedDiscount {
    QuotedDiscount {
        code: "SAVE25".into(),
        outcome: DiscountOutcome::Applied,
        amount: 375,
        duration: Some(DiscountDuration::Repeating),
        duration_in_months: Some(3),
    }
}

fn due() -> Due {
    let from = Date::from_unix_ms(0);
    Due { today: 100, then: vec![DueStep { amount: 1500, period: BillingPeriod::Custom, from, times: None }] }
}

fn receipt() -> Receipt {
    Receipt {
        product: Some(product()),
        units: Some(1),
        email: Some("ada@example.com".into()),
        license_keys: vec!["AAAAA".into()],
        after_text: Some("Ready.".into()),
        after_url: Some("https://shop.example/".into()),
        portal_url: Some("https://creem.io/".into()),
    }
}

/// Written out, so that a new field does not compile until it is here.
#[test]
fn every_field_is_listed() {
    let request = CheckoutRequest {
        product_id: "prod_1".into(),
        request_id: Some("order_1".into()),
        units: Some(1),
        discount_code: Some("SAVE25".into()),
        affiliate_code: Some("ada".into()),
        customer: Some(Customer { email: Some("ada@example.com".into()) }),
        custom_fields: vec![definition()],
        success_url: Some("https://shop.example/".into()),
        metadata: Some(Map::new()),
        consent: Some(true),
        intent: Some("eyJ".into()),
    };
    let (request_id, checkout_id) = (RequestId::parse("order_1"), CheckoutId::parse("ch_1"));
    let (request_id, checkout_id) = (request_id.expect("a reference"), checkout_id.expect("an id"));
    let created = CheckoutCreated {
        request_id: request_id.clone(),
        checkout_id: checkout_id.clone(),
        checkout_url: "https://creem.io/".into(),
    };
    let quote = Quote {
        product_id: product().id,
        units: 1,
        currency: product().currency,
        subtotal: 1500,
        total: 1125,
        due: due(),
        tax: TaxMode::Exclusive,
        discount: Some(discount()),
    };
    let payment = Payment {
        request_id,
        checkout_id,
        status: PaymentStatus::Paid,
        product_id: product().id,
        amount: Some(1125),
        currency: Some(product().currency),
        order_id: Some("ord_1".into()),
        subscription_id: Some("sub_1".into()),
        updated_at: "2026-11-22T10:00:00Z".into(),
        receipt: Some(receipt()),
    };
    let error = ErrorDetail {
        code: ErrorCode::UnitsInvalid,
        message: "units".into(),
        field: Some("units".into()),
        trace_id: "1".into(),
    };
    for (heading, fields) in [
        ("`POST /api/checkouts`", fields(&request)),
        ("Session", fields(&created)),
        ("Product", fields(&product())),
        ("Quote", fields(&quote)),
        ("Due", fields(&due())),
        ("Discount", fields(&discount())),
        ("Payment", fields(&payment)),
        ("Receipt", fields(&receipt())),
        ("Custom field", fields(&definition())),
        ("Error", fields(&error)),
    ] {
        assert_eq!(named(heading, "field"), fields, "{heading}");
    }
    for (heading, inner) in [
        ("Product", fields(&question())),
        ("Due", fields(&due().then[0])),
        ("`POST /api/checkouts`", fields(&request.customer)),
        ("Custom field", fields(&definition().text)),
    ] {
        let section = section(heading);
        inner.iter().for_each(|name| assert!(section.contains(&format!("`{name}`")), "{heading} does not name {name}"));
    }
}

/// Which fields are always there, by what is left out of an empty one.
#[test]
fn what_may_be_absent_is_marked() {
    let least = json!({
        "id": "prod_1", "name": "Pro", "price": 1500, "currency": "USD", "billing_type": "onetime",
        "billing_period": "once", "tax_mode": "exclusive"
    });
    let product: Product = serde_json::from_value(least).expect("a product");
    let discount = QuotedDiscount { duration: None, duration_in_months: None, ..discount() };
    for (heading, always) in
        [("Product", fields(&product)), ("Discount", fields(&discount)), ("Receipt", fields(&Receipt::default()))]
    {
        let unmarked: BTreeSet<String> = rows(heading, "field")
            .iter()
            .filter(|row| !row[0].contains('○'))
            .map(|row| row[0].trim_matches('`').to_owned())
            .collect();
        assert_eq!(unmarked, always, "{heading}");
    }
}

#[test]
fn the_words_a_field_can_have_are_all_there() {
    let word = |value: Value| value.as_str().expect("a word").to_owned();
    let statuses = [
        PaymentStatus::Pending,
        PaymentStatus::Processing,
        PaymentStatus::Paid,
        PaymentStatus::Expired,
        PaymentStatus::Refunded,
        PaymentStatus::Disputed,
    ];
    let outcomes = [
        DiscountOutcome::Applied,
        DiscountOutcome::Unknown,
        DiscountOutcome::Expired,
        DiscountOutcome::NotStarted,
        DiscountOutcome::UsedUp,
        DiscountOutcome::WrongProduct,
        DiscountOutcome::WrongCurrency,
    ];
    let words = statuses.map(|status| ("Payment", "status", word(json!(status)))).into_iter();
    let words = words.chain(outcomes.map(|outcome| ("Discount", "outcome", word(json!(outcome)))));
    for (heading, field, word) in words {
        let rows = rows(heading, "field");
        let row = rows.iter().find(|row| row[0] == format!("`{field}`")).expect("a row");
        assert!(row[1].contains(&format!("`{word}`")), "{field} of {heading} does not name {word}");
    }
}
