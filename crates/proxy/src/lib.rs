//! The proxy between buyers' browsers and Creem: the only part that holds the API key.
//!
//! It serves the app, opens checkout sessions, verifies returned URLs, receives webhooks and knows what was paid.
//! A request goes `routes` → a service (`catalog`, `checkout`, `payments`) → the Creem client or the `ledger`, and
//! comes back as a value; `http::trace` turns failures into answers and log lines.

pub mod config;

mod catalog;
mod checkout;
mod clock;
mod error;
mod http;
mod ledger;
mod limits;
mod page;
mod payments;
mod proxy;
mod routes;
mod state;
mod telemetry;
mod text;
mod upstream;

pub use clock::Clock;
pub use config::endpoint::Endpoint;
pub use config::origins::SiteOrigin;
pub use config::{Config, LogFormat, Problem, Settings};
pub use error::ProxyError;
pub use http::trace::REQUEST_ID_HEADER;
pub use limits::LimitSettings;
pub use limits::handles::raise_handle_limit;
pub use page::shop::{ConsentKind, Offer, Offers, Picture, Shop};
pub use page::theme::{FontFile, Theme};
pub use page::{Assets, OwnSentences, PageConfig, snippet};
pub use payments::Reconciled;
pub use proxy::books::{Books, DatabaseState, Waiting, inspect_database, waiting_notifications};
pub use proxy::{Proxy, StartError};
pub use routes::webhooks::TEST_EVENT;
pub use telemetry::log_lines_dropped;
pub use text::files::unreadable;
