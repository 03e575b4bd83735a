//! The proxy between buyers' browsers and Creem: the only part that holds the API key.
//!
//! It serves the app, opens checkout sessions, verifies returned URLs, receives webhooks and knows what was paid.
//! A request goes `routes` → a service (`catalog`, `sessions`, `payments`) → the Creem client or the `ledger`, and
//! comes back as a value; `trace` turns failures into answers and log lines.

pub mod config;

mod body;
mod catalog;
mod clock;
mod error;
mod forms;
mod idempotency;
mod ledger;
mod page;
mod payments;
mod proxy;
mod quotes;
mod return_target;
mod routes;
mod security;
mod sessions;
mod sites;
mod trace;

pub use clock::Clock;
pub use config::{Config, Problem, Settings};
pub use error::ProxyError;
pub use proxy::{Proxy, StartError};
pub use sites::SiteOrigin;
pub use trace::REQUEST_ID_HEADER;
