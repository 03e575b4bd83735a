//! A Creem that runs on one machine, with no account and no network: the API, the hosted payment page, the signed
//! return and the signed webhooks, with faults and a clock that can be moved.
//!
//! What is not imitated is said first in the crate's README. Nothing is kept on disk.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let sandbox = sandbox::Sandbox::new(sandbox::Options {
//!     public_url: "http://127.0.0.1:8081".parse().unwrap(),
//!     webhook_url: None,
//!     shop_url: None,
//!     seed: sandbox::Seed::default(),
//! });
//! let app: axum::Router = sandbox.app();
//! # let _ = app; });
//! ```

mod api;
mod benefits;
mod clock;
mod control;
mod entity;
mod example;
mod money;
mod overview;
mod page;
mod payments;
mod scenario;
mod seed;
mod subscriptions;
mod time;
mod webhooks;
mod world;

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use creem::ApiKey;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tower::ServiceExt;
use url::Url;

pub use example::{Example, Sale};
pub use seed::{Seed, SeedError};
pub use world::partners::AFFILIATE_CODE;

use world::World;

/// The API key a sandbox knows.
pub const API_KEY: &str = "creem_test_sandbox";

/// The secret a sandbox signs its webhooks with.
pub const WEBHOOK_SECRET: &str = "whsec_sandbox";

/// Longest body that is read, in bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How a sandbox is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where browsers reach it.
    pub public_url: Url,
    /// Where events go; without it they are kept and not delivered.
    pub webhook_url: Option<Url>,
    /// Where the shop is that sells by it, for whoever wants to try it.
    pub shop_url: Option<Url>,
    /// What it starts with.
    pub seed: Seed,
}

/// A sandbox; clones share one world.
#[derive(Clone, Debug)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

/// What else begins anew when the sandbox does.
type Hook = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A hook, once there is one.
#[derive(Default)]
struct OnReset(OnceLock<Hook>);

impl fmt::Debug for OnReset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnReset")
    }
}

/// What clones share.
#[derive(Debug)]
struct Inner {
    world: Mutex<World>,
    options: Options,
    key: ApiKey,
    wake: Arc<Notify>,
    delivering: AtomicBool,
    on_reset: OnReset,
}

impl Inner {
    /// The world as it is now, for as long as the guard lives. Another thread's panic does not make it unusable.
    fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.catch_up();
        world
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.wake.notify_one();
    }
}

impl Sandbox {
    /// A sandbox at its seed.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let inner = Inner {
            world: Mutex::new(World::seeded(&options, 0, world::ID_SEED)),
            options,
            key: ApiKey::parse(API_KEY).expect("the sandbox's key has the form of Creem's"),
            wake: Arc::new(Notify::new()),
            delivering: AtomicBool::new(false),
            on_reset: OnReset::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Everything: API, payment page, controls, overview. Starts delivering webhooks.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn app(&self) -> Router {
        self.start_delivering();
        let (operations, api) = api::routes(self);
        let app = Router::new()
            .route("/healthz", get(|| async { "ok" }))
            .merge(api.merge(control::routes()).layer(from_fn_with_state(self.clone(), scenario::record)))
            .merge(page::routes())
            .merge(overview::routes())
            .fallback(page::nowhere)
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .with_state(self.clone());
        // A router's own layers see a request when its route is chosen already.
        Router::new().fallback_service(app.map_request(move |request| operations.canonical(request)))
    }

    /// Serves until `shutdown` completes and the requests under way are answered.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        axum::serve(listener, self.app()).with_graceful_shutdown(shutdown).await
    }

    fn start_delivering(&self) {
        if !self.inner.delivering.swap(true, Ordering::SeqCst) {
            tokio::spawn(webhooks::drive(Arc::downgrade(&self.inner), Arc::clone(&self.inner.wake)));
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.inner.world()
    }

    fn key(&self) -> &ApiKey {
        &self.inner.key
    }

    fn options(&self) -> &Options {
        &self.inner.options
    }

    /// Tells the delivery worker that there may be something to do.
    fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// Sees to it that something else begins anew with each reset, before the reset is answered. Only the first hook
    /// counts.
    pub fn on_reset<F>(&self, hook: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let hook: Hook = Box::new(move || Box::pin(hook()));
        // A second one would be a mistake of the program, and the first is at work.
        let _ = self.inner.on_reset.0.set(hook);
    }

    /// Goes back to the seed, with ids of the seed that was asked for, or with ones that were never given.
    async fn reset(&self, id_seed: Option<u64>) {
        {
            let mut world = self.world();
            let generation = world.generation + 1;
            *world = World::seeded(&self.inner.options, generation, id_seed.unwrap_or(world::ID_SEED + generation));
        }
        if let Some(hook) = self.inner.on_reset.0.get() {
            hook().await;
        }
    }
}
