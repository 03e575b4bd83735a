//! The proxy between buyers' browsers and Creem: the only part that holds the API key.
//!
//! It serves the app, opens checkout sessions, verifies returned URLs, receives webhooks and knows what was paid.
//! A request goes `routes` → a service (`catalog`, `sessions`, `payments`) → the Creem client or the `ledger`, and
//! comes back as a value; `trace` turns failures into answers and log lines.

pub mod config;

mod addresses;
mod body;
mod books;
mod budget;
mod catalog;
mod changes;
mod clock;
mod compression;
mod empty_shop;
mod endpoint;
mod error;
mod files;
mod forms;
#[cfg(test)]
mod fuzz;
mod handles;
mod hex;
mod idempotency;
mod intents;
mod kept;
mod ledger;
mod limits;
mod log;
mod merchant;
mod notify;
mod numbers;
mod origins;
mod page;
mod payments;
mod peer;
mod places;
mod proxy;
mod quotes;
mod receipts;
mod return_target;
mod routes;
mod security;
mod server;
mod sessions;
mod shop;
mod sites;
mod spelling;
mod state;
mod studio;
mod telemetry;
mod theme;
mod trace;
mod upkeep;
mod upstream;

pub use books::{Books, DatabaseState, Waiting, inspect_database, waiting_notifications};
pub use clock::Clock;
pub use config::{Config, LogFormat, Problem, Settings};
pub use endpoint::Endpoint;
pub use error::ProxyError;
pub use files::unreadable;
pub use handles::raise_handle_limit;
pub use limits::LimitSettings;
pub use origins::SiteOrigin;
pub use page::{Assets, OwnSentences, PageConfig, snippet};
pub use payments::Reconciled;
pub use proxy::{Proxy, StartError};
pub use routes::webhooks::TEST_EVENT;
pub use shop::{ConsentKind, Offer, Offers, Picture, Shop};
pub use theme::{FontFile, Theme};
pub use trace::REQUEST_ID_HEADER;
