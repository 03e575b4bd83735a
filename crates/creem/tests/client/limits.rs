//! How much is read, how often is asked, and what is said when no answer comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use creem::{ApiError, Budget, Reference};
use serde_json::json;

use crate::peer::{Peer, answer};
use crate::{Creem, LIFETIME, product, session};

/// So many requests, and then none for an hour.
#[derive(Debug)]
struct Few(AtomicU32);

impl Few {
    fn new(requests: u32) -> Arc<Self> {
        Arc::new(Self(requests.into()))
    }
}

impl Budget for Few {
    fn take(&self) -> Result<(), Duration> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| Duration::from_secs(3600))
    }
}

fn page(ids: &[&str], next_page: Option<u32>) -> String {
    let products: Vec<String> = ids.iter().map(|id| product(id, "")).collect();
    let next_page = json!(next_page);
    answer(200, "", &format!(r#"{{"items":[{}],"pagination":{{"next_page":{next_page}}}}}"#, products.join(",")))
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    let pages = [page(&["prod_1", "prod_2"], Some(2)), page(&["prod_3"], Some(5)), page(&["prod_4"], None)];
    let peer = Peer::start(pages).await;
    let products = peer.client().products().await.expect("products");
    let ids: Vec<&str> = products.iter().map(|product| product.id.as_str()).collect();
    assert_eq!(ids, ["prod_1", "prod_2", "prod_3", "prod_4"]);
    let asked = peer.asked();
    for (line, number) in asked.iter().zip(["page_number=1&", "page_number=2&", "page_number=5&"]) {
        assert!(line.starts_with("GET /v1/products/search?") && line.contains(number), "{line}");
    }
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn no_more_pages_are_read_than_were_asked_for() {
    let codes = r#"{"items":[{"id":"dis_1","code":"SAVE25","type":"percentage"}],"pagination":{"next_page":2}}"#;
    let peer = Peer::start([answer(200, "", codes)]).await;
    assert_eq!(peer.client().discount_codes(1).await.expect("codes"), ["SAVE25"]);
}

#[tokio::test]
async fn payments_are_read_page_by_page() {
    let payments = r#"{"items":[{"id":"tran_1","status":"paid","order":"ord_1"}],"pagination":{"next_page":8}}"#;
    let peer = Peer::start([answer(200, "", payments)]).await;
    let page = peer.client().transactions(7).await.expect("payments");
    assert!(peer.asked()[0].contains("page_number=7"), "{:?}", peer.asked());
    assert_eq!(page.next_page, Some(8));
    assert_eq!(page.items[0].order.as_ref().map(Reference::id), Some("ord_1"));
}

#[tokio::test]
async fn every_page_is_taken_from_the_budget() {
    let peer = Peer::start([page(&["prod_1"], Some(2)), page(&["prod_2"], None)]).await;
    let error = peer.client().within(Few::new(1)).products().await.expect_err("a page too many");
    assert!(matches!(error, ApiError::OverBudget { .. }), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(peer.asked().len(), 1);
}

#[tokio::test]
async fn a_repetition_beyond_the_budget_is_not_made_and_the_first_failure_stands() {
    let peer = Peer::start([answer(503, "", "{}"), answer(503, "", "{}")]).await;
    let error = peer.client().within(Few::new(1)).product(LIFETIME).await.expect_err("no product");
    assert!(matches!(error, ApiError::Unavailable { status: Some(503), .. }), "{error}");
    assert_eq!(peer.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_is_read_up_to_four_mebibytes() {
    let of_length = |length: usize| {
        let rest = product("prod_1", r#","description":"""#).len();
        let description = "a".repeat(length - rest);
        answer(200, "", &product("prod_1", &format!(r#","description":"{description}""#)))
    };
    let longest = 4 * 1024 * 1024;
    let peer = Peer::start([of_length(longest), of_length(longest + 1)]).await;
    assert_eq!(peer.client().product("prod_1").await.expect("a product").id, "prod_1");
    let error = peer.client().product("prod_1").await.expect_err("too large");
    assert_eq!(error.to_string(), "Creem's answer cannot be read: the answer is too large");
}

#[tokio::test]
async fn a_pause_longer_than_a_buyer_waits_is_told_and_not_waited_for() {
    let peer = Peer::start([answer(429, "retry-after: 3\r\n", "{}"), answer(429, "", "{}")]).await;
    let error = peer.client().product(LIFETIME).await.expect_err("no product");
    assert!(matches!(error, ApiError::Unavailable { status: Some(429), .. }), "{error}");
    assert_eq!((error.retry_after(), peer.asked().len()), (Some(Duration::from_secs(3)), 1));
}

#[tokio::test]
async fn a_pause_that_is_not_in_seconds_is_none() {
    let peer = Peer::start([answer(400, "retry-after: Fri, 27 Nov 2026 12:00:00 GMT\r\n", "{}")]).await;
    assert_eq!(peer.client().product(LIFETIME).await.expect_err("no product").retry_after(), None);
}

#[tokio::test]
async fn what_creem_does_not_know_is_not_asked_for_again() {
    let creem = Creem::start().await;
    let error = creem.client(sandbox::API_KEY).product("prod_none").await.expect_err("no product");
    assert!(matches!(error, ApiError::NotFound { .. }), "{error}");
    assert_eq!(creem.requests().await.len(), 1);
}

/// Whether a session was made nobody can say, so another one might charge the buyer twice.
#[tokio::test]
async fn a_creation_whose_connection_broke_is_not_repeated_and_the_trouble_is_named() {
    let creem = Creem::start().await;
    creem.control("_sandbox/faults", json!({ "times": 1, "drop": true })).await;
    let error = creem.client(sandbox::API_KEY).create_checkout(&session()).await.expect_err("no answer");
    let ApiError::Unavailable { status: None, body } = &error else { panic!("{error}") };
    assert!(body.message.iter().any(|said| said.contains("error sending request: ")), "{error}");
    assert_eq!(creem.requests().await.len(), 1);
}
