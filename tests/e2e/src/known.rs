//! Payments in states that last, for who looks at the status page.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{Browser, Session, Shop};

/// Sessions of one product, each in another state.
pub struct Known {
    /// Where the buyer returns who has paid.
    pub returned: String,
    /// Paid, and given back.
    pub refunded: Session,
    /// Paid, and taken back by the bank.
    pub disputed: Session,
    /// Not paid in time.
    pub expired: Session,
    /// Open, for [`at_work`].
    pub processing: Session,
    /// Open.
    pub pending: Session,
}

impl Known {
    /// Brings all of them about.
    ///
    /// # Errors
    /// When proxy or sandbox refuse.
    pub async fn bring_about(browser: &Browser, shop: &Shop, product_id: &str) -> Result<Self> {
        let open = async || shop.open_session(json!({ "product_id": product_id })).await;
        let expired = open().await?;
        shop.ask_sandbox("_sandbox/clock", json!({ "advance_seconds": 25 * 3600 })).await?;
        let (processing, pending) = (open().await?, open().await?);
        let gone = async |how: &str, state: &str| {
            let session = open().await?;
            shop.pay(&session.checkout_id).await?;
            shop.give_back(how).await?;
            let known = async || {
                Ok((shop.payment(&session.request_id, &session.checkout_id).await?["status"] == state).then_some(()))
            };
            browser.until(&format!("the proxy to know of the {how}"), known).await?;
            Ok::<_, anyhow::Error>(session)
        };
        let (refunded, disputed) = (gone("refund", "refunded").await?, gone("dispute", "disputed").await?);
        let returned = shop.pay(&open().await?.checkout_id).await?;
        Ok(Self { returned, refunded, disputed, expired, processing, pending })
    }
}

/// Creem's answer about a session it is still working on; the sandbox's own payments take no time.
#[must_use]
pub fn at_work(session: &Session, product_id: &str) -> Value {
    json!({ "body": {
        "id": session.checkout_id, "object": "checkout", "mode": "test", "status": "processing",
        "request_id": session.request_id, "product": product_id,
    } })
}
