//! How much we ask of Creem, in which shares, and what is left for those who buy.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::limits::{per_minute, shop};
use crate::shop::{LIFETIME, Shop};

/// How often Creem was asked for something.
pub(crate) async fn asked_of_creem(shop: &Shop, call: &str) -> usize {
    let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
    let paths = requests.as_array().expect("a list").iter().map(|request| {
        let path = request["path"].as_str().unwrap_or_default();
        format!("{} {path}", request["method"].as_str().unwrap_or_default())
    });
    paths.filter(|path| path.starts_with(call)).count()
}

const ANYTHING: &str = "";
pub(crate) const CREATION: &str = "POST /v1/checkouts";
const LOOK_UP: &str = "GET /v1/checkouts";
const LIST: &str = "GET /v1/products/search";

pub(crate) async fn fault(shop: &Shop, fault: Value) {
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
