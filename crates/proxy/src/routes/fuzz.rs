//! Everything that reads what strangers send, fed with nonsense: it may refuse, and must not panic.
//!
//! Runs on stable Rust: seeds of the right shape, changed at random by a generator whose numbers can be had again.
//! `CHECKOUT_TEST_FUZZ` says how often for each target; what a coverage-guided fuzzer would find beyond it is not
//! here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use creem::webhook::Event;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::parameters;
use crate::checkout::forms::Form;
use crate::checkout::intents::Intents;
use crate::http::body;
use crate::payments::effect_of_tests;

/// How often each target runs in the short form.
const SHORT: usize = 20_000;

const SECRET: &str = "a-secret-of-tests-1234";

/// Pieces that parsers stumble over.
const ODD: [&[u8]; 20] = [
    b"",
    b"\0",
    b"%",
    b"%00",
    b"%ff",
    b"&",
    b"=",
    b"+",
    b"\"",
    b"\\u0000",
    b"\xff\xfe",
    b"{",
    b"}",
    b"[",
    b"null",
    b"-1",
    b"1e400",
    b"99999999999999999999",
    b"metadata[",
    b"\xf0\x9f\x92\xb3",
];

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }

    /// A seed after some changes.
    fn changed(&mut self, seeds: &[&[u8]]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].to_vec();
        for _ in 0..=self.below(6) {
            let place = self.below(bytes.len() + 1);
            match self.below(6) {
                0 if place < bytes.len() => bytes[place] ^= 1 << self.below(8),
                1 => bytes.truncate(place),
                2 if place < bytes.len() => drop(bytes.remove(place)),
                3 => {
                    let other = seeds[self.below(seeds.len())];
                    bytes.splice(place..place, other[self.below(other.len() + 1)..].iter().copied());
                }
                4 => {
                    let end = (place + self.below(9)).min(bytes.len());
                    let again = bytes[place..end].to_vec();
                    bytes.splice(place..place, again);
                }
                _ => drop(bytes.splice(place..place, ODD[self.below(ODD.len())].iter().copied())),
            }
        }
        bytes
    }
}

/// Runs one target; a panic fails the test with the input in its message.
fn run(seeds: &[&[u8]], target: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let times = std::env::var("CHECKOUT_TEST_FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or(SHORT);
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for n in 0..times {
        let input = chance.changed(seeds);
        let outcome = std::panic::catch_unwind(|| target(&input));
        assert!(outcome.is_ok(), "run {n} of {times} panicked on {:?}", String::from_utf8_lossy(&input));
    }
    println!("{times} runs without a panic");
}

#[test]
fn the_query_parser_never_panics() {
    let seeds: [&[u8]; 2] = [b"product_id=prod_1&units=2&discount_code=SAVE25", b"checkout_id=ch_1"];
    run(&seeds, |input| {
        let _ =
            parameters(Some(&String::from_utf8_lossy(input)), &["product_id", "units", "discount_code", "checkout_id"]);
    });
}

#[test]
fn the_return_verifier_never_panics() {
    let seeds: [&[u8]; 2] = [
        b"request_id=order_1&checkout_id=ch_1&order_id=ord_1&customer_id=cust_1&product_id=prod_1&signature=00ff",
        b"?plan=pro&checkout_id=ch_1&order_id=null&customer_id=&signature=%30",
    ];
    let key = creem::ApiKey::parse("creem_test_fuzz").unwrap();
    run(&seeds, |input| {
        let text = String::from_utf8_lossy(input);
        let _ = creem::return_url::verify(&text, [&key]);
        let _ = wire::Returned::parse(&text);
    });
}

#[test]
fn the_webhook_parser_never_panics() {
    let seeds: [&[u8]; 3] = [
        br#"{"id":"evt_1","eventType":"checkout.completed","created_at":1,"object":{"id":"ch_1","status":"completed",
            "request_id":"order_1","product":{"id":"prod_1"},"order":{"id":"ord_1","amount_paid":1,"currency":"USD"},
            "customer":{"id":"cust_1","email":"a@example.com"},"metadata":{"a":[1,{"b":null}]}}}"#,
        br#"{"id":"evt_2","eventType":"refund.created","created_at":2,"object":{"order":"ord_1","checkout":{"id":"ch_1"}}}"#,
        br#"{"id":"evt_3","eventType":"dispute.created","created_at":-3,"object":{"subscription":{"id":"sub_1"}}}"#,
    ];
    run(&seeds, |input| {
        if let Ok(event) = Event::parse(input) {
            effect_of_tests(&event, 0);
        }
    });
}

#[test]
fn the_form_decoder_never_panics() {
    let seeds: [&[u8]; 2] = [
        b"product_id=prod_1&units=2&discount_code=SAVE25&email=ada%40example.com&intent=a.b.c",
        b"metadata%5Bplan%5D=pro&metadata%5B%5D=&request_id=order_1&success_url=https%3A%2F%2Fshop.example%2F",
    ];
    run(&seeds, |input| drop(Form::posted(input)));
}

#[test]
fn the_json_decoder_never_panics() {
    let seeds: [&[u8]; 2] = [
        br#"{"product_id":"prod_1","units":2,"customer":{"email":"a@example.com"},"metadata":{"a":{"b":[1]}}}"#,
        br#"{"intent":"a.b.c","custom_fields":[{"type":"text","key":"a","label":"A","text":{"max_length":3}}]}"#,
    ];
    run(&seeds, |input| drop(body::checkout_request(input)));
}

#[test]
fn the_intent_decoder_never_panics_signed_or_not() {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let intents = Intents::of_tests(SECRET);
    let raw: [&[u8]; 2] = [b"eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE4MDAwMDAwNjB9.AAAA", b"..."];
    run(&raw, |input| drop(intents.read(&String::from_utf8_lossy(input), now)));
    let claims: [&[u8]; 2] = [
        br#"{"product_id":"prod_1","exp":1800000060,"iat":1799999999,"metadata":{"a":1},"customer":{"email":"a"}}"#,
        br#"{"exp":1.8e9,"nbf":null,"custom_fields":[],"units":3}"#,
    ];
    run(&claims, |input| {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256"}"#);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(input));
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
        drop(intents.apply(wire::CheckoutRequest { intent: Some(token), ..wire::CheckoutRequest::default() }, now));
    });
}
