//! Addresses as people and Creem write them, and those at which nothing is.

use proxy::Theme;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::manner::style;
use crate::program::log::Log;
use crate::shop::{Answer, LIFETIME, Shop, Webhooks};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

async fn visit(shop: &Shop, path: &str, more: &[(&str, &str)]) -> Answer {
    let url = format!("{}{path}", shop.proxy.as_str().trim_end_matches('/'));
    shop.call(Method::GET, &url, &[&[BROWSER], more].concat(), Vec::new()).await
}

// With a slash too many every delivery was answered 405, and the log said "(asset)".
#[tokio::test]
async fn webhooks_are_taken_with_a_slash_too_many() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.public_url = config.public_url.join("pay/").expect("a URL");
    })
    .await;
    let log = Log::listen();
    let paths = [
        "/webhooks/creem/",
        "//webhooks/creem",
        "/pay/webhooks/creem/",
        "/pay//webhooks//creem",
        "//pay/webhooks/creem",
    ];
    for (n, path) in paths.iter().enumerate() {
        let object =
            json!({"id": format!("ch_{n}"), "request_id": format!("order_{n}"), "product": LIFETIME, "order": "ord_1"});
        let body = json!({"id": format!("evt_{n}"), "eventType": "checkout.completed", "object": object}).to_string();
        let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, body.as_bytes());
        let url = format!("{}{path}", shop.proxy.as_str().trim_end_matches('/'));
        let answer = shop.call(Method::POST, &url, &[("creem-signature", &signature)], body.into_bytes()).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        let payment = shop.get(&format!("/api/payments/order_{n}?checkout_id=ch_{n}")).await.json();
        assert_eq!(payment["status"], "paid", "{path}");
    }
    assert!(!log.text().contains("(asset)"), "{}", log.text());
}

// A byte order mark before the JSON made it none.
#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_a_body() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let object = json!({"id": "ch_1", "request_id": "order_1", "product": LIFETIME, "order": "ord_1"});
    let event = json!({"id": "evt_1", "eventType": "checkout.completed", "object": object});
    assert_eq!(shop.deliver(format!("\u{feff}{event}")).await.status, StatusCode::OK);
    assert_eq!(shop.get("/api/payments/order_1?checkout_id=ch_1").await.json()["status"], "paid");
    let body = format!("\u{feff}{}", json!({"product_id": LIFETIME})).into_bytes();
    let created = shop.call(Method::POST, "/api/checkouts", &[("content-type", "application/json")], body).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
}

