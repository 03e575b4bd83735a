//! The client against the sandbox, over real connections.

mod limits;
mod peer;

use creem::discount::{Percentage, Verdict};
use creem::{ApiError, ApiKey, CheckoutStatus, Client, CreateCheckout, Reference};
use sandbox::{API_KEY, Options, Sandbox, Seed};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

const LIFETIME: &str = "prod_SandboxLifetime0000001";

/// A sandbox that serves, and its controls.
struct Creem {
    url: Url,
    http: reqwest::Client,
}

impl Creem {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url: Url = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
        let options = Options { public_url: url.clone(), webhook_url: None, shop_url: None, seed: Seed::default() };
        tokio::spawn(Sandbox::new(options).serve(listener, std::future::pending()));
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { url, http }
    }

    fn client(&self, key: &str) -> Client {
        Client::new(ApiKey::parse(key).expect("a key"), Some(self.url.clone())).expect("a client")
    }

    async fn control(&self, path: &str, body: Value) {
        let url = self.url.join(path).expect("a URL");
        let answer = self.http.post(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}");
    }

    async fn requests(&self) -> Vec<Value> {
        let url = self.url.join("_sandbox/requests").expect("a URL");
        self.http.get(url).send().await.expect("an answer").json().await.expect("a list")
    }
}

fn session() -> CreateCheckout {
    CreateCheckout {
        product_id: LIFETIME.to_owned(),
        request_id: Some("order_1".to_owned()),
        ..CreateCheckout::default()
    }
}

#[tokio::test]
async fn a_session_is_opened_paid_and_read_again() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    let open = client.create_checkout(&session()).await.expect("a session");
    assert_eq!(open.status, CheckoutStatus::Pending);
    assert_eq!(open.product.as_ref().map(Reference::id), Some(LIFETIME));
    assert!(open.checkout_url.is_some_and(|url| url.contains(&open.id)));
    creem.control(&format!("_sandbox/checkouts/{}/pay", open.id), json!({})).await;
    let paid = client.checkout(&open.id).await.expect("the session");
    assert_eq!((paid.status, paid.request_id.as_deref()), (CheckoutStatus::Completed, Some("order_1")));
    assert_eq!(paid.product.as_ref().map(Reference::id), Some(LIFETIME), "an object now, read the same way");
    assert_eq!(paid.order.and_then(|order| order.charged()), Some(1999));
}

#[tokio::test]
async fn all_products_and_a_discount_are_read() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    assert_eq!(client.products().await.expect("products").len(), 4);
    assert_eq!(client.product(LIFETIME).await.expect("a product").price, 1999);
    assert_eq!(client.discount("SAVE25").await.expect("a discount").percentage, Some(Percentage::from(25)));
}

#[tokio::test]
async fn errors_say_whose_fault_it_is_and_carry_the_trace_id() {
    let creem = Creem::start().await;
    let stranger = creem.client("creem_test_other").product(LIFETIME).await.expect_err("a wrong key");
    assert!(matches!(stranger, ApiError::Key { status: 401, .. }) && stranger.trace_id().is_some());
    let unknown = creem.client(API_KEY).discount("NOPE").await.expect_err("an unknown code");
    assert!(matches!(unknown, ApiError::NotFound { .. }) && unknown.trace_id().is_some());
}

#[tokio::test]
async fn reading_is_tried_again_and_creating_is_not() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    creem.control("_sandbox/faults", json!({ "times": 1, "status": 503 })).await;
    assert!(client.product(LIFETIME).await.is_ok());
    creem.control("_sandbox/faults", json!({ "times": 1, "status": 502 })).await;
    let failed = client.create_checkout(&session()).await.expect_err("no second try");
    assert!(matches!(failed, ApiError::Unavailable { status: Some(502), .. }));
    let seen = creem.requests().await;
    assert_eq!(seen.iter().filter(|request| request["method"] == "POST").count(), 1);
    assert!(seen[0]["headers"]["user-agent"].as_str().is_some_and(|agent| agent.starts_with("creem-checkout/")));
}

#[tokio::test]
async fn a_creation_that_was_turned_away_is_tried_again() {
    let creem = Creem::start().await;
    creem.control("_sandbox/faults", json!({ "method": "POST", "times": 1, "status": 429 })).await;
    assert!(creem.client(API_KEY).create_checkout(&session()).await.is_ok(), "429 means that nothing was made");
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_an_error_and_not_a_panic() {
    let creem = Creem::start().await;
    creem.control("_sandbox/faults", json!({ "times": 1, "status": 200, "body": "<html>" })).await;
    let odd = creem.client(API_KEY).product(LIFETIME).await.expect_err("no product");
    assert!(matches!(odd, ApiError::Unreadable { .. }));
}

/// What the next call is answered with.
async fn next_answer(creem: &Creem, body: &str) {
    creem.control("_sandbox/faults", json!({ "times": 1, "status": 200, "body": body })).await;
}

fn product(id: &str, changes: &str) -> String {
    format!(
        r#"{{"id":"{id}","object":"product","mode":"test","name":"One","description":"Good","price":1999,
            "currency":"USD","billing_type":"onetime","billing_period":"once","status":"active",
            "tax_mode":"exclusive","created_at":"2026-07-31T12:24:42.499Z"{changes}}}"#
    )
}

