//! A sandbox and someone who talks to it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use sandbox::{API_KEY, Options, Sandbox, Seed};
use serde_json::{Value, json};
use tokio::sync::{OnceCell, mpsc};
use tower::ServiceExt;
use url::{Url, form_urlencoded};

use crate::description::Description;

pub(crate) const LIFETIME: &str = "prod_SandboxLifetime0000001";
pub(crate) const MONTHLY: &str = "prod_SandboxProMonthly00001";
pub(crate) const YEARLY: &str = "prod_SandboxProYearly000001";
pub(crate) const TEAM: &str = "prod_SandboxTeamSeats000001";

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A sandbox in this process.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    app: Router,
    /// Answers may be others than the API describes.
    is_faulty: AtomicBool,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    pub(crate) fn messages(&self) -> Vec<String> {
        serde_json::from_value(self.json()["message"].clone()).expect("a list of messages")
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().expect("an address")
    }
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::sending_to(None)
    }

    pub(crate) fn sending_to(webhook_url: Option<Url>) -> Self {
        Self::with(webhook_url, None)
    }

    /// A sandbox beside a shop.
    pub(crate) fn selling_at(shop_url: Url) -> Self {
        Self::with(None, Some(shop_url))
    }

    fn with(webhook_url: Option<Url>, shop_url: Option<Url>) -> Self {
        let public_url = Url::parse("http://127.0.0.1:8081").expect("an address");
        let sandbox = Sandbox::new(Options { public_url, webhook_url, shop_url, seed: Seed::default() });
        let app = sandbox.app();
        Self { sandbox, app, is_faulty: AtomicBool::new(false) }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.app.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Reply { status: parts.status, headers: parts.headers, text }
    }

    /// A call with the key and, unless null, a body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(path).header("x-api-key", API_KEY);
        let request = request.header("content-type", "application/json").body(body).expect("a request");
        let reply = self.send(request).await;
        if path == "/_sandbox/faults" {
            self.is_faulty.store(method == "POST", Ordering::SeqCst);
        } else if !self.is_faulty.load(Ordering::SeqCst) {
            self.described().await.check(method, path, &reply);
        }
        reply
    }

    /// What every sandbox says of its own API.
    pub(crate) async fn described(&self) -> &'static Description {
        static DESCRIPTION: OnceCell<Description> = OnceCell::const_new();
        let ask = || async {
            let request = Request::builder().uri("/openapi.json").body(Body::empty()).expect("a request");
            Description::of(self.send(request).await.json())
        };
        DESCRIPTION.get_or_init(ask).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, Value::Null).await
    }

    /// A page, as a browser asks for it.
    pub(crate) async fn visit(&self, path: &str) -> Reply {
        let request = Request::builder().uri(path).header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// One of the sandbox's own controls.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Reply {
        self.call("POST", &format!("/_sandbox/{path}"), body).await
    }

    /// A form, as a browser without scripts posts it.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder().method("POST").uri(path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// Opens a session and gives the API's answer.
    pub(crate) async fn open(&self, body: Value) -> Value {
        let reply = self.call("POST", "/v1/checkouts", body).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        reply.json()
    }

    /// Pays a session by the control and gives the return URL.
    pub(crate) async fn pay(&self, checkout: &Value) -> Url {
        let reply = self.call("POST", &pay_path(checkout), json!({ "email": "ada@example.com" })).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        Url::parse(reply.json()["return_url"].as_str().expect("a return URL")).expect("an address")
    }
}

/// Where the control pays a session.
pub(crate) fn pay_path(checkout: &Value) -> String {
    format!("/_sandbox/checkouts/{}/pay", id(checkout))
}

/// The path of a session's payment page.
pub(crate) fn page_path(checkout: &Value) -> String {
    let url = Url::parse(checkout["checkout_url"].as_str().expect("an address")).expect("an address");
    url.path().to_owned()
}

pub(crate) fn id(entity: &Value) -> &str {
    entity["id"].as_str().expect("an id")
}

/// One delivery as the merchant got it.
#[derive(Debug)]
pub(crate) struct Delivered {
    pub(crate) signature: String,
    pub(crate) body: Vec<u8>,
}

impl Delivered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// A merchant's webhook endpoint on a real port. It answers with the given statuses, then with 200.
pub(crate) struct Merchant {
    pub(crate) url: Url,
    deliveries: mpsc::UnboundedReceiver<Delivered>,
}

impl Merchant {
    pub(crate) async fn answering(statuses: &'static [u16]) -> Self {
        let (sender, deliveries) = mpsc::unbounded_channel();
        let seen = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let handler = move |headers: HeaderMap, body: axum::body::Bytes| {
            let number = seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let signature = headers["creem-signature"].to_str().expect("a signature").to_owned();
            sender.send(Delivered { signature, body: body.to_vec() }).expect("the test still listens");
            let status = statuses.get(number).copied().unwrap_or(200);
            async move { StatusCode::from_u16(status).expect("a status") }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().route("/hook", axum::routing::post(handler));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url: Url::parse(&format!("http://{address}/hook")).expect("an address"), deliveries }
    }

    pub(crate) async fn next(&mut self) -> Delivered {
        let next = tokio::time::timeout(PATIENCE, self.deliveries.recv()).await;
        next.expect("a delivery in time").expect("the endpoint still runs")
    }

    pub(crate) fn has_more(&mut self) -> bool {
        self.deliveries.try_recv().is_ok()
    }
}

/// Waits until the sandbox's events look as wanted.
pub(crate) async fn events_until(shop: &Shop, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let wait = async {
        loop {
            let events: Vec<Value> =
                serde_json::from_value(shop.get("/_sandbox/events").await.json()).expect("a list of events");
            if wanted(&events) {
                return events;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the events in time")
}
