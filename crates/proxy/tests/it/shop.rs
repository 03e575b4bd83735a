//! A proxy and a sandbox on real sockets, and a client that checks every answer for what must always hold.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use proxy::{Clock, Config, LimitSettings, PageConfig, Proxy, REQUEST_ID_HEADER, SiteOrigin};
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Method, StatusCode};
use sandbox::{Options, Sandbox, Seed};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;
use wire::{ErrorBody, ErrorCode, PageMode};

use crate::database::Database;

pub(crate) const LIFETIME: &str = "prod_SandboxLifetime0000001";
pub(crate) const MONTHLY: &str = "prod_SandboxProMonthly00001";
pub(crate) const OTHER_SITE: &str = "https://shop.example";

const EVERYWHERE: [&str; 7] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-resource-policy",
    "cache-control",
    "x-request-id",
];

/// A shop that is open.
pub(crate) struct Shop {
    pub(crate) proxy: Url,
    pub(crate) sandbox: Url,
    client: reqwest::Client,
    moved_ms: Arc<AtomicI64>,
    database: Arc<Database>,
    config: Config,
}

/// Whether the sandbox's webhooks reach the proxy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Webhooks {
    Arrive,
    GetLost,
}

pub(crate) fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/dist")
}

pub(crate) async fn listener() -> (TcpListener, Url) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, format!("http://{address}/").parse().expect("a URL"))
}

/// What a proxy is told that listens to more than this machine; it is reached on loopback all the same.
pub(crate) fn for_the_world() -> SocketAddr {
    "0.0.0.0:0".parse().expect("an address")
}

/// What a proxy is told that sells through a sandbox.
pub(crate) fn config(proxy: &Url, sandbox: &Url, database_url: String) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().expect("an address"),
        public_url: proxy.clone(),
        api_key: creem::ApiKey::parse(sandbox::API_KEY).expect("a key"),
        webhook_secret: sandbox::WEBHOOK_SECRET.into(),
        previous_webhook_secret: None,
        creem_url: Some(sandbox.clone()),
        products: Vec::new(),
        allowed_origins: vec![SiteOrigin::parse(OTHER_SITE).expect("an origin")],
        return_origins: Vec::new(),
        database_url: database_url.into(),
        assets: fixture().into(),
        mode: PageMode::Sandbox,
        clock: Clock::system(),
        previous_api_key: None,
        intent_secret: None,
        require_intent: false,
        notify: None,
        api_token: None,
        trusted_proxies: Vec::new(),
        page: PageConfig::default(),
        catalog_fresh_for: Duration::from_secs(30),
        limits: LimitSettings::default(),
        patience: Duration::from_secs(10),
        retention: None,
    }
}

