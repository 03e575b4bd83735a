//! Changed URLs and changed webhooks, through the whole check: however they are changed, none is taken for what it is
//! not.
//!
//! The calls go to the router itself, without a socket, so that there can be very many of them.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, Uri};
use creem::return_url::{self, ReturnUrl};
use creem::{ApiKey, webhook};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row;
use tower::ServiceExt;
use url::form_urlencoded;

use crate::chance::{Chance, times};
use crate::shop::{LIFETIME, MONTHLY, OTHER_SITE, Shop, Webhooks};

/// How many are tried in the short form.
const SHORT: usize = 100_000;

/// How many of them are calls; the others are shown to the verifier alone, which is much quicker.
const SHORT_CALLS: usize = 30_000;

/// How many are tried, and how many of those as calls: all that `CHECKOUT_TEST_MUTATIONS` asks for, or the short form.
fn lengths() -> (usize, usize) {
    let tries = times("CHECKOUT_TEST_MUTATIONS", SHORT);
    (tries, times("CHECKOUT_TEST_MUTATIONS", SHORT_CALLS))
}

const ODD: [&str; 12] = ["", "=", "&", "|", "%00", "%7C", "%3D", "null", "ch_other", "salt=", "+", "\u{fe0f}"];

fn pick<'a, T>(chance: &mut Chance, from: &'a [T]) -> &'a T {
    &from[chance.below(from.len())]
}

async fn call(app: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let answer = app.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// Pays for something, and says with which query the buyer comes back.
async fn paid(shop: &Shop, session: &Value, signature: &str) -> String {
    shop.control(Method::POST, "/_sandbox/switches", json!({ "return_signature": signature })).await;
    let created = shop.create(session).await;
    shop.pay(created.checkout_id.as_str()).await.query().expect("a query").to_owned()
}

/// A query as a buyer would like it who has paid for one thing and wants another.
async fn unpaid(shop: &Shop) -> String {
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_unpaid"})).await;
    let known = format!("request_id=order_unpaid&checkout_id={}&order_id=ord_1", created.checkout_id);
    format!("{known}&customer_id=cust_1&product_id={LIFETIME}&signature={}", "0".repeat(64))
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
            let encoded = pairs[at].bytes().enumerate().map(|(i, byte)| match i == place && byte != b'=' {
                true => format!("%{byte:02X}"),
                false => char::from(byte).to_string(),
            });
            pairs[at] = encoded.collect();
        }
        6 => pairs[at] = (*pick(chance, &others)).to_owned(),
        _ => {
            let (name, _) = pairs[at].split_once('=').unwrap_or((&pairs[at], ""));
            pairs[at] = format!("{name}={}", pick(chance, &ODD));
        }
    }
    pairs.join("&")
}

/// All that a query says to us: Creem's parameters in their order and the signature, without those that are empty.
///
/// What else stands there is the merchant's, whose page may make of it what it likes, and how a character is written is
/// nothing at all: queries that say the same are the same.
fn meaning(query: &str) -> (Vec<(String, String)>, String) {
    let said = form_urlencoded::parse(query.as_bytes()).into_owned();
    let said = said.filter(|(_, value)| !value.is_empty() && value != "null");
    let (signature, rest): (Vec<_>, Vec<_>) = said.partition(|(name, _)| name == "signature");
    let creems = rest.into_iter().filter(|(name, _)| return_url::PARAMETERS.contains(&name.as_str())).collect();
    // What is no letter or digit behind the signature was added by a mail program.
    let signature = signature.into_iter().map(|(_, value)| value).collect::<String>();
    (creems, signature.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned())
}

/// The payment a returned URL is taken for by the router.
async fn returned(app: &Router, address: Uri) -> Option<Value> {
    let (status, answer) = call(app, Request::get(address).body(Body::empty()).expect("a request")).await;
    if status == StatusCode::OK {
        assert_eq!(answer["status"], "paid");
        return Some(answer);
    }
    assert_eq!(answer["error"]["code"], "return_not_genuine");
    None
}

/// The payment a returned URL is taken for by the verifier.
fn verified(query: &str) -> Option<Value> {
    let key = ApiKey::parse(sandbox::API_KEY).expect("a key");
    let ReturnUrl { request_id, checkout_id, order_id, product_id, .. } = return_url::verify(query, [&key]).ok()?;
    Some(json!({
        "request_id": request_id, "checkout_id": checkout_id, "order_id": order_id, "product_id": product_id
    }))
}

