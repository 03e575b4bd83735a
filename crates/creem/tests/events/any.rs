//! Any JSON in any place: nothing panics, and one odd field never hides a payment.

use creem::Reference;
use creem::webhook::{Event, Notice};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use crate::shapes::{CHECKOUT, ORDER, completed, disputed, refunded};

const HERE: &str = "@here@";

/// Values that readers stumble over.
const ODD: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1999",
    "1999.0",
    "19.99",
    "1e400",
    "-1e-400",
    "9223372036854775808",
    r#""""#,
    r#""1999""#,
    r#""text""#,
    r#""\ud83d""#,
    r#""\ude00\u0000""#,
    r#""ch_1""#,
    r#""2026-09-21""#,
    "{}",
    "[]",
];

/// Any JSON as text, with what `Value` cannot hold: numbers beyond all bounds, half emojis, repeated names, depth.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => prop::sample::select(ODD).prop_map(str::to_owned),
        2 => any::<String>().prop_map(|text| Value::from(text).to_string()),
        1 => any::<f64>().prop_map(|number| Value::from(number).to_string()),
        1 => (100_usize..200).prop_map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth))),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let names = prop::sample::select(
            &["id", "object", "order", "product", "status", "amount", "mode", "transaction", "text", "\\ud83d"][..],
        );
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|entries| format!("[{}]", entries.join(","))),
            prop::collection::vec((names, inner), 0..5).prop_map(|fields| {
                let fields: Vec<String> = fields.iter().map(|(name, raw)| format!("\"{name}\":{raw}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

/// The pointers to every field below one.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (format!("{at}/{name}"), field)).collect(),
        Value::Array(entries) => entries.iter().enumerate().map(|(i, entry)| (format!("{at}/{i}"), entry)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (pointer, child) in children {
        pointers(child, &pointer, found);
        found.push(pointer);
    }
}

/// An event with one of its optional fields replaced.
fn with_one_changed(mut event: Value, required: &[&str], which: Index, raw: &str) -> Vec<u8> {
    let mut all = Vec::new();
    pointers(&event, "", &mut all);
    all.retain(|pointer| !required.contains(&pointer.as_str()));
    let pointer: &String = which.get(&all);
    *event.pointer_mut(pointer).expect("a field") = HERE.into();
    event.to_string().replace(&format!("\"{HERE}\""), raw).into_bytes()
}

fn names(reference: Option<&Reference>, id: &str) -> bool {
    reference.is_some_and(|reference| reference.id() == id)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn one_odd_field_never_hides_a_payment(which: Index, raw in any_json()) {
        let body = with_one_changed(completed(), &["/eventType", "/object", "/object/id"], which, &raw);
        let event = Event::parse(&body);
        prop_assert!(event.is_ok(), "{:?}: {}", event, String::from_utf8_lossy(&body));
        let notice = event.expect("an event").notice();
        let Notice::CheckoutCompleted(checkout) = notice else {
            return Err(TestCaseError::fail(format!("{notice:?}: {}", String::from_utf8_lossy(&body))));
        };
        prop_assert_eq!(checkout.id, CHECKOUT);
        prop_assert!(checkout.product.is_some());
    }

    #[test]
    fn one_odd_field_never_hides_a_refund_or_dispute(which: Index, is_refund: bool, raw in any_json()) {
        let shape = if is_refund { refunded() } else { disputed() };
        let body = with_one_changed(shape, &["/eventType", "/object"], which, &raw);
        let event = Event::parse(&body);
        prop_assert!(event.is_ok(), "{:?}: {}", event, String::from_utf8_lossy(&body));
        let notice = event.expect("an event").notice();
        let is_named = match &notice {
            Notice::Refunded(refund) => names(refund.order.as_ref(), ORDER) || names(refund.checkout.as_ref(), CHECKOUT),
            Notice::Disputed(dispute) => dispute.order.is_some(),
            Notice::CheckoutCompleted(_) | Notice::Other | Notice::Unread(_) => false,
        };
        prop_assert!(is_named, "{notice:?}: {}", String::from_utf8_lossy(&body));
        prop_assert_eq!(matches!(notice, Notice::Refunded(_)), is_refund);
    }

    #[test]
    fn any_object_is_an_event_and_reading_it_never_panics(
        event_type in prop::sample::select(&["checkout.completed", "refund.created", "dispute.created", "new"][..]),
        id in any_json(),
        created_at in any_json(),
        object in any_json(),
    ) {
        let body = format!(r#"{{"id":{id},"eventType":"{event_type}","created_at":{created_at},"object":{object}}}"#);
        let event = Event::parse(body.as_bytes());
        prop_assert!(event.as_ref().is_ok_and(|event| !event.id.is_empty()), "{event:?}: {body}");
        let _ = event.expect("an event").notice();
    }

    #[test]
    fn no_bytes_are_too_odd(bytes: Vec<u8>, text in r#"[{}\[\]":,\\u0-9d]{0,40}"#) {
        for body in [bytes.as_slice(), text.as_bytes()] {
            let _ = Event::parse(body).map(|event| event.notice());
        }
    }
}
