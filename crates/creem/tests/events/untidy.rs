//! Untidy events, each with the fault that it stands for.

use creem::webhook::{Event, Notice};
use creem::{Checkout, CheckoutStatus, EventMode, OrderStatus, Reference};
use serde_json::{Value, json};

use crate::shapes::{CHECKOUT, ORDER, PRODUCT, SUBSCRIPTION, completed, disputed, refunded};

/// Stands where raw JSON goes that `Value` cannot hold.
const HERE: &str = "@here@";

/// The body of an event with one field of its object replaced by raw JSON.
fn with(mut event: Value, pointer: &str, raw: &str) -> Vec<u8> {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = event.pointer_mut(&format!("/object{parent}")).expect("a field of the shape");
    parent[name] = HERE.into();
    event.to_string().replace(&format!("\"{HERE}\""), raw).into_bytes()
}

fn notice(body: &[u8]) -> Notice {
    Event::parse(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body))).notice()
}

fn checkout(body: &[u8]) -> Checkout {
    let notice = notice(body);
    let Notice::CheckoutCompleted(checkout) = notice else {
        panic!("{notice:?}: {}", String::from_utf8_lossy(body));
    };
    *checkout
}

fn id(reference: Option<&Reference>) -> Option<&str> {
    reference.map(Reference::id)
}

#[test]
fn a_tidy_event_is_read_in_full() {
    let event = Event::parse(completed().to_string().as_bytes()).expect("an event");
    assert_eq!((event.created_at, &event.mode), (Some(1_790_000_000_123), &Some(EventMode::Test)));
    let checkout = checkout(completed().to_string().as_bytes());
    let order = checkout.order.as_ref().expect("an order");
    assert_eq!((checkout.id.as_str(), checkout.status), (CHECKOUT, CheckoutStatus::Completed));
    assert_eq!((checkout.request_id.as_deref(), checkout.units), (Some("order_2002"), Some(2)));
    assert_eq!(
        (id(checkout.product.as_ref()), id(checkout.subscription.as_ref())),
        (Some(PRODUCT), Some(SUBSCRIPTION))
    );
    assert_eq!((order.id.as_deref(), order.charged(), order.status), (Some(ORDER), Some(2304), OrderStatus::Paid));
    assert_eq!((order.currency.as_deref(), checkout.discount_code.as_deref()), (Some("EUR"), Some("AUTUMN")));
    assert_eq!(checkout.metadata, Some(json!({"seat": "b4", "tags": [1, {"deep": null}]})));
    let customer = checkout.customer.expect("a customer");
    let text = |name| customer.text(name);
    assert_eq!((text("email").as_deref(), text("country").as_deref()), (Some("grace@example.org"), Some("FI")));
    assert_eq!((text("metadata"), text("phone")), (None, None));
}

/// Each of these was acknowledged with 200 and forgotten, without a line in the log: the buyer had paid, and the
/// payment stayed pending.
#[test]
fn a_payment_is_known_although_a_field_of_it_is_odd() {
    for (pointer, raw, fault) in [
        ("/order", "\"ord_9\"", "an id where an object was"),
        ("/order", "17", "an id that is a number"),
        ("/order", "[]", "no order at all"),
        ("/order/amount", "2400.0", "a number with a point"),
        ("/order/amount", "\"2400\"", "a number as a text"),
        ("/order/amount_due", "2304.5", "a number that is none of ours"),
        ("/order/amount_paid", "1e400", "a number beyond all bounds"),
        ("/order/currency", "null", "no currency"),
        ("/order/currency", "[\"EUR\"]", "a list of currencies"),
        ("/order/id", "null", "an order without an id"),
        ("/order/status", "\"settled\"", "a word of the future"),
        ("/status", "\"COMPLETED\"", "capitals"),
        ("/status", "\"paid_out\"", "a word of the future"),
        ("/status", "7", "a number for a word"),
        ("/checkout_url", "{\"href\":\"https://creem.io\"}", "an object for a text"),
        ("/request_id", "\"order.2002\"", "a reference with a point"),
        ("/request_id", "2002", "a reference that is a number"),
        ("/request_id", "[]", "a reference that is none"),
        ("/product", "null", "no product"),
        ("/product/id", "{}", "a product without an id"),
        ("/customer", "[{\"id\":\"cust_1\"}]", "a list of one"),
        ("/customer/name", "\"Gr\\ud83d\"", "half an emoji"),
        ("/customer/name", "\"\\u0000\"", "a NUL"),
        ("/subscription", "[\"sub_1\"]", "a list of one"),
        ("/units", "\"two\"", "a word for a number"),
        ("/metadata", "[1e400]", "a number beyond all bounds"),
        ("/license_keys", "{\"0\":1e400}", "an object for a list, and a number beyond all bounds"),
        ("/feature", &format!("{}{}", "[".repeat(130), "]".repeat(130)), "130 levels"),
        ("/metadata", &format!("{}{}", "{\"a\":".repeat(130) + "1", "}".repeat(130)), "130 levels"),
        ("/discount", "\"dis_1\"", "an id where an object was"),
        ("/mode", "null", "no mode"),
    ] {
        let checkout = checkout(&with(completed(), pointer, raw));
        assert_eq!(checkout.id, CHECKOUT, "{fault}");
        assert_eq!(id(checkout.product.as_ref()), Some(PRODUCT), "{fault}: the order names it as well");
    }
}

