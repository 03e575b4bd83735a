//! Getting about without a mouse.

use anyhow::{Result, bail};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::Browser;

/// How often Tab is pressed before a control counts as out of reach.
const MOST_TABS: usize = 40;

/// Whether the focus is on what the selector finds, also inside a frame of our own.
const IS_FOCUSED: &str = "
    let focused = document.activeElement;
    while (focused?.contentDocument) focused = focused.contentDocument.activeElement;
    return focused?.matches(arguments[0]) ?? false;";

impl Browser {
    /// Presses Tab until the focus is there.
    ///
    /// # Errors
    /// When it never gets there.
    pub async fn tab_to(&self, selector: &str) -> Result<()> {
        self.see("body").await?;
        for _ in 0..MOST_TABS {
            self.keys(Key::Tab).await?;
            if self.driver().execute(IS_FOCUSED, vec![json!(selector)]).await?.convert()? {
                return Ok(());
            }
        }
        bail!("Tab does not lead to {selector}")
    }

    /// Presses keys, wherever the focus is.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Result<()> {
        Ok(self.driver().action_chain().send_keys(keys).perform().await?)
    }
}
