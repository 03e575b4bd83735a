//! How much may be asked, by whom, and what those get who ask for more.

use std::num::NonZeroU32;
use std::time::Duration;

use proxy::LimitSettings;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, Shop, Webhooks};

async fn shop(limits: LimitSettings, trusted: &str) -> Shop {
    Shop::open_with(Webhooks::GetLost, |config| {
        config.limits = limits;
        config.trusted_proxies = trusted.split(',').filter_map(|network| network.parse().ok()).collect();
    })
    .await
}

fn per_minute(create: u32, quote: u32, upstream: u32) -> LimitSettings {
    LimitSettings {
        create: NonZeroU32::new(create),
        quote: NonZeroU32::new(quote),
        upstream: NonZeroU32::new(upstream),
    }
}

#[tokio::test]
async fn a_flood_of_sessions_is_stopped_and_told_when_to_come_again() {
    let shop = shop(per_minute(20, 0, 0), "").await;
    let body = json!({"product_id": LIFETIME});
    for _ in 0..10 {
        assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.status, StatusCode::CREATED);
    }
    let refused = shop.post_json("/api/checkouts", &body, &[("idempotency-key", "late")]).await;
    assert_eq!((refused.status, refused.refusal().0.as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=3).contains(&wait), "{wait}");
    let form = shop.post_form(&format!("product_id={LIFETIME}")).await;
    assert_eq!(form.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(form.text.contains("Too many tries.") && !form.header("retry-after").is_empty());
    shop.advance(Duration::from_secs(wait));
    let later = shop.post_json("/api/checkouts", &body, &[("idempotency-key", "late")]).await;
    assert_eq!(later.status, StatusCode::CREATED, "a refused attempt leaves nothing behind");
}

#[tokio::test]
async fn an_attempt_sent_again_costs_nothing() {
    let shop = shop(per_minute(2, 0, 0), "").await;
    let body = json!({"product_id": LIFETIME});
    for _ in 0..20 {
        let answer = shop.post_json("/api/checkouts", &body, &[("idempotency-key", "one")]).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.status, StatusCode::CREATED);
    assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_cannot_be_sent_leaves_no_claim_behind() {
    let shop = shop(per_minute(0, 0, 0), "").await;
    let key = [("idempotency-key", "one")];
    let wrong = json!({"product_id": LIFETIME, "discount_code": "EXPIRED"});
    assert_eq!(shop.post_json("/api/checkouts", &wrong, &key).await.refusal().0, "discount_expired");
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let kept = sqlx::query("SELECT claimed_at FROM attempts").fetch_all(&pool).await.expect("rows");
    assert!(kept.is_empty());
    let right = json!({"product_id": LIFETIME});
    assert_eq!(shop.post_json("/api/checkouts", &right, &key).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_code_cannot_be_guessed_by_trying() {
    let shop = shop(per_minute(0, 60, 0), "").await;
    let mut answered = 0;
    for i in 0..80 {
        let answer = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=GUESS{i}")).await;
        match answer.status {
            StatusCode::OK => answered += 1,
            status => {
                assert_eq!((status, answer.refusal().0.as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
                assert!(!answer.header("retry-after").is_empty());
            }
        }
    }
    // One may come back in a second.
    assert!((60..=65).contains(&answered), "{answered}");
}

// An attempt sent again costs nothing, and once that was so whatever it asked for: under one key, and with nothing
// ever created, any number of codes could be tried.
#[tokio::test]
async fn nor_can_it_be_guessed_under_one_key_that_is_paid_for() {
    let shop = shop(per_minute(20, 60, 0), "").await;
    let mut refusals = Vec::new();
    for i in 0..30 {
        let body = json!({"product_id": LIFETIME, "discount_code": format!("GUESS{i}")});
        let answer = shop.post_json("/api/checkouts", &body, &[("idempotency-key", "one")]).await;
        refusals.push(answer.refusal().0);
    }
    let (tried, stopped) = refusals.split_at(10);
    assert!(tried.iter().all(|code| code == "discount_unknown"), "{refusals:?}");
    assert!(stopped.iter().filter(|code| *code == "rate_limited").count() >= 15, "{refusals:?}");
}

#[tokio::test]
async fn a_forged_forwarded_for_makes_nobody_somebody_else() {
    let shop = shop(per_minute(1, 0, 0), "").await;
    let body = json!({"product_id": LIFETIME});
    let from = |address: &'static str| [("x-forwarded-for", address), ("forwarded", "for=198.51.100.7")];
    assert_eq!(shop.post_json("/api/checkouts", &body, &from("198.51.100.1")).await.status, StatusCode::CREATED);
    let again = shop.post_json("/api/checkouts", &body, &from("198.51.100.2")).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_buyer_counts_alone() {
    let shop = shop(per_minute(1, 0, 0), "127.0.0.0/8").await;
    let body = json!({"product_id": LIFETIME});
    for address in ["198.51.100.1", "198.51.100.2"] {
        let headers = [("x-forwarded-for", address)];
        assert_eq!(shop.post_json("/api/checkouts", &body, &headers).await.status, StatusCode::CREATED);
        assert_eq!(shop.post_json("/api/checkouts", &body, &headers).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

/// How often Creem was asked, for anything.
async fn asked_of_creem(shop: &Shop) -> usize {
    let requests = shop.control(reqwest::Method::GET, "/_sandbox/requests", Value::Null).await;
    requests.as_array().expect("a list").len()
}

#[tokio::test]
async fn creem_is_never_asked_more_than_the_budget_allows() {
    let shop = shop(per_minute(0, 0, 5), "").await;
    let mut codes = Vec::new();
    for i in 0..10 {
        codes.push(shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=CODE{i}")).await);
    }
    let refused = codes.iter().find(|answer| answer.status != StatusCode::OK).expect("a refusal");
    assert_eq!(refused.refusal().0, "upstream_unavailable");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(asked_of_creem(&shop).await, 5);
}

// Repetitions once left beside the budget: a Creem in trouble was asked three times as much as it may be.
#[tokio::test]
async fn what_is_repeated_is_within_the_budget_as_well() {
    let shop = shop(per_minute(0, 0, 6), "").await;
    assert_eq!(shop.get("/api/products").await.status, StatusCode::OK);
    let trouble = json!({"method": "GET", "path": "/v1/discounts", "times": 9, "status": 503});
    shop.control(reqwest::Method::POST, "/_sandbox/faults", trouble).await;
    for (i, asked_until_now) in [(1, 4), (2, 6), (3, 6)] {
        let answer = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=CODE{i}")).await;
        assert_eq!(answer.refusal().0, "upstream_unavailable");
        assert_eq!(asked_of_creem(&shop).await, asked_until_now, "question {i}");
    }
    shop.control(reqwest::Method::DELETE, "/_sandbox/faults", json!({})).await;
    shop.advance(Duration::from_secs(10));
    let later = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=CODE4")).await;
    assert_eq!((later.status, asked_of_creem(&shop).await), (StatusCode::OK, 7), "one more every ten seconds");
}
