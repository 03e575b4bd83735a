//! The shop as it stands in the world: behind web servers, under other names than it was told, with a Creem that does
//! not know its products.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wire::PageMode;

use super::log::Log;
use crate::shop::{LIFETIME, MONTHLY, Shop, Webhooks, for_the_world};
use crate::strangers::limits::per_minute;

// Behind a load balancer that writes ports, and behind any web server on the same machine that nobody had named, all
// buyers were one client: after the first, everybody read "Too many tries".
#[tokio::test]
async fn behind_a_forwarder_on_this_machine_every_buyer_buys() {
    let shop = Shop::open_with(Webhooks::Arrive, |config| config.limits = per_minute(1, 60, 0)).await;
    let log = Log::listen();
    let sales = (1..=15).map(|n| {
        let shop = &shop;
        async move {
            let from = match n % 3 {
                0 => format!("203.0.113.{n}:{}", 50_000 + n),
                1 => format!("[2001:db8:{n}::1]:443"),
                _ => format!("\"[2001:db8:{n}::1]\", 127.0.0.1:4711"),
            };
            let headers = [("x-forwarded-for", from.as_str())];
            let body = json!({"product_id": LIFETIME, "request_id": format!("order_{n}")});
            let answer = shop.post_json("/api/checkouts", &body, &headers).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{from}: {}", answer.text);
            let again = shop.post_json("/api/checkouts", &body, &headers).await;
            assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS, "{from} has a limit of its own");
            let created: wire::CheckoutCreated = serde_json::from_str(&answer.text).expect("a session");
            shop.pay(created.checkout_id.as_str()).await;
            shop.payment_becoming(&created, "paid").await;
        }
    });
    join_all(sales).await;
    assert!(!log.text().contains("is not believed"), "{}", log.text());
}

/// A page of ours under another address, without scripts and with them.
async fn press(shop: &Shop, headers: &[(&str, &str)]) -> [crate::shop::Answer; 2] {
    let form = [&[("content-type", "application/x-www-form-urlencoded")], headers].concat();
    let body = format!("product_id={LIFETIME}&email=ada%40example.com").into_bytes();
    [
        shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), headers).await,
        shop.call(Method::POST, "/api/checkouts", &form, body).await,
    ]
}

// A checkout that was opened under another name or port than CHECKOUT_PUBLIC_URL showed the form, and every press was
// answered 403.
#[tokio::test]
async fn opened_under_another_name_it_sells() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.listen = for_the_world()).await;
    for headers in [
        // Browsers leave the header out where an address is neither https nor loopback.
        vec![("host", "mybox:8080"), ("origin", "http://mybox:8080")],
        vec![("host", "192.168.1.7:8080"), ("origin", "http://192.168.1.7:8080")],
        vec![("host", "127.0.0.1:18199"), ("origin", "http://127.0.0.1:18199"), ("sec-fetch-site", "same-origin")],
        vec![("host", "www.pay.example"), ("origin", "https://www.pay.example"), ("sec-fetch-site", "same-origin")],
    ] {
        let [json, form] = press(&shop, &headers).await;
        assert_eq!((json.status, form.status), (StatusCode::CREATED, StatusCode::SEE_OTHER), "{headers:?}");
    }
    let status = shop.proxy.join("status").expect("a URL");
    let creations = shop.creations().await;
    assert!(creations.iter().all(|session| session["success_url"] == status.as_str()), "{creations:?}");
}