// Where nothing is, people read JSON.
#[tokio::test]
async fn people_get_a_page_where_nothing_is_and_programs_the_error() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.page.theme = Theme::parse("accent=#7c3aed").expect("a theme");
    })
    .await;
    let log = Log::listen();
    for (path, way_up) in
        [("/nowhere", "./"), ("/a/b", "../"), ("/a/b/", "../../"), ("/api/nothing", "../"), ("/Status", "./")]
    {
        let page = visit(&shop, path, &[]).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::NOT_FOUND, "text/html; charset=utf-8"));
        assert!(page.text.contains("Page not found") && page.text.contains("Sandbox: no real money moves."), "{path}");
        assert!(
            page.text.contains(&format!(r#"href="{way_up}" class="button">Back to checkout"#)),
            "{path}: {}",
            page.text
        );
        assert!(style(&page).contains("--accent: #7c3aed;"), "{path}: {}", page.text);
        assert!(!page.text.contains("<script") && !page.text.contains("<form"), "the app would put a form there");
        assert_eq!(shop.get(path).await.refusal().0, "not_found", "a program at {path}");
    }
    let german = visit(&shop, "/nirgends", &[("accept-language", "de-DE")]).await;
    assert!(german.text.contains("Seite nicht gefunden") && german.text.contains(r#"lang="de""#), "{}", german.text);
    assert_eq!(german.header("content-language"), "de");
    assert_eq!(shop.call(Method::POST, "/nowhere", &[BROWSER], Vec::new()).await.refusal().0, "method_not_allowed");
    let log = log.text();
    assert!(!log.contains("(asset)") && log.contains(r#""path":"/nirgends""#), "{log}");
    let shop_url = "https://shop.example/".parse().expect("a URL");
    let known = Shop::open_with(Webhooks::GetLost, |config| config.page.shop.url = Some(shop_url)).await;
    assert!(
        visit(&known, "/gone", &[])
            .await
            .text
            .contains(r#"href="https://shop.example/" class="button">Back to the shop"#)
    );
}

// Any path of ours is taken for a `success_url`; at one that we do not have, the buyer who had paid read
// "there is nothing at this address".
#[tokio::test]
async fn a_buyer_who_comes_back_to_an_address_we_do_not_have_reads_what_became_of_it() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.public_url = config.public_url.join("pay/").expect("a URL");
    })
    .await;
    let base = shop.proxy.join("pay/").expect("a URL");
    for path in ["thanks", "Status", "status/", "thank/you/", "a//b", "thanks?plan=pro"] {
        let success_url = base.join(path).expect("a URL");
        let created = shop.create(&json!({"product_id": LIFETIME, "success_url": success_url.as_str()})).await;
        let mut at = shop.pay(created.checkout_id.as_str()).await;
        let mut page = visit(&shop, &at[url::Position::BeforePath..], &[]).await;
        while page.status == StatusCode::TEMPORARY_REDIRECT {
            at = at.join(page.header("location")).expect("an address");
            assert_eq!(at.origin(), shop.proxy.origin());
            page = visit(&shop, &at[url::Position::BeforePath..], &[]).await;
        }
        assert_eq!(at.path(), "/pay/status", "{path}");
        assert!(page.text.contains(r#"data-payment-status="paid""#), "{path}: {}", page.text);
    }
}

#[tokio::test]
async fn a_returned_address_leads_to_no_other_host() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    for path in ["//evil.example/thanks", "/%5Cevil.example/x", "/.//evil.example", "/a/%2e%2e//evil.example/"] {
        let answer = visit(&shop, &format!("{path}?checkout_id=ch_1&request_id=order_1"), &[]).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{path}");
        let from = shop.proxy.join(path.trim_start_matches("//")).expect("a path");
        let to = from.join(answer.header("location")).expect("an address");
        assert_eq!(to.origin(), shop.proxy.origin(), "{path} leads to {to}");
        assert!(answer.header("location").starts_with("status?") || answer.header("location").starts_with("../"));
    }
}

// Of 659 lines of a log 515 were files of the page.
#[tokio::test]
async fn files_are_logged_for_those_who_look_for_them() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let log = Log::listen();
    let level = |answer: &Answer| {
        let lines = log.of(answer.header("x-request-id"));
        lines.iter().find_map(|line| Some((line["level"].as_str()?.to_owned(), line["path"].as_str()?.to_owned())))
    };
    for (path, expected) in
        [("/app-0123456789abcdef.css", "DEBUG"), ("/", "INFO"), ("/api/products", "INFO"), ("/nowhere", "WARN")]
    {
        let answer = shop.get(path).await;
        let (found, logged) = level(&answer).expect("a line");
        assert_eq!(found, expected, "{path}");
        assert_eq!(logged, path.split('?').next().unwrap_or_default());
    }
    let numbers = shop.get("/metrics").await.text;
    assert!(numbers.contains(r#"route="(asset)""#) && !numbers.contains("nowhere"), "few words in the numbers");
}

/// How many events are kept.
async fn events(shop: &Shop) -> i64 {
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    sqlx::query_scalar("SELECT COUNT(*) FROM events").fetch_one(&pool).await.expect("a number")
}

#[tokio::test]
async fn a_signed_test_event_shows_that_the_way_is_open_and_is_not_kept() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let event = json!({"id": "evt_test_1", "eventType": proxy::TEST_EVENT, "created_at": 1, "object": {}}).to_string();
    assert_eq!(shop.deliver(event.clone()).await.status, StatusCode::OK);
    let signature = "0".repeat(64);
    let headers = [("creem-signature", signature.as_str())];
    let forged = shop.call(Method::POST, "/webhooks/creem", &headers, event.into_bytes()).await;
    assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
    assert_eq!(events(&shop).await, 0);
}

// A wrong secret rejected every delivery, and each was one line among many.
#[tokio::test]
async fn rejected_signatures_are_counted_aloud_and_name_the_secret() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let log = Log::listen();
    for _ in 0..12 {
        let headers = [("creem-signature", "0".repeat(64))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = shop.call(Method::POST, "/webhooks/creem", &headers, b"{}".to_vec()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let text = log.text();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let told: Vec<_> = lines.filter(|line| line["rejected"].is_number()).collect();
    assert_eq!(told.iter().map(|line| line["rejected"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(11)], "{text}");
    assert!(told.iter().all(|line| line["level"] == "WARN" && line.to_string().contains("CREEM_WEBHOOK_SECRET")));
}
