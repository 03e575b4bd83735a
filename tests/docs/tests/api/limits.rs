//! Limits and bounds, as they are said and as they are enforced.

use wire::link::Parameter;
use wire::{MAX_DISCOUNT_CODE_CHARS, MAX_UNITS, RequestId, metadata};

use super::{rows, source};

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