#[test]
fn odd_spellings_say_the_same() {
    let order = |pointer: &str, raw: &str| checkout(&with(completed(), pointer, raw)).order.expect("an order");
    for raw in ["2304", "2304.0", "\"2304\"", "2.304e3", "\" 2304 \"", "230400e-2"] {
        assert_eq!(order("/order/amount_paid", raw).charged(), Some(2304), "{raw}");
    }
    for raw in ["19.99", "\"many\"", "1e400", "null", "true", "\"0x900\"", "99999999999999999999"] {
        assert_eq!(order("/order/amount_paid", raw).amount_paid, None, "{raw}");
    }
    assert_eq!(order("/order/currency", "\"eur\"").currency.as_deref(), Some("EUR"));
    assert_eq!(order("/order", "\"ord_9\"").id.as_deref(), Some("ord_9"));
    let request_id = |raw: &str| checkout(&with(completed(), "/request_id", raw)).request_id;
    assert_eq!(request_id("2002").as_deref(), Some("2002"));
    for absent in ["null", "\"\"", "{}"] {
        assert_eq!(request_id(absent), None, "{absent}");
    }
    let metadata = |raw: &str| checkout(&with(completed(), "/metadata", raw)).metadata;
    assert_eq!(
        metadata(r#"{"plan":"pro","n":1e400,"l":[1,-1e999]}"#),
        Some(json!({"plan": "pro", "n": null, "l": [1, null]}))
    );
    assert_eq!(metadata(r#"{"name":"a\u0000b\udc00"}"#), Some(json!({"name": "a\u{FFFD}b\u{FFFD}"})));
    let customer = |raw: &str| checkout(&with(completed(), "/customer", raw)).customer;
    assert_eq!(customer("\"cust_7\"").as_ref().map(Reference::id), Some("cust_7"));
    assert_eq!(
        customer("{\"email\":\"a@example.org\"}").and_then(|found| found.text("email")).as_deref(),
        Some("a@example.org")
    );
}

#[test]
fn the_id_alone_is_enough_of_a_payment() {
    for object in [r#"{"id":"ch_0TestCheckout"}"#, r#""ch_0TestCheckout""#] {
        let body = format!(r#"{{"id":"evt_1","eventType":"checkout.completed","object":{object}}}"#);
        let checkout = checkout(body.as_bytes());
        assert_eq!((checkout.id.as_str(), checkout.status), (CHECKOUT, CheckoutStatus::Unknown));
        assert!(checkout.product.is_none() && checkout.order.is_none());
    }
    let foreign = checkout(&with(completed(), "/id", "\"session 17\""));
    assert_eq!(foreign.id, "session 17", "which ids are Creem's is not for the reader to say");
    let of_length = |length: usize| with(completed(), "/id", &format!("\"{}\"", "a".repeat(length)));
    assert_eq!(checkout(&of_length(1024)).id.len(), 1024);
    let Notice::Unread(unreadable) = notice(&of_length(1025)) else { panic!("no database keeps it") };
    assert_eq!(unreadable.to_string(), "checkout: id is too long for an id");
}

/// These were rejected on every delivery, until Creem gave up.
#[test]
fn a_body_that_is_not_quite_utf_8_or_json_is_read() {
    let text = completed().to_string();
    let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    assert_eq!(checkout(&marked).id, CHECKOUT, "a byte order mark");
    let mut latin = text.replace("Grace", "Gr@ce").into_bytes();
    let at = latin.windows(4).position(|bytes| bytes == b"Gr@c").expect("the name") + 2;
    latin[at] = 0xE2;
    let customer = checkout(&latin).customer.expect("a customer");
    assert_eq!(customer.text("name").as_deref(), Some("Gr\u{FFFD}ce"), "Latin 1");
    for (name, read) in
        [(r"\ud83d", "\u{FFFD}"), (r"\ude00", "\u{FFFD}"), (r"\ud83d\ude00", "😀"), (r"\\ud83d", r"\ud83d")]
    {
        let body = with(completed(), "/customer/name", &format!("\"{name}\""));
        assert_eq!(
            checkout(&body).customer.and_then(|customer| customer.text("name")).as_deref(),
            Some(read),
            "{name}"
        );
    }
}

#[test]
fn of_a_repeated_field_the_last_counts() {
    let body = br#"{"id":"evt_1","eventType":"refund.created","eventType":"checkout.completed","id":"evt_2",
        "object":{"id":"ch_1","id":"ch_2","request_id":"a","request_id":"b"}}"#;
    let event = Event::parse(body).expect("an event");
    assert_eq!(event.id, "evt_2");
    let Notice::CheckoutCompleted(checkout) = event.notice() else { panic!("{event:?}") };
    assert_eq!((checkout.id.as_str(), checkout.request_id.as_deref()), ("ch_2", Some("b")));
}

#[test]
fn moments_are_read_in_every_form_and_never_beyond_time() {
    for (raw, moment) in [
        ("1790000000123", Some(1_790_000_000_123)),
        ("\"1790000000123\"", Some(1_790_000_000_123)),
        ("1.790000000123e12", Some(1_790_000_000_123)),
        ("1790000000", Some(1_790_000_000_000)),
        ("1790000000.123", Some(1_790_000_000_123)),
        ("99999999999", Some(99_999_999_999_000)),
        ("100000000000", Some(100_000_000_000)),
        ("\"2026-09-21T14:13:20.123Z\"", Some(1_790_000_000_123)),
        ("\"2026-09-21T16:13:20.123+02:00\"", Some(1_790_000_000_123)),
        ("\"2026-09-21T14:13:20\"", Some(1_790_000_000_000)),
        ("\"2026-09-21 14:13:20\"", Some(1_790_000_000_000)),
        ("\"2026-09-21\"", Some(1_789_948_800_000)),
        ("9223372036854775807", None),
        ("1e400", None),
        ("\"yesterday\"", None),
        ("{}", None),
        ("\"\"", None),
        ("null", None),
    ] {
        let body = format!(r#"{{"id":"evt_1","eventType":"x","created_at":{raw},"object":{{}}}}"#);
        assert_eq!(Event::parse(body.as_bytes()).expect(raw).created_at, moment, "{raw}");
    }
}

#[test]
fn an_envelope_without_a_type_or_an_object_is_no_event() {
    for body in [
        "",
        "{",
        "[]",
        "null",
        "7",
        "\"x\"",
        "{} x",
        r#"{"id":"evt_1"}"#,
        r#"{"id":"evt_1","eventType":""}"#,
        r#"{"eventType":"x","object":[}"#,
        "{\"eventType\":\"a\nb\"}",
    ] {
        assert!(Event::parse(body.as_bytes()).is_err(), "{body}");
    }
    let event = Event::parse(br#"{"eventType":"x"}"#).expect("an event");
    assert!(matches!(event.notice(), Notice::Other));
}

#[test]
fn refunds_and_disputes_are_read_with_their_amounts() {
    let Notice::Refunded(refund) = notice(refunded().to_string().as_bytes()) else { panic!("no refund") };
    assert_eq!((refund.amount, refund.currency.as_deref(), refund.took_effect()), (Some(2304), Some("EUR"), true));
    assert_eq!(id(refund.checkout.as_ref()), Some(CHECKOUT));
    assert_eq!(refund.checkout.and_then(|checkout| checkout.text("request_id")).as_deref(), Some("order_2002"));
    let Notice::Disputed(dispute) = notice(disputed().to_string().as_bytes()) else { panic!("no dispute") };
    assert_eq!((dispute.amount, dispute.currency.as_deref(), dispute.took_effect()), (Some(2304), Some("EUR"), true));
    assert_eq!((id(dispute.order.as_ref()), id(dispute.checkout.as_ref())), (Some(ORDER), None));
    // One cent of it, and one that failed: both were the whole payment gone.
    let Notice::Refunded(partly) = notice(&with(refunded(), "/refund_amount", "1.0")) else { panic!("no refund") };
    assert_eq!(partly.amount, Some(1));
    let Notice::Refunded(failed) = notice(&with(refunded(), "/status", "\"failed\"")) else { panic!("no refund") };
    assert!(!failed.took_effect());
    let Notice::Refunded(by_transaction) = notice(&with(refunded(), "/order", "null")) else { panic!("no refund") };
    assert_eq!(id(by_transaction.order.as_ref()), Some(ORDER));
}
