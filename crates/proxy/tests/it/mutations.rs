//! Changed URLs and changed webhooks: however they are changed, none is taken for what it is not.

use creem::return_url::{self, ReturnUrl};
use creem::{ApiKey, webhook};

use crate::chance::{Chance, times};

/// How many are tried; `CHECKOUT_TEST_MUTATIONS` asks for more.
const SHORT: usize = 100_000;

const ODD: [&str; 12] = ["", "=", "&", "|", "%00", "%7C", "%3D", "null", "ch_other", "salt=", "+", "\u{fe0f}"];

fn genuine(key: &ApiKey, n: usize, with_own_query: bool) -> String {
    let own = if with_own_query { vec![("plan", "pro".to_owned())] } else { Vec::new() };
    let named = ["request_id", "checkout_id", "order_id", "customer_id", "product_id"];
    let prefixes = ["order_", "ch_", "ord_", "cust_", "prod_"];
    let creems = named.into_iter().zip(prefixes.map(|prefix| format!("{prefix}{n}A")));
    let pairs: Vec<(&str, String)> = own.into_iter().chain(creems).collect();
    let signature = return_url::sign(pairs.iter().map(|(name, value)| (*name, value.as_str())), key);
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}&signature={signature}", query.join("&"))
}

fn pick<'a, T>(chance: &mut Chance, from: &'a [T]) -> &'a T {
    &from[chance.below(from.len())]
}

/// One change: character, drop, add, duplicate, reorder, re-encode, or a part of another payment.
fn changed(chance: &mut Chance, query: &str, other: &str) -> String {
    let mut pairs: Vec<String> = query.split('&').map(str::to_owned).collect();
    let others: Vec<&str> = other.split('&').collect();
    let (at, to) = (chance.below(pairs.len()), chance.below(pairs.len()));
    match chance.below(8) {
        0 => {
            let mut text = query.to_owned().into_bytes();
            let place = chance.below(text.len());
            text[place] = u8::try_from(32 + chance.below(95)).expect("a printable character");
            return String::from_utf8_lossy(&text).into_owned();
        }
        1 => drop(pairs.remove(at)),
        2 => pairs.insert(at, format!("{}={}", pick(chance, &ODD), pick(chance, &ODD))),
        3 => pairs.insert(to, pairs[at].clone()),
        4 => pairs.swap(at, to),
        5 => {
            let place = chance.below(pairs[at].len());
            let encoded: String = pairs[at]
                .bytes()
                .enumerate()
                .map(
                    |(i, byte)| {
                        if i == place && byte != b'=' { format!("%{byte:02X}") } else { char::from(byte).to_string() }
                    },
                )
                .collect();
            pairs[at] = encoded;
        }
        6 => pairs[at] = (*pick(chance, &others)).to_owned(),
        _ => {
            let (name, _) = pairs[at].split_once('=').unwrap_or((&pairs[at], ""));
            pairs[at] = format!("{name}={}", pick(chance, &ODD));
        }
    }
    pairs.join("&")
}

#[test]
fn no_changed_url_tells_of_a_payment_that_was_not_made() {
    let key = ApiKey::parse("creem_test_mutations").expect("a key");
    let tries = times("CHECKOUT_TEST_MUTATIONS", SHORT);
    let mut chance = Chance::new(1);
    let mut refused = 0;
    let read = |query: &str| -> Option<ReturnUrl> { return_url::verify(query, [&key]).ok() };
    for n in 0..tries {
        let (one, other) = (genuine(&key, n % 97, n % 3 == 0), genuine(&key, n % 89 + 100, n % 2 == 0));
        let mut query = one.clone();
        for _ in 0..=chance.below(3) {
            query = changed(&mut chance, &query, &other);
            if query.is_empty() {
                break;
            }
        }
        match read(&query) {
            None => refused += 1,
            Some(url) => assert!(
                Some(&url) == read(&one).as_ref() || Some(&url) == read(&other).as_ref(),
                "try {n}: {query} was taken for {url:?}"
            ),
        }
    }
    assert!(refused > tries / 2, "most changes matter: {refused} of {tries}");
    println!("{tries} changed URLs, {refused} refused, none taken for a payment that was not made");
}

#[test]
fn no_changed_webhook_is_genuine() {
    const SECRET: &str = "whsec_mutations";
    let tries = times("CHECKOUT_TEST_MUTATIONS", SHORT);
    let mut chance = Chance::new(2);
    let other = webhook::sign(SECRET, b"{}");
    for n in 0..tries {
        let body =
            format!(r#"{{"id":"evt_{n}","eventType":"checkout.completed","created_at":1,"object":{{}}}}"#).into_bytes();
        let signature = webhook::sign(SECRET, &body);
        let (mut body_sent, mut signature_sent) = (body.clone(), signature.clone().into_bytes());
        let target = if chance.below(2) == 0 { &mut body_sent } else { &mut signature_sent };
        let place = chance.below(target.len());
        match chance.below(5) {
            0 => target[place] ^= 1 << chance.below(8),
            1 => drop(target.remove(place)),
            2 => target.insert(place, u8::try_from(chance.below(256)).expect("a byte")),
            3 => target.truncate(place),
            _ => signature_sent = other.clone().into_bytes(),
        }
        let signature_sent = String::from_utf8_lossy(&signature_sent).into_owned();
        let same = body_sent == body && signature_sent == signature;
        assert_eq!(webhook::verify(SECRET, &body_sent, &signature_sent), same, "try {n}");
    }
    println!("{tries} changed webhooks, none genuine");
}
