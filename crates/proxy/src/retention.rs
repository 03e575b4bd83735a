//! Forgetting what buyers told us when its time is over, now and then.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::error::ProxyError;
use crate::proxy::App;

/// How often.
const EVERY: Duration = Duration::from_secs(3600);

/// Starts forgetting, as long as the proxy lives.
pub(crate) fn start(app: &Arc<App>) {
    tokio::spawn(go_on(Arc::downgrade(app)));
}

async fn go_on(app: Weak<App>) {
    while let Some(app) = app.upgrade() {
        if let Err(error) = forget(&app).await {
            tracing::warn!(cause = error.cause(), "old data could not be forgotten");
        }
        drop(app);
        tokio::time::sleep(EVERY).await;
    }
}

/// Forgets once.
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
