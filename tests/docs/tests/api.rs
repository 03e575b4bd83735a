//! `docs/api.md`, held against the code in both directions: what there is stands in it, and what stands in it is there.

use std::collections::BTreeSet;
use std::fs;

use serde::Serialize;
use serde_json::{Map, Value, json};
use wire::link::Parameter;
use wire::{
    BillingPeriod, BillingType, CheckboxLabel, CheckoutCreated, CheckoutId, CheckoutRequest, Currency, CustomField,
    CustomFieldDefinition, CustomFieldType, Customer, Date, DiscountDuration, DiscountOutcome, Due, DueStep, ErrorCode,
    ErrorDetail, IntervalUnit, MAX_DISCOUNT_CODE_CHARS, MAX_UNITS, Payment, PaymentStatus, Product, ProductId, Quote,
    QuotedDiscount, Receipt, RequestId, TaxMode, TextBounds, metadata,
};

use crate::guide::{root, text};
use crate::shell::Shell;

const GUIDE: &str = "docs/api.md";

/// A section, from its heading to the next one of any level.
fn section(heading: &str) -> String {
    let guide = text(GUIDE);
    let lines: Vec<&str> = guide.lines().skip_while(|line| line.trim_start_matches(['#', ' ']) != heading).collect();
    assert!(!lines.is_empty(), "there is no section {heading}");
    lines[1..].iter().take_while(|line| !line.starts_with('#')).flat_map(|line| [line, "\n"]).collect()
}

/// The rows of a section's table whose first column has this head, as their cells.
fn rows(heading: &str, head: &str) -> Vec<Vec<String>> {
    let section = section(heading);
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split(" | ").map(|cell| cell.trim_matches([' ', '|']).to_owned()).collect()
    };
    let table = section.lines().skip_while(|line| !line.starts_with(&format!("| {head} |")));
    let rows: Vec<_> = table.skip(2).take_while(|line| line.starts_with('|')).map(cells).collect();
    assert!(!rows.is_empty(), "{heading} has no table of {head}");
    rows
}

/// What stands in backticks at the beginning of each row.
fn named(heading: &str, head: &str) -> BTreeSet<String> {
    let name = |row: &Vec<String>| row[0].split('`').nth(1).expect("a name").to_owned();
    rows(heading, head).iter().map(name).collect()
}

fn source(file: &str) -> String {
    fs::read_to_string(root().join(file)).expect("a source")
}

