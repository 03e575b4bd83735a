//! Those who mean well: buyers, Creem, and the merchant's own systems.

use std::time::Duration;

use serde_json::{Value, json};

use super::shop::{PATIENCE, Session, Shop};
use crate::events::{self, LIFETIME};
use crate::http::{Answer, Connection, get, post_json};
use crate::running::TOKEN;

fn read(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

async fn reads(shop: &Shop, what: &'static str, target: &str) -> Option<Answer> {
    shop.ask(what, &get(target, &shop.anywhere()), 200).await
}

async fn reads_as_the_merchant(shop: &Shop, what: &'static str, target: &str) -> Option<Answer> {
    shop.ask(what, &get(target, &format!("authorization: Bearer {TOKEN}\r\n")), 200).await
}

pub(super) async fn opens_the_page(shop: &Shop) {
    reads(shop, "page", "/").await;
}

pub(super) async fn follows_a_link(shop: &Shop) {
    let order = shop.below(1_000_000);
    reads(shop, "link", &format!("/?product={LIFETIME}&request_id=order_{order}&discount_code=SAVE25")).await;
}

pub(super) async fn lists_products(shop: &Shop) {
    reads(shop, "products", "/api/products").await;
}

pub(super) async fn reads_a_product(shop: &Shop) {
    reads(shop, "product", &format!("/api/products/{LIFETIME}")).await;
}

pub(super) async fn asks_for_a_quote(shop: &Shop) {
    let units = 1 + shop.below(9);
    reads(shop, "quote", &format!("/api/quote?product_id={LIFETIME}&units={units}&discount_code=SAVE25")).await;
}

/// Some of them pay, and come back.
pub(super) async fn opens_a_session(shop: &Shop) {
    let buyer = shop.below(1_000_000_000);
    let email = format!("buyer{buyer}@example.com");
    let body = json!({"product_id": LIFETIME, "customer": {"email": email}, "metadata": {"buyer": buyer}});
    let key = if buyer.is_multiple_of(2) { format!("idempotency-key: press-{buyer}\r\n") } else { String::new() };
    let headers = format!("{key}{}", shop.anywhere());
    let Some(answer) = shop.ask("creation", &post_json("/api/checkouts", &headers, &body.to_string()), 201).await
    else {
        return;
    };
    let created = read(&answer);
    let text = |name: &str| created[name].as_str().unwrap_or_default().to_owned();
    let session = Session { request_id: text("request_id"), checkout_id: text("checkout_id") };
    shop.sessions.lock().expect("a lock").push(session.clone());
    if buyer.is_multiple_of(4) {
        pays(shop, &session).await;
    }
}

async fn pays(shop: &Shop, session: &Session) {
    let path = format!("/_sandbox/checkouts/{}/pay", session.checkout_id);
    let Some(paid) = shop.sandbox.ask(&post_json(&path, "", "{}")).await else { return };
    let returned = read(&paid)["return_url"].as_str().and_then(|url| url.parse::<url::Url>().ok());
    let Some(returned) = returned else {
        return shop.tell_unexpected("sandbox", String::from_utf8_lossy(&paid.body).into_owned());
    };
    let target = format!("{}?{}", returned.path(), returned.query().unwrap_or_default());
    let page = reads(shop, "return", &target).await;
    if page.is_some_and(|page| !String::from_utf8_lossy(&page.body).contains(r#"data-payment-status="paid""#)) {
        shop.tell_unexpected("return", "the page does not say that it is paid".to_owned());
    }
    shop.returns.lock().expect("a lock").push(target);
}

pub(super) async fn tells_by_webhook(shop: &Shop) {
    let n = shop.next_event();
    if shop.ask("webhook", &events::delivery(&events::completed(n)), 200).await.is_some() {
        shop.events.lock().expect("a lock").push(n);
    }
}

pub(super) async fn tells_again(shop: &Shop) {
    let Some(n) = shop.any(&shop.events) else { return tells_by_webhook(shop).await };
    shop.ask("webhook again", &events::delivery(&events::completed(n)), 200).await;
}

pub(super) async fn asks_for_the_payment(shop: &Shop) {
    let Some(session) = shop.any(&shop.sessions) else { return opens_the_page(shop).await };
    let Session { request_id, checkout_id } = &session;
    let known = reads(shop, "payment", &format!("/api/payments/{request_id}?checkout_id={checkout_id}")).await;
    if known.is_some_and(|known| read(&known)["checkout_id"] != session.checkout_id.as_str()) {
        shop.tell_unexpected("payment", "it is another session's".to_owned());
    }
}

/// Waits a while, and leaves.
pub(super) async fn waits_in_a_stream(shop: &Shop) {
    let Some(Session { request_id, checkout_id }) = shop.any(&shop.sessions) else { return opens_the_page(shop).await };
    let target = format!("/api/payments/{request_id}/events?checkout_id={checkout_id}");
    let request = get(&target, &shop.anywhere());
    let open = async {
        let mut connection = Connection::open(shop.checkout.address).await?;
        connection.send(&request).await?;
        while !connection.unread().windows(6).any(|window| window == b"data: ") {
            connection.more().await?;
        }
        std::io::Result::Ok(connection)
    };
    let connection = match tokio::time::timeout(PATIENCE, open).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(_)) | Err(_) => {
            shop.count_class(None);
            return shop.tell_unexpected("stream", "it tells nothing".to_owned());
        }
    };
    shop.count_class(Some(200));
    let a_while = Duration::from_millis(u64::try_from(shop.below(10_000)).unwrap_or_default());
    tokio::time::sleep(a_while).await;
    drop(connection);
}

pub(super) async fn comes_back_again(shop: &Shop) {
    let Some(target) = shop.any(&shop.returns) else { return opens_the_page(shop).await };
    reads(shop, "return again", &target).await;
    if let Some((_, query)) = target.split_once('?') {
        reads(shop, "return by call", &format!("/api/return?{query}")).await;
    }
}

pub(super) async fn follows_the_feed(shop: &Shop) {
    let cursor = shop.cursor.lock().expect("a lock").clone();
    let page = reads_as_the_merchant(shop, "feed", &format!("/api/payments?cursor={cursor}")).await;
    if let Some(next) = page.and_then(|page| read(&page)["next_cursor"].as_str().map(str::to_owned)) {
        *shop.cursor.lock().expect("a lock") = next;
    }
}

pub(super) async fn asks_as_the_merchant(shop: &Shop) {
    let Some(session) = shop.any(&shop.sessions) else { return follows_the_feed(shop).await };
    reads_as_the_merchant(shop, "reference", &format!("/api/payments/{}", session.request_id)).await;
}

pub(super) async fn is_a_probe(shop: &Shop) {
    shop.ask("probe", &get(["/healthz", "/readyz"][shop.below(2)], ""), 200).await;
}
