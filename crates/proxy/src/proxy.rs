//! The assembled proxy: its parts, the router with its layers, the connections it accepts, what goes on beside the
//! requests, and what the command line does with the ledger.

pub(crate) mod books;
mod notify;
mod server;
mod upkeep;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::extract::RawQuery;
use axum::middleware;
use axum::routing::{get, post};
use creem::ApiError;
use tower::Layer;
use tower_http::catch_panic::CatchPanicLayer;
use wire::routes::{CHECKOUTS, EVENTS, PAYMENTS, PRODUCTS, QUOTE, RETURN, STATUS};
use wire::{ErrorCode, PageMode};

use crate::Config;
use crate::catalog::Catalog;
use crate::catalog::empty_shop::EmptyShop;
use crate::checkout::intents::Intents;
use crate::checkout::sessions::Sessions;
use crate::error::ProxyError;
use crate::http::front::Front;
use crate::http::kept::Kept;
use crate::http::security::SecurityHeaders;
use crate::http::sites::{self, Sites};
use crate::http::{addresses, compression, trace};
use crate::ledger::{Ledger, in_words};
use crate::limits::Limits;
use crate::limits::peer::TrustedProxies;
use crate::page::{self, Pages};
use crate::payments::Payments;
use crate::payments::changes::Changes;
use crate::state::App;
use crate::text::log::sanitized;
use crate::upstream::Upstream;
use crate::{routes, telemetry};