#[tokio::test]
async fn no_changed_url_tells_of_a_payment_that_was_not_made() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let thanks = format!("{OTHER_SITE}/thanks?plan=pro&page=2");
    let genuine = [
        paid(&shop, &json!({"product_id": LIFETIME, "request_id": "order_1"}), "current").await,
        paid(&shop, &json!({"product_id": LIFETIME, "request_id": "order_2", "units": 2}), "current").await,
        paid(&shop, &json!({"product_id": MONTHLY, "request_id": "order_3", "success_url": thanks}), "current").await,
        paid(&shop, &json!({"product_id": MONTHLY, "request_id": "order_4", "success_url": thanks}), "own_query").await,
    ];
    let wished = unpaid(&shop).await;
    let meanings: Vec<_> = genuine.iter().map(|query| meaning(query)).collect();
    let app = shop.app().await;
    let (tries, calls) = lengths();
    let mut chance = Chance::new(1);
    let (mut accepted, mut refused) = (0, 0);
    for n in 0..tries {
        let one = pick(&mut chance, &genuine);
        let other = if n % 4 == 0 { &wished } else { pick(&mut chance, &genuine) };
        let mut query = one.clone();
        for _ in 0..=chance.below(3) {
            query = changed(&mut chance, &query, other);
        }
        // What is no address reaches nobody.
        let Ok(address) = format!("/api/return?{query}").parse::<Uri>() else { continue };
        let arrived = address.query().unwrap_or_default().to_owned();
        let taken = if n < calls { returned(&app, address).await } else { verified(&arrived) };
        let Some(taken) = taken else {
            refused += 1;
            continue;
        };
        let Some((said, _)) = meanings.iter().find(|meant| **meant == meaning(&arrived)) else {
            panic!("try {n}: {query} was taken for {taken}");
        };
        for name in ["request_id", "checkout_id", "order_id", "product_id"] {
            let meant = said.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            assert_eq!(taken[name].as_str(), meant, "try {n}: {query}");
        }
        accepted += 1;
    }
    assert!(refused > tries / 2 && accepted > 0, "most changes matter: {refused} of {tries}");
    println!(
        "{tries} changed URLs, {calls} of them as calls: {refused} refused, {accepted} that still say the same, \
         no other accepted"
    );
}

/// A delivery: its body, and the headers that speak of it.
#[derive(Clone, PartialEq)]
struct Delivery {
    body: Vec<u8>,
    headers: Vec<(&'static str, Vec<u8>)>,
}

impl Delivery {
    fn of(body: Vec<u8>) -> Self {
        let signature = webhook::sign(sandbox::WEBHOOK_SECRET, &body);
        Self { body, headers: vec![(webhook::SIGNATURE_HEADER, signature.into_bytes())] }
    }

    fn signature(&mut self) -> &mut Vec<u8> {
        &mut self.headers[0].1
    }

    /// What decides: the bytes of the body and the first signature. What stands beside them decides nothing.
    fn meaning(&self) -> (&[u8], Option<&[u8]>) {
        let first = self.headers.iter().find(|(name, _)| *name == webhook::SIGNATURE_HEADER);
        (&self.body, first.map(|(_, value)| value.as_slice()))
    }

    /// What the verifier says of it.
    fn is_verified(&self) -> bool {
        let (body, signature) = self.meaning();
        let signature = signature.and_then(|signature| std::str::from_utf8(signature).ok());
        webhook::verify(sandbox::WEBHOOK_SECRET, body, signature.unwrap_or_default())
    }

