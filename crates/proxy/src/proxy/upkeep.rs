//! What is done now and then while the proxy serves: forgetting what is old, trying events again that were not
//! understood, and asking Creem for what nobody told us.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::error::ProxyError;
use crate::state::App;

/// How often old data is looked for.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// How long after the start Creem is first asked for what nobody told us, and how often from then on. Buyers come first.
const RECONCILE_AFTER: Duration = Duration::from_secs(120);
const RECONCILE_EVERY: Duration = Duration::from_secs(3600);

/// How far back that reaches: webhooks are tried again for hours, and buyers come back within a day.
const RECONCILED: Duration = Duration::from_secs(48 * 3600);

/// Starts it all, as long as the proxy lives.
pub(crate) fn start(app: &Arc<App>) {
    tokio::spawn(try_again(Arc::downgrade(app)));
    tokio::spawn(keep_forgetting(Arc::downgrade(app)));
    tokio::spawn(keep_reconciling(Arc::downgrade(app)));
}

async fn try_again(app: Weak<App>) {
    let Some(app) = app.upgrade() else { return };
    match app.payments.replay_waiting().await {
        Ok((0, 0)) => {}
        Ok((understood, waiting)) => tracing::info!(understood, waiting, "tried events again that were not understood"),
        Err(error) => tracing::warn!(cause = error.cause(), "events that wait could not be tried again"),
    }
}

async fn keep_forgetting(app: Weak<App>) {
    while let Some(app) = app.upgrade() {
        if let Err(error) = forget(&app).await {
            tracing::warn!(cause = error.cause(), "old data could not be forgotten");
        }
        drop(app);
        tokio::time::sleep(FORGET_EVERY).await;
    }
}

/// Runs one retention pass.
pub(crate) async fn forget(app: &App) -> Result<(), ProxyError> {
    let unpaid = app.ledger.forget_unpaid().await?;
    if unpaid > 0 {
        tracing::info!(rows = unpaid, "forgot attempts and sessions that nobody paid");
    }
    if let Some(kept) = app.config.retention {
        let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
        let rows = app.ledger.forget_before(app.clock.now_ms().saturating_sub(kept_ms)).await?;
        if rows > 0 {
            tracing::info!(rows, "forgot what buyers told us");
        }
    }
    Ok(())
}

async fn keep_reconciling(app: Weak<App>) {
    let mut pause = RECONCILE_AFTER;
    loop {
        tokio::time::sleep(pause).await;
        pause = RECONCILE_EVERY;
        // The walk may take long; it holds only the payments, and ends with the process.
        let Some(payments) = app.upgrade().map(|app| app.payments.clone()) else { return };
        match payments.reconcile(RECONCILED).await {
            Ok(found) if found.is_nothing() => tracing::debug!(?found, "Creem knows of nothing that we do not"),
            Ok(found) => tracing::warn!(?found, "Creem knew of payments that nobody had told us"),
            Err(error) => tracing::warn!(cause = error.cause(), "what Creem knows could not be compared"),
        }
    }
}
