//! The state that every request shares.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::Config;
use crate::catalog::Catalog;
use crate::catalog::empty_shop::EmptyShop;
use crate::checkout::intents::Intents;
use crate::checkout::sessions::Sessions;
use crate::clock::Clock;
use crate::http::kept::Kept;
use crate::http::sites::Sites;
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::limits::peer::{ClientIp, TrustedProxies};
use crate::limits::places::Places;
use crate::page::Pages;
use crate::payments::Payments;
use crate::payments::changes::Changes;

/// The parts every request may use.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) sites: Arc<Sites>,
    pub(crate) catalog: Catalog,
    pub(crate) sessions: Sessions,
    pub(crate) payments: Payments,
    pub(crate) pages: Pages,
    pub(crate) kept: Kept,
    pub(crate) intents: Intents,
    pub(crate) limits: Arc<Limits>,
    pub(crate) trusted_proxies: TrustedProxies,
    /// Room for webhooks while they are read, in steps of [`crate::http::body::STEP_BYTES`].
    pub(crate) webhook_room: Places,
    pub(crate) changes: Changes,
    pub(crate) ledger: Ledger,
    pub(crate) clock: Clock,
    pub(crate) empty_shop: EmptyShop,
    pub(crate) unsigned_webhooks: AtomicU64,
}

impl FromRequestParts<Arc<App>> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        Ok(Self(app.trusted_proxies.client_ip(&head.extensions, &head.headers)))
    }
}
