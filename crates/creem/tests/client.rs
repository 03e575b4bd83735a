//! The client against the sandbox, over real connections.

use creem::{ApiError, ApiKey, CheckoutStatus, Client, CreateCheckout};
use sandbox::{API_KEY, Options, Sandbox, Seed};
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
        let options = Options { public_url: url.clone(), webhook_url: None, seed: Seed::default() };
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
    assert_eq!((open.status, open.product.id()), (CheckoutStatus::Pending, LIFETIME));
    assert!(open.checkout_url.is_some_and(|url| url.contains(&open.id)));
    creem.control(&format!("_sandbox/checkouts/{}/pay", open.id), json!({})).await;
    let paid = client.checkout(&open.id).await.expect("the session");
    assert_eq!((paid.status, paid.request_id.as_deref()), (CheckoutStatus::Completed, Some("order_1")));
    assert_eq!(paid.product.id(), LIFETIME, "an object now, read the same way");
    assert_eq!(paid.order.and_then(|order| order.charged()), Some(1999));
}

#[tokio::test]
async fn all_products_and_a_discount_are_read() {
    let creem = Creem::start().await;
    let client = creem.client(API_KEY);
    assert_eq!(client.products().await.expect("products").len(), 4);
    assert_eq!(client.product(LIFETIME).await.expect("a product").price, 1999);
    assert_eq!(client.discount("SAVE25").await.expect("a discount").percentage, Some(25));
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
