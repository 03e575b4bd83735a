//! What is done with the ledger from the command line, beside a proxy that serves or without one.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::StartError;
use super::notify;
use crate::error::ProxyError;
use crate::ledger::{self, Ledger};
use crate::payments::changes::Changes;
use crate::payments::{Payments, Reconciled};
use crate::upstream::Upstream;
use crate::{Config, telemetry};

pub use crate::ledger::{DatabaseState, Waiting};

/// The payments of a shop, to be put in order.
pub struct Books {
    payments: Payments,
    ledger: Ledger,
}

impl Books {
    /// Opens the ledger.
    ///
    /// # Errors
    /// [`StartError`], as when the proxy starts.
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        telemetry::start();
        let upstream = Upstream::new(config).map_err(StartError::Client)?;
        let ledger = Ledger::open(&config.database_url, &config.clock, notify::describe_for(config))
            .await
            .map_err(StartError::Database)?;
        let payments = Payments::new(upstream, ledger.clone(), Changes::start(ledger.clone()), config);
        Ok(Self { payments, ledger })
    }

    /// Tries every event again that could not be understood when it came. Answers how many are understood now, and how
    /// many still are not.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn replay_waiting(&self) -> Result<(usize, usize), ProxyError> {
        self.payments.replay_waiting().await
    }

    /// Applies a stored event again; false when there is none of this id. One that acted already does nothing.
    ///
    /// # Errors
    /// When it cannot be understood, or the ledger fails.
    pub async fn replay(&self, event_id: &str) -> Result<bool, ProxyError> {
        self.payments.replay(event_id).await
    }

    /// A stored event, byte for byte as Creem signed it; `None` when there is none of this id, or it was forgotten.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn payload(&self, event_id: &str) -> Result<Option<String>, ProxyError> {
        Ok(self.ledger.payload_of(event_id).await?.filter(|payload| !payload.is_empty()))
    }

    /// Compares the ledger with what Creem knows of the last while, and takes in what is missing.
    ///
    /// # Errors
    /// When Creem cannot be asked, or the ledger fails.
    pub async fn reconcile(&self, since: Duration) -> Result<Reconciled, ProxyError> {
        self.payments.reconcile(since).await
    }
}

/// Looks at the database without changing it.
///
/// # Errors
/// When it is there and cannot be used.
pub async fn inspect_database(config: &Config) -> Result<DatabaseState, StartError> {
    ledger::inspect(config.database_url.expose_secret()).await.map_err(StartError::Database)
}

/// How many changes wait to be taken by the merchant's endpoint; `None` where there is no database with them yet.
///
/// # Errors
/// When it is there and cannot be used.
pub async fn waiting_notifications(config: &Config) -> Result<Option<Waiting>, StartError> {
    ledger::waiting(config.database_url.expose_secret()).await.map_err(StartError::Database)
}