/// Why the proxy could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened or brought up to date.
    #[error("the database cannot be opened: {}; see DATABASE_URL", in_words(_0))]
    Database(#[source] sqlx::Error),
    /// The client for Creem cannot be set up.
    #[error("the client for Creem cannot be set up: {0}")]
    Client(#[source] ApiError),
    /// The client for the merchant's endpoint cannot be set up.
    #[error("the client for CHECKOUT_NOTIFY_URL cannot be set up: {0}")]
    Notify(#[source] reqwest::Error),
}

/// A proxy that is ready to serve. Cheap to clone.
#[derive(Clone)]
pub struct Proxy {
    app: Arc<App>,
}

impl Proxy {
    /// Opens the database, brings it up to date, and sets everything up.
    ///
    /// # Errors
    /// [`StartError`], which the person who starts the proxy can mend.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        telemetry::start();
        let upstream = Upstream::new(&config).map_err(StartError::Client)?;
        let ledger = Ledger::open(&config.database_url, &config.clock, notify::describe_for(&config))
            .await
            .map_err(StartError::Database)?;
        let sites = Arc::new(Sites::new(&config));
        let limits = Arc::new(Limits::new(&config.limits, &config.clock));
        let catalog = Catalog::new(upstream.clone(), &config);
        let changes = Changes::start(ledger.clone());
        let payments = Payments::new(upstream.clone(), ledger.clone(), changes.clone(), &config);
        let sessions = Sessions::new(
            upstream,
            catalog.clone(),
            ledger.clone(),
            payments.clone(),
            Arc::clone(&sites),
            Arc::clone(&limits),
            &config,
        );
        let sandbox = config.creem_url.clone().filter(|_| config.mode == PageMode::Sandbox);
        let pages = Pages::new(&config.assets, &config.page, sandbox);
        let clock = config.clock.clone();
        let kept = Kept::new(catalog.clone(), clock.clone());
        let intents = Intents::new(&config);
        let app = Arc::new(App {
            trusted_proxies: TrustedProxies::new(&config.trusted_proxies, config.listen),
            webhook_room: routes::webhooks::room(),
            config,
            sites,
            catalog,
            sessions,
            payments,
            pages,
            kept,
            intents,
            limits,
            changes,
            ledger,
            clock,
            empty_shop: EmptyShop::default(),
            unsigned_webhooks: AtomicU64::new(0),
        });
        upkeep::start(&app);
        notify::start(&app).map_err(StartError::Notify)?;
        telemetry::spawn_upkeep(Arc::downgrade(&app));
        Ok(Self { app })
    }

    /// Asks Creem once whether it takes the key and what there is to sell, and tells as an error what it does not take. A
    /// start does not wait for it, because Creem may be ill. Answers how many products are sold.
    ///
    /// # Errors
    /// When Creem does not say; the merchant can mend a key that it does not take.
    pub async fn first_look(&self) -> Result<usize, ProxyError> {
        self.app.catalog.products().await.map(|products| products.len()).inspect_err(|error| {
            let (code, cause) = (error.code().as_str(), error.cause());
            if error.code() == ErrorCode::UpstreamMisconfigured {
                tracing::error!(code, cause, "Creem does not take CREEM_API_KEY: nothing can be sold");
            } else {
                tracing::warn!(code, cause, "Creem could not be asked what there is to sell");
            }
        })
    }

    /// How long the head of a request is waited for.
    pub(crate) fn patience(&self) -> Duration {
        self.app.config.patience
    }

    /// The web servers in front of us.
    pub(crate) fn trusted_proxies(&self) -> &TrustedProxies {
        &self.app.trusted_proxies
    }

    /// Forgets every payment, as a sandbox that begins anew does: its ids would be taken for what they were before.
    pub async fn forget_all(&self) {
        if let Err(error) = self.app.ledger.forget_all().await {
            tracing::error!(cause = sanitized(error), "the payments of the world before could not be forgotten");
        }
    }

    /// Tells everything that lasts that the end has come.
    pub(crate) fn end(&self) {
        self.app.changes.end();
    }

    /// All of it as a router, to be called without a socket.
    pub fn app(&self) -> Router {
        Router::new().fallback_service(self.front())
    }

    /// What every request passes, with the routes behind it, at the root and under the path of the public address.
    pub(crate) fn front(&self) -> Front {
        let prefix = self.app.config.public_url.path().trim_end_matches('/').to_owned();
        let forward = match prefix.rsplit_once('/') {
            Some((_, last)) => layered(forward_to_page(&prefix, last)),
            None => Router::new(),
        };
        let inner = middleware::map_request(move |request| {
            let prefix = prefix.clone();
            async move { addresses::tidied(request, &prefix) }
        });
        let headers = SecurityHeaders::new(&self.app.config, &self.app.sites);
        Front::new(self.app.kept.clone(), headers, forward.fallback_service(inner.layer(self.routes())))
    }

    fn routes(&self) -> Router {
        let api = Router::new()
            .route(&at(PRODUCTS, ""), get(routes::products::list))
            .route(&at(PRODUCTS, "/{id}"), get(routes::products::one))
            .route(&at(QUOTE, ""), get(routes::quote::show))
            .route(&at(CHECKOUTS, ""), post(routes::checkouts::create))
            .route(&at(RETURN, ""), get(routes::payments::returned))
            .route(&at(PAYMENTS, ""), get(routes::payments::changed))
            .route(&at(PAYMENTS, "/{request_id}"), get(routes::payments::show))
            .route(&at(PAYMENTS, &["/{request_id}", EVENTS].concat()), get(routes::events::follow))
            .route("/embed", get(routes::page::embedded))
            .route("/embed.js", get(routes::page::loader))
            .route(&["/", &page::loader_name()].concat(), get(routes::page::named_loader))
            .route_layer(middleware::from_fn_with_state(Arc::clone(&self.app.sites), sites::share));
        let studio = if self.app.config.mode == PageMode::Sandbox { routes::studio::routes() } else { Router::new() };
        let router = Router::new()
            .merge(api)
            .merge(studio)
            .route("/webhooks/creem", post(routes::webhooks::receive))
            .route("/healthz", get(routes::health::alive))
            .route("/readyz", get(routes::health::ready))
            .route("/metrics", get(routes::health::numbers))
            .route("/", get(routes::page::checkout))
            .route("/index.html", get(routes::page::to_checkout))
            .route(&at(STATUS, ""), get(routes::page::status))
            .route(&at(STATUS, "/"), get(routes::page::to_status))
            .fallback(routes::elsewhere::file_or_nothing)
            .with_state(Arc::clone(&self.app));
        layered(router)
    }
}

/// The layers between a route and what every request passes, from the inside out.
fn layered(router: Router) -> Router {
    router
        .layer(CatchPanicLayer::custom(trace::panicked))
        .layer(compression::layer())
        .layer(middleware::from_fn(trace::name_route))
}

/// An address of ours as the router has it.
fn at(path: &str, below: &str) -> String {
    ["/", path, below].concat()
}

/// The bare path, which would make every relative address on the page point one level too high.
fn forward_to_page(path: &str, last_segment: &str) -> Router {
    let to_page = format!("./{last_segment}/");
    let forward =
        get(move |RawQuery(query): RawQuery| async move { routes::page::redirect(&to_page, query.as_deref()) });
    Router::new().route(path, forward)
}
