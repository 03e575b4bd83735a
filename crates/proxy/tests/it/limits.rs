//! How much may be asked, by whom, and what those get who ask for more.

use std::num::NonZeroU32;
use std::time::Duration;

use futures_util::future::join_all;
use proxy::LimitSettings;
use reqwest::{Method, StatusCode};
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
async fn nor_can_it_be_guessed_under_one_key() {
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

/// How often Creem was asked for something.
async fn asked_of_creem(shop: &Shop, call: &str) -> usize {
    let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
    let paths = requests.as_array().expect("a list").iter().map(|request| {
        let path = request["path"].as_str().unwrap_or_default();
        format!("{} {path}", request["method"].as_str().unwrap_or_default())
    });
    paths.filter(|path| path.starts_with(call)).count()
}

const ANYTHING: &str = "";
const CREATION: &str = "POST /v1/checkouts";
const LOOK_UP: &str = "GET /v1/checkouts";
const LIST: &str = "GET /v1/products/search";

async fn fault(shop: &Shop, fault: Value) {
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
}

#[tokio::test]
async fn creem_is_never_asked_more_than_the_budget_allows() {
    let shop = shop(per_minute(0, 0, 5), "").await;
    let mut refused = Vec::new();
    for _ in 0..10 {
        let answer = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &[]).await;
        if answer.status != StatusCode::CREATED {
            refused.push(answer);
        }
    }
    assert_eq!((refused.len(), asked_of_creem(&shop, ANYTHING).await), (6, 5));
    assert!(refused.iter().all(|answer| answer.refusal().0 == "upstream_unavailable"));
    let wait: u64 = refused[0].header("retry-after").parse().expect("seconds");
    assert!((10..=12).contains(&wait), "one more every twelve seconds, which is said: {wait}");
}

// Repetitions once left beside the budget: a Creem in trouble was asked three times as much as it may be.
#[tokio::test]
async fn what_is_repeated_is_within_the_budget_as_well() {
    let shop = shop(per_minute(0, 0, 10), "").await;
    assert_eq!(shop.get("/api/products").await.status, StatusCode::OK);
    fault(&shop, json!({"method": "GET", "path": "/v1/discounts", "times": 9, "status": 503})).await;
    for (i, asked_until_now) in [(1, 4), (2, 6), (3, 6)] {
        let answer = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=CODE{i}")).await;
        assert_eq!(answer.refusal().0, "upstream_unavailable");
        assert_eq!(asked_of_creem(&shop, ANYTHING).await, asked_until_now, "question {i}");
    }
    shop.control(Method::DELETE, "/_sandbox/faults", json!({})).await;
    shop.advance(Duration::from_secs(12));
    let later = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=CODE4")).await;
    assert_eq!((later.status, asked_of_creem(&shop, ANYTHING).await), (StatusCode::OK, 7), "one every twelve seconds");
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
        join_all((0..40).map(|_| attempt())).await
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

// Everything was taken from one budget: whoever asked for prices, with or without meaning harm, used up what sessions
// are opened with.
#[tokio::test]
async fn prices_leave_creem_enough_to_open_sessions() {
    let shop = shop(per_minute(0, 0, 20), "").await;
    let mut told = Vec::new();
    for i in 0..30 {
        told.push(shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code=wrong{i}")).await);
    }
    let refused = told.iter().find(|answer| answer.status != StatusCode::OK).expect("a refusal");
    assert_eq!(refused.refusal().0, "upstream_unavailable");
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((5..=6).contains(&wait), "as the share says, not as all purposes together: {wait}");
    assert_eq!(asked_of_creem(&shop, "GET /v1/discounts").await, 10, "half");
    // With a code that has to be looked up, too.
    let body = json!({"product_id": LIFETIME, "discount_code": "SAVE25"});
    for _ in 0..5 {
        assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.status, StatusCode::CREATED);
    }
}

// Each open status page of an unpaid session asks Creem, now and then and for ever: twenty of them were the whole budget,
// without anybody meaning harm.
#[tokio::test]
async fn pages_left_open_leave_creem_enough_to_open_sessions() {
    let shop = shop(per_minute(0, 0, 20), "").await;
    let mut sessions = Vec::new();
    for _ in 0..10 {
        sessions.push(shop.create(&json!({"product_id": LIFETIME})).await);
    }
    shop.advance(Duration::from_secs(30));
    let look = async || {
        for session in &sessions {
            let path = format!("/api/payments/{}?checkout_id={}", session.request_id, session.checkout_id);
            assert_eq!(shop.get(&path).await.status, StatusCode::OK, "the page shows what is known");
        }
    };
    look().await;
    assert_eq!(asked_of_creem(&shop, LOOK_UP).await, 2, "a tenth");
    shop.advance(Duration::from_secs(30));
    look().await;
    assert_eq!(asked_of_creem(&shop, LOOK_UP).await, 3, "one more every thirty seconds");
    assert_eq!(
        shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &[]).await.status,
        StatusCode::CREATED
    );
}

