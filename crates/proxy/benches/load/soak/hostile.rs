//! Those who mean harm, and those whose programs are broken.

use std::time::Duration;

use super::shop::{PATIENCE, Shop};
use crate::events::{self, LIFETIME};
use crate::http::{Answer, Connection, get, post, post_json};

/// How often one who is slow sends another byte.
const DRIP: Duration = Duration::from_secs(1);

/// Asks on a connection of its own, which may be hung up at any time.
async fn dares(shop: &Shop, what: &'static str, request: &[u8], may_succeed: bool) {
    let talk = async {
        let mut connection = Connection::open(shop.checkout.address).await.ok()?;
        // It may have answered and hung up before the last byte.
        let _ = connection.send(request).await;
        connection.answer().await.ok()
    };
    let answer = tokio::time::timeout(PATIENCE, talk).await.ok().flatten();
    judge(shop, what, answer.as_ref(), may_succeed);
}

/// Any refusal is as good as another, and so is none; only a failure is none, nor a success where there cannot be one.
fn judge(shop: &Shop, what: &'static str, answer: Option<&Answer>, may_succeed: bool) {
    match answer {
        None => shop.count_class(None),
        Some(_) => {
            shop.count(what, answer, |status| matches!(status, 400..=499 | 501 | 503) || may_succeed && status == 200)
        }
    }
}

/// One of four networks that attack.
fn attacker(shop: &Shop) -> String {
    format!("x-forwarded-for: 203.0.113.{}\r\n", shop.below(4))
}

fn letters(shop: &Shop, length: usize) -> String {
    (0..length).map(|_| char::from(b'A' + u8::try_from(shop.below(26)).unwrap_or_default())).collect()
}

pub(super) async fn makes_up_a_method(shop: &Shop) {
    let length = [8, 80, 8_000][shop.below(3)];
    let request = format!("{} / HTTP/1.1\r\nhost: x\r\n{}\r\n", letters(shop, length), attacker(shop));
    dares(shop, "made-up method", request.as_bytes(), false).await;
}

pub(super) async fn sends_a_large_head(shop: &Shop) {
    dares(shop, "large head", &get("/", &format!("x-large: {}\r\n", "a".repeat(64 * 1024))), false).await;
}

pub(super) async fn sends_a_large_body(shop: &Shop) {
    let body = format!(r#"{{"product_id":"{LIFETIME}","metadata":{{"a":"{}"}}}}"#, "a".repeat(200_000));
    dares(shop, "large body", &post_json("/api/checkouts", &attacker(shop), &body), false).await;
}

pub(super) async fn sends_an_unsigned_webhook(shop: &Shop) {
    let signature = ["", "creem-signature: 00\r\n"][shop.below(2)];
    let headers = format!("{signature}{}", attacker(shop));
    dares(shop, "unsigned webhook", &post("/webhooks/creem", &headers, &vec![b' '; 1024 * 1024]), false).await;
}

/// A byte now and then, of a head or of a body, until it is hung up on.
pub(super) async fn is_slow(shop: &Shop) {
    let begin = match shop.below(3) {
        0 => "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ",
        1 => {
            "POST /api/checkouts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{"
        }
        _ => "POST /webhooks/creem HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n{",
    };
    let talk = async {
        let mut connection = Connection::open(shop.checkout.address).await.ok()?;
        connection.send(begin.as_bytes()).await.ok()?;
        loop {
            match tokio::time::timeout(DRIP, connection.answer()).await {
                Ok(answer) => return answer.ok(),
                Err(_) => connection.send(b" ").await.ok()?,
            }
        }
    };
    match tokio::time::timeout(PATIENCE, talk).await {
        Ok(answer) => judge(shop, "slow", answer.as_ref(), false),
        Err(_) => shop.tell_unexpected("slow", "it still has its place".to_owned()),
    }
}

pub(super) async fn hangs_up(shop: &Shop) {
    let headers = shop.anywhere();
    let request = match shop.below(4) {
        0 => get("/", &headers),
        1 => get(&format!("/api/payments/order_1?checkout_id={}", events::checkout_id(1)), &headers),
        2 => post_json("/api/checkouts", &headers, &format!(r#"{{"product_id":"{LIFETIME}"}}"#)),
        _ => events::delivery(&events::completed(shop.next_event())),
    };
    if let Ok(mut connection) = Connection::open(shop.checkout.address).await {
        // Whether it was heard is what nobody waits to know.
        let _ = connection.send(&request).await;
    }
    shop.count_class(None);
}

pub(super) async fn sends_no_json(shop: &Shop) {
    let nested = "[".repeat(5_000);
    let body =
        ["{", "null", "{\"product_id\":7}", "\u{0}", "{\"product_id\":\"prod_unknown\"}", &nested][shop.below(6)];
    dares(shop, "no JSON", &post_json("/api/checkouts", &attacker(shop), body), false).await;
}

pub(super) async fn guesses_references(shop: &Shop) {
    let (order, session) = (shop.below(100_000), letters(shop, 22));
    let target = format!("/api/payments/order_{order}?checkout_id=ch_{session}");
    dares(shop, "guessed reference", &get(&target, &attacker(shop)), false).await;
}

pub(super) async fn guesses_codes(shop: &Shop) {
    let target = format!("/api/quote?product_id={LIFETIME}&discount_code={}", letters(shop, 8));
    // A wrong code is an outcome, not an error.
    dares(shop, "guessed code", &get(&target, &attacker(shop)), true).await;
}

pub(super) async fn forges_a_return(shop: &Shop) {
    let Some(target) = shop.any(&shop.returns) else { return looks_for_files(shop).await };
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let forged = query.replacen("order_id=", "order_id=x", 1);
    dares(shop, "forged return", &get(&format!("/api/return?{forged}"), &attacker(shop)), false).await;
}

pub(super) async fn guesses_the_token(shop: &Shop) {
    let headers = format!("authorization: Bearer {}\r\n{}", letters(shop, 24), attacker(shop));
    dares(shop, "guessed token", &get("/api/payments", &headers), false).await;
}

pub(super) async fn looks_for_files(shop: &Shop) {
    let target = format!("/{}/.env", letters(shop, 12));
    dares(shop, "file", &get(&target, &attacker(shop)), false).await;
}

pub(super) async fn posts_from_another_site(shop: &Shop) {
    let headers = format!("origin: https://evil.example\r\n{}", attacker(shop));
    let body = format!(r#"{{"product_id":"{LIFETIME}"}}"#);
    dares(shop, "another site", &post_json("/api/checkouts", &headers, &body), false).await;
}
