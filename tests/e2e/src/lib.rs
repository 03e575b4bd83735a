//! What the journeys stand on: a shop (proxy and sandbox, listening on ports of their own) and a browser.
//!
//! Nothing is imitated: real HTTP, a real database file, the built page, a real browser through WebDriver.

mod browser;
mod conditions;
mod controls;
mod keyboard;
pub mod payment_page;
mod shop;
mod voice;

pub use browser::{Browser, Scheme, Scripts, View};
pub use conditions::{Connection, Look};
pub use controls::{INTENT_SECRET, Session, intent};
pub use shop::Shop;

use anyhow::{Context, Result};
use proxy::Settings;

/// Runs one journey: opens a shop and a browser, plays it, and checks what must hold on every page.
///
/// A console error or a violation of the content security policy fails the journey. A failure leaves a screenshot
/// named after the journey in `target/journeys/`.
///
/// # Errors
/// Whatever the journey found, or the browser's complaints.
pub async fn journey(name: &str, view: View, play: impl AsyncFnOnce(&Browser, &Shop) -> Result<()>) -> Result<()> {
    journey_in(Settings::default(), name, view, play).await
}

/// The same in a shop that is set up in another way.
///
/// # Errors
/// As for [`journey`].
pub async fn journey_in(
    asked: Settings,
    name: &str,
    view: View,
    play: impl AsyncFnOnce(&Browser, &Shop) -> Result<()>,
) -> Result<()> {
    let shop = Shop::open(asked).await.context("opening the shop")?;
    let browser = Browser::open(view).await.context("opening the browser")?;
    let outcome = match play(&browser, &shop).await {
        Ok(()) => browser.complaints().await,
        Err(error) => {
            let heard = browser.complaints().await.err().map(|complaint| format!("{complaint:#}"));
            Err(error.context(heard.unwrap_or_else(|| "the console is quiet".to_owned())))
        }
    };
    if outcome.is_err() {
        browser.keep_screenshot("journeys", name).await?;
    }
    browser.close().await?;
    outcome
}