// Who has paid comes back with a right signature, and must not wait for the pages of those who have not.
#[tokio::test]
async fn a_buyer_who_comes_back_is_confirmed_however_many_pages_are_left_open() {
    let shop = shop(per_minute(0, 0, 20), "").await;
    let mut sessions = Vec::new();
    for _ in 0..6 {
        sessions.push(shop.create(&json!({"product_id": LIFETIME})).await);
    }
    let returned = shop.pay(sessions[0].checkout_id.as_str()).await;
    shop.advance(Duration::from_secs(12));
    for session in &sessions[1..] {
        let path = format!("/api/payments/{}?checkout_id={}", session.request_id, session.checkout_id);
        shop.get(&path).await;
    }
    assert_eq!(asked_of_creem(&shop, LOOK_UP).await, 2, "nothing is left of their share");
    let payment = shop.get(&format!("/api/return?{}", returned.query().expect("a query"))).await;
    assert_eq!(payment.json()["status"], "paid", "{}", payment.text);
}

// While the list of products failed, every view of the page asked for it again, each with its repetitions.
#[tokio::test]
async fn products_that_cannot_be_had_are_not_asked_for_by_every_view() {
    let shop = shop(per_minute(0, 0, 0), "").await;
    fault(&shop, json!({"method": "GET", "path": "/v1/products/search", "times": 999, "status": 500})).await;
    for _ in 0..20 {
        assert_eq!(shop.get("/").await.status, StatusCode::OK, "the page comes, and says why");
        let refused = shop.get("/api/products").await;
        assert_eq!(refused.refusal().0, "upstream_unavailable");
        let wait: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=30).contains(&wait), "{wait}");
    }
    assert_eq!(asked_of_creem(&shop, LIST).await, 3, "one try with its two repetitions");
    shop.advance(Duration::from_secs(31));
    shop.get("/").await;
    assert_eq!(asked_of_creem(&shop, LIST).await, 6);
    shop.control(Method::DELETE, "/_sandbox/faults", json!({})).await;
    shop.advance(Duration::from_secs(31));
    assert_eq!(shop.get("/api/products").await.status, StatusCode::OK, "it recovers by itself");
}

#[tokio::test]
async fn old_products_are_shown_and_not_asked_for_by_every_view_while_newer_ones_cannot_be_had() {
    let shop = shop(per_minute(0, 0, 0), "").await;
    assert_eq!(shop.get("/api/products").await.status, StatusCode::OK);
    fault(&shop, json!({"method": "GET", "path": "/v1/products/search", "times": 999, "status": 500})).await;
    for asked_until_now in [4, 7] {
        shop.advance(Duration::from_secs(31));
        let tried = async {
            while asked_of_creem(&shop, LIST).await < asked_until_now {
                assert_eq!(shop.get("/api/products").await.status, StatusCode::OK);
            }
        };
        tokio::time::timeout(Duration::from_secs(10), tried).await.expect("a try in the background");
        for _ in 0..10 {
            assert_eq!(shop.get("/").await.status, StatusCode::OK);
        }
        assert_eq!(asked_of_creem(&shop, LIST).await, asked_until_now);
    }
}

// A budget by calls would never be enough for a shop whose list has more pages than the share has calls.
#[tokio::test]
async fn a_list_of_many_pages_is_read_to_its_end() {
    let shop = shop(per_minute(0, 0, 20), "").await;
    let pages = 5;
    for page in 1..=pages {
        let next = if page < pages { json!(page + 1) } else { Value::Null };
        let product = json!({
            "id": format!("prod_{page}"), "name": "One of many", "price": 100 * page, "currency": "USD",
            "billing_type": "onetime", "billing_period": "once", "status": "active", "tax_mode": "exclusive"
        });
        let body = json!({"items": [product], "pagination": {"next_page": next}});
        fault(&shop, json!({"method": "GET", "path": "/v1/products/search", "status": 200, "body": body})).await;
    }
    let products = shop.get("/api/products").await.json();
    assert_eq!(products["items"].as_array().map(Vec::len), Some(pages), "{products}");
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