    /// As a call; `None` when a header could not be sent.
    fn request(&self) -> Option<Request<Body>> {
        let mut request = Request::post("/webhooks/creem").body(Body::from(self.body.clone())).expect("a request");
        for (name, value) in &self.headers {
            request.headers_mut().append(*name, HeaderValue::from_bytes(value).ok()?);
        }
        Some(request)
    }
}

/// Changes some bytes: one flipped, left out or put in, the end cut off, a piece twice.
fn disturbed(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let place = chance.below(bytes.len());
    match chance.below(5) {
        0 if !bytes.is_empty() => bytes[place] ^= 1 << chance.below(8),
        1 if !bytes.is_empty() => drop(bytes.remove(place)),
        2 => bytes.insert(place, u8::try_from(chance.below(256)).expect("a byte")),
        3 => bytes.truncate(place),
        _ => {
            let end = (place + chance.below(40)).min(bytes.len());
            let again = bytes[place..end].to_vec();
            drop(bytes.splice(place..place, again));
        }
    }
}

/// One change of the body or of the headers, or a part of another delivery.
fn tampered(chance: &mut Chance, delivery: &mut Delivery, other: &Delivery) {
    match chance.below(32) {
        0..10 => disturbed(chance, &mut delivery.body),
        10..20 => disturbed(chance, delivery.signature()),
        20..22 => delivery.body.clone_from(&other.body),
        22..24 => delivery.headers.clone_from(&other.headers),
        // The same JSON in other bytes.
        24..26 => {
            let json: Value = serde_json::from_slice(&delivery.body).unwrap_or_default();
            delivery.body = serde_json::to_vec_pretty(&json).expect("JSON");
        }
        26..28 => delivery.signature().make_ascii_uppercase(),
        28 => *delivery.signature() = webhook::sign("whsec_stranger", &delivery.body).into_bytes(),
        29 => delivery.headers[0].0 = *pick(chance, &["x-creem-signature", "webhook-signature", "creem_signature"]),
        30 => delivery.headers.insert(0, (webhook::SIGNATURE_HEADER, b"0".to_vec())),
        _ => {
            let (name, value) = pick(chance, &BESIDE);
            delivery.headers.push((name, value.to_vec()));
        }
    }
}

/// Headers that decide nothing where they stand behind the signature.
const BESIDE: [(&str, &[u8]); 2] = [(webhook::SIGNATURE_HEADER, b"0"), ("content-type", b"text/plain")];

/// Whether the router took a delivery.
async fn delivered(app: &Router, request: Request<Body>) -> bool {
    let (status, answer) = call(app, request).await;
    assert!(status == StatusCode::OK || answer["error"]["code"] == "webhook_signature_invalid", "{status} {answer}");
    status == StatusCode::OK
}

#[tokio::test]
async fn no_changed_webhook_is_taken_for_what_creem_said() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    for session in [json!({"product_id": LIFETIME, "request_id": "order_1"}), json!({"product_id": MONTHLY})] {
        paid(&shop, &session, "current").await;
    }
    let events = shop.control(Method::GET, "/_sandbox/events", Value::Null).await;
    let events = events.as_array().expect("a list");
    let genuine: Vec<Delivery> =
        events.iter().map(|event| Delivery::of(event["body"].to_string().into_bytes())).collect();
    assert!(genuine.len() >= 4, "a sale, and a subscription with its events");
    let app = shop.app().await;
    let (tries, calls) = lengths();
    let mut chance = Chance::new(2);
    let (mut accepted, mut refused) = (0, 0);
    for n in 0..tries {
        let (one, other) = (pick(&mut chance, &genuine), pick(&mut chance, &genuine));
        let mut sent = one.clone();
        for _ in 0..=chance.below(2) {
            tampered(&mut chance, &mut sent, other);
        }
        let Some(request) = sent.request() else { continue };
        let taken = if n < calls { delivered(&app, request).await } else { sent.is_verified() };
        let is_genuine = genuine.iter().any(|delivery| delivery.meaning() == sent.meaning());
        let shown = String::from_utf8_lossy(&sent.body);
        assert_eq!(taken, is_genuine, "try {n}: {shown} {:?}", sent.headers);
        if taken { accepted += 1 } else { refused += 1 }
    }
    assert!(refused > tries / 2 && accepted > 0, "most changes matter: {refused} of {tries}");
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let kept = sqlx::query("SELECT payload FROM events").fetch_all(&pool).await.expect("rows");
    let is_genuine = |payload: &str| genuine.iter().any(|delivery| delivery.body == payload.as_bytes());
    assert!(kept.len() <= genuine.len() && kept.iter().all(|row| is_genuine(&row.get::<String, _>(0))));
    println!(
        "{tries} changed webhooks: {refused} refused, {accepted} with body and signature intact, no other accepted"
    );
}
