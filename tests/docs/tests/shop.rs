//! A shop that a reader has started with the sandbox, and what they see of it over HTTP.

use std::net::TcpListener;

use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use crate::guide::root;
use crate::shell::{Serving, Shell};

/// A checkout with its sandbox on ports of their own.
pub(crate) struct Shop {
    pub(crate) shell: Shell,
    /// Ends with a slash.
    pub(crate) checkout: Url,
    pub(crate) sandbox: Url,
    http: reqwest::Client,
    _serving: Serving,
}

impl Shop {
    /// Starts it with what the shell has set.
    pub(crate) fn open(mut shell: Shell) -> Self {
        take_free_ports(&mut shell);
        let serving = shell.serve("creem-checkout serve --sandbox --sandbox-listen 127.0.0.1:0");
        let sandbox = serving.ready("the sandbox is ready", "public_url");
        let checkout = serving.ready("the checkout is ready", "address");
        Self { shell, checkout, sandbox, http: reqwest::Client::new(), _serving: serving }
    }

    /// What a path of the checkout shows.
    pub(crate) async fn page(&self, url: &str) -> String {
        let answer = self.http.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{url}");
        answer.text().await.expect("a page")
    }

    /// Asks the checkout for a session.
    pub(crate) async fn create(&self, body: &Value) -> (StatusCode, Value) {
        let url = self.checkout.join("api/checkouts").expect("a path");
        let answer = self.http.post(url).json(body).send().await.expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    /// Pays a session as its buyer.
    pub(crate) async fn pay(&self, checkout_id: &str) {
        let url = self.sandbox.join(&format!("_sandbox/checkouts/{checkout_id}/pay")).expect("a path");
        let buyer = serde_json::json!({ "email": "ada@example.com" });
        let answer = self.http.post(url).json(&buyer).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
    }

    /// What Creem was asked so far.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        let url = self.sandbox.join("_sandbox/requests").expect("a path");
        self.http.get(url).send().await.expect("an answer").json().await.expect("a list")
    }
}

/// Of the sandbox's products: paid once, USD 19.99.
pub(crate) const LIFETIME: &str = "prod_SandboxLifetime0000001";

/// A port that nobody listens at.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}

/// What a test adds to a reader's own settings: any free port, and a page without building one.
pub(crate) fn take_free_ports(shell: &mut Shell) {
    shell.set("CHECKOUT_LISTEN", "127.0.0.1:0");
    shell.set("CHECKOUT_ASSETS", &root().join("crates/proxy/tests/fixtures/dist").to_string_lossy());
}