#[tokio::test]
async fn another_site_is_refused_and_the_log_names_it_and_the_settings() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.listen = for_the_world();
        config.mode = PageMode::Live;
        config.public_url = "https://pay.example/".parse().expect("a URL");
    })
    .await;
    let log = Log::listen();
    for headers in [
        vec![("host", "pay.example"), ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        vec![("host", "pay.example"), ("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        vec![("host", "pay.example"), ("origin", "https://evil.example")],
        vec![("host", "mybox:8080"), ("origin", "http://mybox:9000")],
        vec![("host", "a.pay.example"), ("origin", "https://b.pay.example"), ("sec-fetch-site", "same-site")],
    ] {
        let [json, form] = press(&shop, &headers).await;
        assert_eq!(
            (json.refusal().0.as_str(), form.status),
            ("origin_not_allowed", StatusCode::FORBIDDEN),
            "{headers:?}"
        );
    }
    assert!(shop.creations().await.is_empty());
    let log = log.text();
    for named in [
        "https://evil.example",
        "http://mybox:9000",
        "CHECKOUT_PUBLIC_URL, which is https://pay.example",
        "CHECKOUT_ALLOWED_ORIGINS",
    ] {
        assert!(log.contains(named), "{named} is not in {log}");
    }
}

// Where only this machine connects, a stranger's page whose name is made to lead here had our origin.
#[tokio::test]
async fn a_rebound_name_is_refused_where_only_this_machine_connects() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    for site in [&[][..], &[("sec-fetch-site", "same-origin")]] {
        let headers = [&[("host", "rebound.example:8080"), ("origin", "http://rebound.example:8080")], site].concat();
        let [json, _] = press(&shop, &headers).await;
        assert_eq!(json.refusal().0, "origin_not_allowed", "{headers:?}");
    }
    let published =
        [("host", "localhost:18199"), ("origin", "http://localhost:18199"), ("sec-fetch-site", "same-origin")];
    assert_eq!(press(&shop, &published).await[0].status, StatusCode::CREATED);
}

fn lines<'l>(log: &'l str, level: &'l str, message: &'l str) -> impl Iterator<Item = Value> + 'l {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(move |line| {
        line["level"] == level && line["message"].as_str().is_some_and(|said| said.contains(message))
    })
}

// Products that Creem does not know made an empty shop that called itself ready.
#[tokio::test]
async fn a_product_that_creem_does_not_know_is_an_error_and_not_ready() {
    let known = ["prod_nope", LIFETIME].map(|id| wire::ProductId::parse(id).expect("an id"));
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.products = known.to_vec()).await;
    let log = Log::listen();
    for _ in 0..3 {
        let refused = shop.get("/readyz").await;
        assert_eq!(refused.refusal().0, "upstream_misconfigured");
        assert!(refused.text.contains("prod_nope"), "{}", refused.text);
    }
    assert!(shop.get("/").await.text.contains(LIFETIME), "what is known is sold");
    let text = log.text();
    let told: Vec<_> = lines(&text, "ERROR", "CHECKOUT_PRODUCTS").collect();
    assert_eq!(told.iter().map(|line| line["product"].as_str()).collect::<Vec<_>>(), [Some("prod_nope")], "{text}");
}

// One that is taken off the shelf later must not take all replicas out of service.
#[tokio::test]
async fn a_product_that_goes_later_leaves_the_shop_ready() {
    let known = [MONTHLY, LIFETIME].map(|id| wire::ProductId::parse(id).expect("an id"));
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.products = known.to_vec();
        config.catalog_fresh_for = std::time::Duration::ZERO;
    })
    .await;
    assert_eq!(shop.get("/readyz").await.status, StatusCode::OK);
    let url = shop.sandbox.join(&format!("v1/products/{MONTHLY}")).expect("a URL");
    let gone =
        reqwest::Client::new().delete(url).header("x-api-key", sandbox::API_KEY).send().await.expect("an answer");
    assert!(gone.status().is_success());
    assert!(!shop.get("/").await.text.contains(MONTHLY));
    assert_eq!(shop.get("/readyz").await.status, StatusCode::OK);
}

// The page was served without products, the log said "answered 200", and nothing else.
#[tokio::test]
async fn a_page_without_products_is_an_error_once() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.api_key = creem::ApiKey::parse("creem_test_wrong").expect("a key");
    })
    .await;
    let log = Log::listen();
    for _ in 0..5 {
        assert_eq!(shop.get("/").await.status, StatusCode::OK);
    }
    let text = log.text();
    let told: Vec<_> = lines(&text, "ERROR", "without products").collect();
    assert_eq!(told.len(), 1, "{text}");
    assert_eq!(told[0]["code"], "upstream_misconfigured", "{}", told[0]);
    assert_eq!(shop.get("/readyz").await.refusal().0, "upstream_misconfigured");
}