/// One product in the list that could not be read closed the whole shop: every other product was lost with it.
#[tokio::test]
async fn an_odd_product_costs_only_itself() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    // Later fields count, so these replace those above.
    for unreadable in [
        r#","price":1999.5"#,
        r#","price":null"#,
        r#","price":1e400"#,
        r#","name":null"#,
        r#","currency":null"#,
        r#","currency":"gold""#,
        r#","trial_price":9.99"#,
        r#","trial_period_days":-1"#,
        r#","recurring_interval":["month"]"#,
        r#","billing_type":{}"#,
        r#","tax_mode":{}"#,
        r#","id":"""#,
    ] {
        let list = format!(r#"{{"items":[{},{}]}}"#, product("prod_odd", unreadable), product("prod_good", ""));
        next_answer(&creem, &list).await;
        let products = client.products().await.expect(unreadable);
        let ids: Vec<&str> = products.iter().map(|product| product.id.as_str()).collect();
        assert_eq!(ids, ["prod_good"], "{unreadable}");
    }
    for entry in ["null", "7", "[]", r#""prod_9""#] {
        next_answer(&creem, &format!(r#"{{"items":[{entry},{}]}}"#, product("prod_good", ""))).await;
        assert_eq!(client.products().await.expect(entry).len(), 1, "{entry}");
    }
}

/// A product was lost by a field that its sale does not need, or by a number that was written in another way.
#[tokio::test]
async fn a_product_is_read_in_every_spelling() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    for changes in [
        r#","price":1999.0"#,
        r#","price":"1999""#,
        r#","price":1.999e3"#,
        r#","price":19.99,"price":1999"#,
        r#","currency":"usd""#,
        r#","billing_type":"OneTime""#,
        r#","description":null"#,
        r#","description":"cut in two \ud83d""#,
        r#","image_url":["a","b"]"#,
        r#","custom_fields":{}"#,
        r#","custom_fields":[{"type":1e400}]"#,
        r#","trial_period_days":"7","recurring_interval_count":"2","trial_price":100.0"#,
        r#","features":[1e400,-1e-400,"\ude00"]"#,
    ] {
        next_answer(&creem, &format!(r#"{{"items":[{}]}}"#, product("prod_1", changes))).await;
        let products = client.products().await.expect(changes);
        let [product] = &products[..] else { panic!("{changes}") };
        assert_eq!((product.price, product.currency.as_str()), (1999, "USD"), "{changes}");
        assert_eq!((product.billing_type.as_str(), product.image_url.as_deref()), ("onetime", None), "{changes}");
    }
}

#[tokio::test]
async fn a_list_of_which_nothing_can_be_read_is_not_an_empty_shop() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    next_answer(&creem, &format!(r#"{{"items":[{}]}}"#, product("prod_1", r#","price":null"#))).await;
    let error = client.products().await.expect_err("nothing to show");
    assert_eq!(error.to_string(), "Creem's answer cannot be read: product: items[0].price is missing");
    next_answer(&creem, r#"{"items":[]}"#).await;
    assert!(client.products().await.expect("an empty list").is_empty());
}

/// A page that named itself as the next one was read twenty times over.
#[tokio::test]
async fn a_list_never_goes_back() {
    let creem = Creem::start().await;
    let list = format!(r#"{{"items":[{}],"pagination":{{"next_page":1}}}}"#, product("prod_1", ""));
    next_answer(&creem, &list).await;
    assert_eq!(creem.client(API_KEY).products().await.expect("products").len(), 1);
}

/// Decimals, dates without a zone and small letters made a code "could not be checked", or valid for ever.
#[tokio::test]
async fn a_discount_is_read_in_every_spelling() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    let now = "2026-11-27T12:00:00Z".parse().expect("a moment");
    for (terms, off) in [
        (r#""type":"percentage","percentage":12.5"#, Some(125)),
        (r#""type":"percentage","percentage":20.0"#, Some(200)),
        (r#""type":"Percentage","percentage":"25""#, Some(250)),
        (r#""type":"percentage","percentage":10,"amount":12.5,"currency":7"#, Some(100)),
        (r#""type":"fixed","amount":500.0,"currency":"usd""#, Some(500)),
        (r#""type":"fixed","amount":"500","currency":"Usd","applies_to_products":[{"id":"prod_1"}]"#, Some(500)),
        (r#""type":"fixed","amount":500,"currency":"USD","applies_to_products":"prod_1""#, Some(500)),
        (r#""type":"percentage","percentage":10,"expiry_date":"2026-11-28""#, Some(100)),
        (r#""type":"percentage","percentage":10,"expiry_date":"2026-11-27""#, None),
        (r#""type":"percentage","percentage":10,"expiry_date":"2020-01-01T00:00:00""#, None),
        (r#""type":"percentage","percentage":10,"expiry_date":1577836800000"#, None),
        (r#""type":"percentage","percentage":10,"expiry_date":1577836800"#, None),
        // Without one of its terms it would be another discount.
        (r#""type":"percentage","percentage":10,"expiry_date":"soon""#, None),
        (r#""type":"percentage","percentage":10,"applies_to_products":[["prod_2"]]"#, None),
        (r#""type":"percentage","percentage":10,"max_redemptions":"some""#, None),
        (r#""type":"percentage","percentage":"a tenth""#, None),
        (r#""type":"percentage","percentage":-10"#, None),
        (r#""type":"fixed","amount":5.5,"currency":"USD""#, None),
        (r#""type":["fixed"],"amount":5,"currency":"USD""#, None),
    ] {
        next_answer(&creem, &format!(r#"{{"id":"dis_1","code":"SAVE","status":"ACTIVE",{terms}}}"#)).await;
        let discount = client.discount("SAVE").await.expect(terms);
        let verdict = discount.judge("prod_1", "USD", now);
        match off {
            Some(off) => assert!(
                matches!(verdict, Verdict::Applies(reduction) if reduction.amount_off(1000) == off),
                "{terms} {verdict:?}"
            ),
            None => assert!(matches!(verdict, Verdict::Unknown | Verdict::Expired), "{terms} {verdict:?}"),
        }
    }
}

/// One field that could not be read hid a payment from whoever looked it up.
#[tokio::test]
async fn a_session_is_read_whatever_its_parts_are() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    for parts in [
        r#""order":"ord_1","product":null"#,
        r#""order":{"id":"ord_1","amount":19.99},"checkout_url":["https://creem.io"]"#,
        r#""order":{"id":"ord_1","currency":null,"amount_due":"1999"},"units":"2""#,
        r#""order":{"id":"ord_1"},"metadata":[1e400],"customer":7"#,
    ] {
        next_answer(&creem, &format!(r#"{{"id":"ch_1","status":"completed",{parts}}}"#)).await;
        let checkout = client.checkout("ch_1").await.expect(parts);
        assert_eq!(checkout.order.and_then(|order| order.id).as_deref(), Some("ord_1"), "{parts}");
    }
}

#[tokio::test]
async fn an_error_in_another_shape_still_says_why() {
    let creem = Creem::start().await;
    let body = r#"{"trace_id":17,"message":[{"property":"email","constraints":{"isEmail":"email must be an email"}}]}"#;
    creem.control("_sandbox/faults", json!({ "times": 1, "status": 400, "body": body })).await;
    let error = creem.client(API_KEY).create_checkout(&session()).await.expect_err("refused");
    assert_eq!(error.trace_id(), Some("17"));
    assert!(error.to_string().contains("email must be an email"), "{error}");
}

#[tokio::test]
async fn endpoints_their_secrets_and_the_codes_are_listed() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    assert!(client.webhook_endpoints().await.expect("a list").is_empty());
    let call = creem.http.post(creem.url.join("v1/webhooks").expect("a URL")).header("x-api-key", API_KEY);
    let made: Value = call
        .json(&json!({"url": "https://pay.example/webhooks/creem", "events": ["refund.created"]}))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("an endpoint");
    let endpoints = client.webhook_endpoints().await.expect("a list");
    let [endpoint] = &endpoints[..] else { panic!("{endpoints:?}") };
    assert_eq!((endpoint.url.as_str(), endpoint.is_enabled), ("https://pay.example/webhooks/creem", true));
    assert!(endpoint.wants("refund.created") && !endpoint.wants("checkout.completed"));
    let secret = client.webhook_secret(&endpoint.id).await.expect("a secret");
    assert_eq!(secret.expose_secret(), made["secret"].as_str().expect("a text"));
    assert!(matches!(client.webhook_secret("wh_none").await, Err(ApiError::NotFound { .. })));
    let codes = client.discount_codes(1).await.expect("codes");
    assert!(codes.iter().any(|code| code == "SAVE25"), "{codes:?}");
}
