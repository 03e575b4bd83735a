//! A shop of its own for each journey: sandbox and proxy on free ports, with a database file of their own.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};
use proxy::{Proxy, Settings};
use sandbox::{Options, Sandbox, Seed};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::gate::{self, Gate};

/// Of the sandbox's products: paid once, USD 19.99.
pub const LIFETIME: &str = "prod_SandboxLifetime0000001";

/// Proxy and sandbox, listening until dropped.
pub struct Shop {
    /// Where the app is.
    pub app: Url,
    /// The same page as a host of plain files serves it: nothing was written into it.
    pub plain: Url,
    /// Where the sandbox is.
    pub sandbox: Url,
    pub(crate) http: reqwest::Client,
    servers: Vec<JoinHandle<()>>,
    database: PathBuf,
    gate: Gate,
}

impl Shop {
    /// Starts both, the proxy as `asked`; where things are is decided here.
    ///
    /// # Errors
    /// When the page was not built or a port or the database cannot be opened.
    pub async fn open(asked: Settings) -> Result<Self> {
        let assets = root().join("dist");
        ensure!(assets.join("index.html").is_file(), "dist/ is not built; `cargo xtask test` builds it");

        let asked_listen = if asked.listen.is_empty() { "127.0.0.1:0" } else { &asked.listen };
        let app_listener = TcpListener::bind(asked_listen).await?;
        let sandbox_listener = TcpListener::bind("127.0.0.1:0").await?;
        let listen = app_listener.local_addr()?;
        let app = proxy::config::address_of(listen);
        let sandbox = Url::parse(&format!("http://{}/", sandbox_listener.local_addr()?))?;
        let database = std::env::temp_dir().join(format!("creem-checkout-e2e-{}.db", listen.port()));
        remove_database(&database);

        let creem = Sandbox::new(Options {
            public_url: sandbox.clone(),
            webhook_url: Some(app.join("webhooks/creem")?),
            shop_url: Some(app.clone()),
            seed: Seed::default(),
        });
        let settings = Settings {
            listen: listen.to_string(),
            sandbox: true,
            api_url: Some(sandbox.to_string()),
            assets: Some(assets.to_string_lossy().into_owned()),
            database: format!("sqlite://{}", database.display()),
            ..asked
        };
        let config = settings.check().map_err(|problems| anyhow!("{problems:?}"))?;
        let shop = Proxy::start(config).await.context("starting the proxy")?;

        let gate = Gate::new();
        let index = std::fs::read_to_string(assets.join("index.html"))?;
        let routes = axum::Router::new()
            .route("/plain", axum::routing::get(async move || axum::response::Html(index)))
            .fallback_service(shop.app())
            .layer(axum::middleware::from_fn_with_state(gate.clone(), gate::hold))
            .layer(axum::middleware::from_fn_with_state(gate.clone(), gate::cut));
        let servers = vec![
            tokio::spawn(async move { creem.serve(sandbox_listener, std::future::pending()).await.expect("serves") }),
            tokio::spawn(async move { axum::serve(app_listener, routes).await.expect("serves") }),
        ];
        Ok(Self { plain: app.join("plain")?, app, sandbox, http: reqwest::Client::new(), servers, database, gate })
    }

    /// What the proxy knows of a payment.
    ///
    /// # Errors
    /// When the proxy does not know it.
    pub async fn payment(&self, request_id: &str, checkout_id: &str) -> Result<Value> {
        let url = self.app.join(&format!("api/payments/{request_id}?checkout_id={checkout_id}"))?;
        Ok(self.http.get(url).send().await?.error_for_status()?.json().await?)
    }

    /// Opens a session and pays it; answers the address the buyer returns to.
    ///
    /// # Errors
    /// When proxy or sandbox refuse.
    pub async fn pay_without_browser(&self, product_id: &str) -> Result<String> {
        let order = json!({ "product_id": product_id, "customer": { "email": "ada@example.com" } });
        self.pay(&self.open_session(order).await?.checkout_id).await
    }

    /// From now on the page's WebAssembly does not arrive: buyers have the plain form.
    pub fn hold_the_app_back(&self) {
        self.gate.close();
    }

    /// The WebAssembly arrives, also where it was waited for.
    pub fn let_the_app_come(&self) {
        self.gate.open();
    }

    /// From now on a page comes element by element, each once the browser has painted what came before. The browser
    /// must [watch arrivals](crate::Browser::watch_arrivals), which lets the shop know.
    pub fn send_in_pieces(&self) {
        self.gate.send_in_pieces();
    }

    /// How many pieces the browser has painted one by one.
    #[must_use]
    pub fn pieces_painted(&self) -> usize {
        self.gate.painted()
    }

    /// What a merchant's own server, or a hand at the controls, asks of the sandbox.
    ///
    /// # Errors
    /// When the sandbox refuses.
    pub async fn ask_sandbox(&self, path: &str, body: Value) -> Result<Value> {
        let call = self.http.post(self.sandbox.join(path)?).header("x-api-key", sandbox::API_KEY).json(&body);
        Ok(call.send().await?.error_for_status()?.json().await?)
    }

    /// The session as the sandbox's API shows it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn session(&self, checkout_id: &str) -> Result<Value> {
        let url = self.sandbox.join(&format!("v1/checkouts?checkout_id={checkout_id}"))?;
        let call = self.http.get(url).header("x-api-key", sandbox::API_KEY);
        Ok(call.send().await?.error_for_status()?.json().await?)
    }

    /// What happened so far, oldest first: each event as its endpoints get it.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn events(&self) -> Result<Vec<Value>> {
        let url = self.sandbox.join("_sandbox/events")?;
        let mut events: Vec<Value> = self.http.get(url).send().await?.error_for_status()?.json().await?;
        Ok(events.iter_mut().map(|event| event["body"].take()).collect())
    }

    /// The entity of the latest event of a type.
    ///
    /// # Errors
    /// When nothing like that happened.
    pub async fn latest(&self, event_type: &str) -> Result<Value> {
        let events = self.events().await?;
        let found = events.into_iter().rfind(|event| event["eventType"] == event_type);
        found.map(|mut event| event["object"].take()).with_context(|| format!("no {event_type}"))
    }

    /// The customer portal of whoever bought last.
    ///
    /// # Errors
    /// When nobody bought anything.
    pub async fn portal_of_latest_buyer(&self) -> Result<String> {
        let customer_id = self.latest("checkout.completed").await?["customer"]["id"].take();
        let answer = self.ask_sandbox("v1/customers/billing", json!({ "customer_id": customer_id })).await?;
        Ok(answer["customer_portal_link"].as_str().context("an address")?.to_owned())
    }

    /// How many sessions the proxy asked Creem to create.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn sessions_created(&self) -> Result<usize> {
        Ok(self.creations().await?.len())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
        remove_database(&self.database);
    }
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn remove_database(path: &std::path::Path) {
    for suffix in ["", "-wal", "-shm"] {
        // Absent is as good as removed.
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
}