/// Starts a proxy, as long as the test lives.
pub(crate) async fn serve(config: Config, listener: TcpListener) {
    let proxy = Proxy::start(config).await.expect("a proxy");
    tokio::spawn(proxy.serve(listener, std::future::pending()));
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_with(Webhooks::Arrive, |_| {}).await
    }

    pub(crate) async fn open_with(webhooks: Webhooks, change: impl FnOnce(&mut Config)) -> Self {
        let (proxy_listener, proxy) = listener().await;
        let (sandbox_listener, sandbox) = listener().await;
        let webhook_url = (webhooks == Webhooks::Arrive).then(|| proxy.join("webhooks/creem").expect("a URL"));
        let options = Options { public_url: sandbox.clone(), webhook_url, shop_url: None, seed: Seed::default() };
        tokio::spawn(Sandbox::new(options).serve(sandbox_listener, std::future::pending()));
        let database = Arc::new(Database::create().await);
        let moved_ms = Arc::new(AtomicI64::new(0));
        let moved = Arc::clone(&moved_ms);
        let mut config = config(&proxy, &sandbox, database.url());
        config.clock = Clock::from_fn(move || {
            jiff::Timestamp::now() + jiff::SignedDuration::from_millis(moved.load(Ordering::Relaxed))
        });
        change(&mut config);
        serve(config.clone(), proxy_listener).await;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { proxy, sandbox, client, moved_ms, database, config }
    }

    /// Another proxy on the same database, in front of the same sandbox.
    pub(crate) async fn replica(&self) -> Self {
        self.replica_with(|_| {}).await
    }

    /// Another proxy like that, which was told something else.
    pub(crate) async fn replica_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let (listener, proxy) = listener().await;
        let mut config = Config { public_url: proxy.clone(), ..self.config.clone() };
        change(&mut config);
        serve(config, listener).await;
        let (moved_ms, database) = (Arc::clone(&self.moved_ms), Arc::clone(&self.database));
        let (client, sandbox, config) = (self.client.clone(), self.sandbox.clone(), self.config.clone());
        Self { proxy, sandbox, client, moved_ms, database, config }
    }

    /// Another proxy like that, without a socket.
    pub(crate) async fn app(&self) -> Router {
        Proxy::start(self.config.clone()).await.expect("a proxy").app()
    }

    /// A call whose answer is read as it comes.
    pub(crate) async fn stream(&self, path: &str) -> reqwest::Response {
        let url = self.proxy.join(path.trim_start_matches('/')).expect("a path");
        self.client.get(url).send().await.expect("an answer")
    }

    /// What the proxy was told.
    pub(crate) fn config(&self) -> Config {
        self.config.clone()
    }

    /// The proxy's database.
    pub(crate) fn database_url(&self) -> String {
        self.database.url()
    }

    /// Moves the proxy's clock.
    pub(crate) fn advance(&self, by: Duration) {
        self.moved_ms.fetch_add(i64::try_from(by.as_millis()).expect("a short time"), Ordering::Relaxed);
    }

    /// A call to the proxy, checked.
    pub(crate) async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let url = self.proxy.join(path.trim_start_matches('/')).expect("a path");
        let has_body = method != Method::HEAD;
        let mut request = self.client.request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::checked(request.send().await.expect("an answer"), has_body).await
    }

    /// A webhook as Creem signs it.
    pub(crate) async fn deliver(&self, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, &body);
        self.call(Method::POST, "/webhooks/creem", &[("creem-signature", &signature)], body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &[], Vec::new()).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.call(Method::POST, path, &headers, body.to_string().into_bytes()).await
    }

    pub(crate) async fn post_form(&self, body: &str) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.call(Method::POST, "/api/checkouts", &headers, body.as_bytes().to_vec()).await
    }

    /// Opens a session that must succeed.
    pub(crate) async fn create(&self, body: &Value) -> wire::CheckoutCreated {
        let answer = self.post_json("/api/checkouts", body, &[]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        serde_json::from_str(&answer.text).expect("a session")
    }

    /// A call to the sandbox's controls.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = self.sandbox.join(path.trim_start_matches('/')).expect("a path");
        let request = self.client.request(method, url).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Pays a session, and says where the buyer is sent.
    pub(crate) async fn pay(&self, checkout_id: &str) -> Url {
        let path = format!("/_sandbox/checkouts/{checkout_id}/pay");
        let answer = self.control(Method::POST, &path, json!({"email": "ada@example.com"})).await;
        answer["return_url"].as_str().expect("a return URL").parse().expect("a URL")
    }

    /// The bodies with which Creem was asked to open sessions.
    pub(crate) async fn creations(&self) -> Vec<Value> {
        let requests = self.control(Method::GET, "/_sandbox/requests", Value::Null).await;
        let requests = requests.as_array().expect("a list");
        let creations = requests.iter().filter(|request| request["method"] == "POST");
        creations.map(|request| request["body"].clone()).collect()
    }

    /// The payment once it has a status, waited for.
    pub(crate) async fn payment_becoming(&self, created: &wire::CheckoutCreated, status: &str) -> Value {
        let path = format!("/api/payments/{}?checkout_id={}", created.request_id, created.checkout_id);
        let wait = async {
            loop {
                let payment = self.get(&path).await.json();
                if payment["status"] == status {
                    return payment;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the status in time")
    }
}

/// An answer that has passed the checks.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    async fn checked(answer: reqwest::Response, has_body: bool) -> Self {
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        for name in EVERYWHERE {
            assert!(headers.contains_key(name), "{name} is missing from {status}");
        }
        let policy = headers["content-security-policy"].to_str().expect("text");
        // A drawing that nothing can run in may have a style sheet of its own.
        let is_still = policy.starts_with("default-src 'none';") && policy.ends_with("; sandbox");
        assert!(is_still || !policy.contains("'unsafe-inline'"), "{policy}");
        assert!(!policy.contains("'unsafe-eval'"), "{policy}");
        for secret in [sandbox::API_KEY, sandbox::WEBHOOK_SECRET] {
            assert!(!text.contains(secret), "a secret in a body");
            assert!(!format!("{headers:?}").contains(secret), "a secret in a header");
        }
        let answer = Self { status, headers, text };
        if has_body && status.as_u16() >= 400 && answer.header("content-type") == "application/json" {
            let body: ErrorBody = serde_json::from_str(&answer.text).expect("the error shape");
            assert_ne!(body.error.code, ErrorCode::Unknown, "{}", answer.text);
            assert_eq!(body.error.code.status(), status.as_u16(), "{}", answer.text);
            assert_eq!(body.error.trace_id, answer.header(REQUEST_ID_HEADER.as_str()));
            assert!(!body.error.message.is_empty());
        }
        answer
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let name: HeaderName = name.parse().expect("a name");
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// The error's code and field.
    pub(crate) fn refusal(&self) -> (String, String) {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("field"))
    }
}