fn set<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// The names of a value's fields, where it has everything it can have.
fn fields(whole: &impl Serialize) -> BTreeSet<String> {
    let Value::Object(map) = serde_json::to_value(whole).expect("JSON") else { panic!("an object") };
    map.into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_endpoint_is_listed() {
    let router = source("crates/proxy/src/proxy.rs");
    let routes = router.split(".route(\"").skip(1).map(|rest| {
        let (path, rest) = rest.split_once('"').expect("a path");
        let method = rest.trim_start_matches([',', ' ']).split('(').next().expect("a method");
        format!("{} {path}", method.to_uppercase())
    });
    assert_eq!(named("Endpoints", "call"), routes.collect());
}

#[test]
fn the_parameters_and_events_are_those_that_are_read_and_sent() {
    let parameters = |file: &str| -> Vec<BTreeSet<String>> {
        let source = source(file);
        let lists = source.split("parameters(query.as_deref(), &[").chain(source.split("parameters(query, &["));
        let lists = lists.filter_map(|rest| rest.split_once("])").map(|(list, _)| list.to_owned()));
        let quoted = |list: String| list.split('"').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
        lists.filter(|list| list.starts_with('"')).map(quoted).collect()
    };
    assert_eq!(parameters("crates/proxy/src/routes/quote.rs"), [named("`GET /api/quote`", "parameter")]);
    let payments = parameters("crates/proxy/src/routes/payments.rs");
    assert_eq!(payments.len(), 2, "{payments:?}");
    for heading in ["`GET /api/payments`", "`GET /api/payments/{request_id}`"] {
        assert!(payments.contains(&named(heading, "parameter")), "{heading}: {payments:?}");
    }
    let stream = "`GET /api/payments/{request_id}/events`";
    assert!(payments.contains(&named(stream, "parameter")));
    let events = source("crates/proxy/src/routes/events.rs");
    let sent = events.split(".event(\"").skip(1).filter_map(|rest| rest.split('"').next());
    assert_eq!(named(stream, "event"), set(sent));
}

#[test]
fn every_error_code_has_its_status_a_cause_and_a_cure() {
    let documented: Vec<(String, String)> = rows("Errors", "code")
        .into_iter()
        .map(|row| {
            assert!(row.len() == 4 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
            (row[0].trim_matches('`').to_owned(), row[1].clone())
        })
        .collect();
    let known = |code: &ErrorCode| (code.as_str().to_owned(), code.status().to_string());
    assert_eq!(documented, ErrorCode::ALL.iter().map(known).collect::<Vec<_>>());
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

/// What is limited, what the guide says of it, and each constant with its file that says so too.
type Limit = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Each limit, as it is said and as it is declared: a change of either fails here.
#[test]
fn every_limit_is_the_one_that_is_enforced() {
    let limits: [Limit; 13] = [
        ("body", "64 KiB", &[("http/body.rs", "MAX_BODY_BYTES: usize = 64 * 1024;")]),
        ("webhook", "1 MiB", &[("http/body.rs", "MAX_WEBHOOK_BYTES: usize = 1024 * 1024;")]),
        (
            "fields of a form",
            "66",
            &[("checkout/forms.rs", "MAX_FIELDS: usize = Parameter::COUNT + metadata::MAX_KEYS + 1;")],
        ),
        ("head of a request", "32 KiB", &[("proxy/server.rs", "MAX_HEAD_BYTES: usize = 32 * 1024;")]),
        (
            "sessions per client",
            "20 a minute, in bursts of 10",
            &[
                ("limits.rs", "create: NonZeroU32::new(20)"),
                ("limits.rs", "CREATE_BURST: NonZeroU32 = NonZeroU32::new(10)"),
            ],
        ),
        (
            "sessions per client and reference",
            "50 an hour",
            &[("limits.rs", "PER_REFERENCE: NonZeroU32 = NonZeroU32::new(50)")],
        ),
        ("quotes per client", "60 a minute", &[("limits.rs", "quote: NonZeroU32::new(60)")]),
        ("calls to Creem", "100 a minute", &[("limits.rs", "upstream: NonZeroU32::new(100)")]),
        (
            "streams of events",
            "16 per client, 1000 in all",
            &[
                ("payments/changes.rs", "MAX_LISTENERS: usize = 1000;"),
                ("payments/changes.rs", "MAX_LISTENERS_PER_CLIENT: usize = 16;"),
            ],
        ),
        (
            "connections",
            "32 per client, 4096 in all",
            &[
                ("proxy/server.rs", "MAX_CONNECTIONS_PER_CLIENT: usize = 32;"),
                ("limits/handles.rs", "MAX_CONNECTIONS: usize = 4096;"),
            ],
        ),
        (
            "webhooks being received",
            "4 MiB per client, 16 MiB in all",
            &[
                ("routes/webhooks.rs", "MAX_UNSIGNED_BYTES: usize = 16 * 1024 * 1024;"),
                ("routes/webhooks.rs", "MAX_UNSIGNED_BYTES_PER_CLIENT: usize = MAX_UNSIGNED_BYTES / 4;"),
            ],
        ),
        ("payments on a page", "100", &[("routes/payments.rs", "PAGE_SIZE: i64 = 100;")]),
        ("sessions listed per reference", "200", &[("ledger/known.rs", "MAX_SESSIONS: i64 = 200;")]),
    ];
    let documented = rows("Limits", "what");
    assert_eq!(documented.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), limits.map(|(what, ..)| what));
    for (row, (what, said, constants)) in documented.iter().zip(limits) {
        assert!(row[1].starts_with(said), "{what}: {row:?}");
        for (file, declared) in constants {
            assert!(source(&format!("crates/proxy/src/{file}")).contains(declared), "{what}: no {declared} in {file}");
        }
    }
    assert_eq!(documented[2][1], (Parameter::COUNT + metadata::MAX_KEYS + 1).to_string());
}

#[test]
fn the_bounds_of_a_session_are_those_of_the_contract() {
    let bounds = rows("`POST /api/checkouts`", "field");
    let bound = |field: &str| {
        let row = bounds.iter().find(|row| row[0] == format!("`{field}`"));
        row.expect("a row")[2].clone()
    };
    assert!(bound("units").starts_with(&format!("1 to {MAX_UNITS};")), "{}", bound("units"));
    assert_eq!(bound("discount_code"), format!("{MAX_DISCOUNT_CODE_CHARS} characters"));
    assert_eq!(
        bound("metadata"),
        format!(
            "an object of {} keys of {} characters, texts of {}, {} levels, {} bytes",
            metadata::MAX_KEYS,
            metadata::MAX_KEY_CHARS,
            metadata::MAX_TEXT_CHARS,
            metadata::MAX_DEPTH,
            metadata::MAX_BYTES
        )
    );
    assert!(RequestId::parse(&"a".repeat(128)).is_ok() && RequestId::parse(&"a".repeat(129)).is_err());
    assert!(bound("request_id").starts_with("1 to 128 characters"), "{}", bound("request_id"));
    let constants = [
        ("affiliate_code", "1 to 64", "checkout/sessions/checks.rs", "MAX_AFFILIATE_CODE_CHARS: usize = 64;"),
        ("custom_fields", "at most 3", "checkout/sessions/checks.rs", "MAX_CUSTOM_FIELDS: usize = 3;"),
        ("success_url", "2048 bytes", "checkout/return_target.rs", "MAX_BYTES: usize = 2048;"),
        ("intent", "at most 24 hours", "checkout/intents.rs", "LONGEST_LIFE_S: f64 = 24.0 * 3600.0;"),
    ];
    for (field, said, file, declared) in constants {
        assert!(bound(field).starts_with(said), "{field}: {}", bound(field));
        assert!(source(&format!("crates/proxy/src/{file}")).contains(declared), "{field}: no {declared} in {file}");
    }
}

#[test]
fn every_metric_is_listed_with_its_kind_and_its_labels() {
    let counted = source("crates/proxy/src/telemetry.rs");
    let described = counted.split("describe_").skip(1).filter_map(|rest| {
        let (kind, rest) = rest.split_once("!(").filter(|(kind, _)| !kind.contains(' '))?;
        Some((rest.split('"').nth(1)?.to_owned(), kind.to_owned()))
    });
    let described: BTreeSet<(String, String)> = described.collect();
    assert!(described.len() > 10, "{described:?}");
    let documented = rows("Metrics", "name");
    let unquoted = |cell: &str| cell.trim_matches('`').to_owned();
    assert_eq!(documented.iter().map(|row| (unquoted(&row[0]), row[1].clone())).collect::<BTreeSet<_>>(), described);
    // A label is a pair of a macro: `"route" => …`, or `("route", …)` in a list of them.
    let of_a_macro = counted.split("\" => ").filter_map(|before| before.rsplit('"').next());
    let of_a_macro = of_a_macro.take(counted.matches("\" => ").count());
    let of_a_list = counted.split("(\"").skip(1).filter_map(|rest| rest.split_once("\", ").map(|(name, _)| name));
    let is_a_word = |name: &&str| name.chars().all(|letter| letter.is_ascii_lowercase());
    let labels = set(of_a_macro.chain(of_a_list).filter(is_a_word));
    let told: BTreeSet<String> = documented
        .iter()
        .flat_map(|row| row.get(3).map(String::as_str).unwrap_or_default().split(", "))
        .map(unquoted)
        .filter(|label| !label.is_empty())
        .collect();
    assert_eq!(told, labels);
}

#[test]
fn every_setting_and_command_is_listed() {
    let shell = Shell::open();
    let help = shell.run("creem-checkout serve --help");
    let variables = help.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next());
    assert_eq!(named("Settings", "variable"), set(variables));
    let help = shell.run("creem-checkout --help");
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands = commands.filter_map(|line| line.split_whitespace().next()).filter(|command| *command != "help");
    let documented = named("Commands", "command");
    assert_eq!(documented, commands.map(|command| format!("creem-checkout {command}")).collect());
}
