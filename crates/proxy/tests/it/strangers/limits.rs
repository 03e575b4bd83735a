//! How much one client may ask for, and what it gets when it asks for more. What Creem is asked is in `budget`.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use proxy::LimitSettings;
use reqwest::StatusCode;
use serde_json::json;

use super::budget::{CREATION, asked_of_creem, fault};
use crate::shop::{LIFETIME, Shop, Webhooks, for_the_world};

pub(crate) async fn shop(limits: LimitSettings, trusted: &str) -> Shop {
    Shop::open_with(Webhooks::GetLost, |config| {
        config.limits = limits;
        config.trusted_proxies = trusted.split(',').filter_map(|network| network.parse().ok()).collect();
    })
    .await
}

pub(crate) fn per_minute(create: u32, quote: u32, upstream: u32) -> LimitSettings {
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
    assert!(form.text.contains("Too many attempts.") && !form.header("retry-after").is_empty());
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
    let (begun, mut answered) = (Instant::now(), 0_u64);
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
    let most = 61 + begun.elapsed().as_secs();
    assert!((60..=most).contains(&answered), "{answered} of at most {most}");
}

// An attempt sent again costs nothing, and once that was so whatever it asked for: under one key, and with nothing
// ever created, any number of codes could be tried.
#[tokio::test]
async fn nor_can_it_be_guessed_under_one_key() {
    let shop = shop(per_minute(20, 60, 0), "").await;
    let (begun, mut refusals) = (Instant::now(), Vec::new());
    for i in 0..30 {
        let body = json!({"product_id": LIFETIME, "discount_code": format!("GUESS{i}")});
        let answer = shop.post_json("/api/checkouts", &body, &[("idempotency-key", "one")]).await;
        refusals.push(answer.refusal().0);
    }
    let (tried, stopped) = refusals.split_at(10);
    assert!(tried.iter().all(|code| code == "discount_unknown"), "{refusals:?}");
    // One may come back in three seconds.
    let most = 1 + begun.elapsed().as_secs() / 3;
    let more = stopped.iter().filter(|code| *code != "rate_limited").count();
    assert!(u64::try_from(more).is_ok_and(|more| more <= most), "{refusals:?}");
}

#[tokio::test]
async fn a_forged_forwarded_for_makes_nobody_somebody_else() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.limits = per_minute(1, 0, 0);
        config.listen = for_the_world();
    })
    .await;
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

// A repeated attempt cost nothing even when it had failed: under one key, one client made Creem refuse a hundred
// sessions in three seconds, without a 429, and there was nothing left for other buyers.
#[tokio::test]
async fn an_attempt_that_was_refused_costs_again() {
    let shop = shop(per_minute(20, 0, 0), "").await;
    let body = json!({"product_id": LIFETIME, "affiliate_code": "NOBODY"});
    let attempt = || shop.post_json("/api/checkouts", &body, &[("idempotency-key", "one")]);
    let mut limited = 0;
    for _ in 0..30 {
        let refused = attempt().await;
        match refused.status {
            StatusCode::TOO_MANY_REQUESTS => {
                limited += 1;
                assert!(!refused.header("retry-after").is_empty());
            }
            status => assert_eq!(status, StatusCode::BAD_REQUEST, "{}", refused.text),
        }
    }
    assert!(limited >= 15, "{limited}");
    assert!(asked_of_creem(&shop, CREATION).await <= 15);
}

// Many at once were free as well: each waited for the one before, and then made its own try.
#[tokio::test]
async fn nor_are_many_at_once_free_when_each_is_refused_in_turn() {
    let shop = shop(per_minute(20, 0, 0), "").await;
    let body = json!({"product_id": LIFETIME, "affiliate_code": "NOBODY"});
    let attempt = || shop.post_json("/api/checkouts", &body, &[("idempotency-key", "one")]);
    fault(&shop, json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "delay_ms": 500})).await;
    let others = async {
        while asked_of_creem(&shop, CREATION).await == 0 {}
        join_all((0..20).map(|_| attempt())).await
    };
    let (first, others) = tokio::join!(attempt(), others);
    for answer in others.iter().chain([&first]) {
        assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.text);
    }
    assert!(asked_of_creem(&shop, CREATION).await <= 15);
}

#[tokio::test]
async fn an_attempt_under_way_sent_again_costs_nothing() {
    let shop = shop(per_minute(2, 0, 0), "").await;
    let body = json!({"product_id": LIFETIME});
    let attempt = || shop.post_json("/api/checkouts", &body, &[("idempotency-key", "one")]);
    fault(&shop, json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "delay_ms": 1000})).await;
    let again = async {
        while asked_of_creem(&shop, CREATION).await == 0 {}
        join_all((0..10).map(|_| attempt())).await
    };
    let (first, again) = tokio::join!(attempt(), again);
    assert!(again.iter().all(|answer| answer.status == StatusCode::CREATED && answer.text == first.text));
    assert_eq!(asked_of_creem(&shop, CREATION).await, 1);
    assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.status, StatusCode::CREATED, "one is left");
}

// Sessions of one reference had no bound, and reading all of them again and again kept two cores busy.
#[tokio::test]
async fn one_client_opens_only_so_many_sessions_under_one_reference() {
    let shop = shop(per_minute(1000, 0, 0), "").await;
    let open = async |reference: &str| {
        let body = json!({"product_id": LIFETIME, "request_id": reference});
        shop.post_json("/api/checkouts", &body, &[]).await.status
    };
    let mut last = StatusCode::CREATED;
    for _ in 0..51 {
        last = open("order_1").await;
        shop.advance(Duration::from_millis(60));
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(open("order_2").await, StatusCode::CREATED, "another reference is another matter");
}
