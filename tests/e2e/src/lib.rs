//! What the journeys stand on: a shop (proxy and sandbox, listening on ports of their own) and a browser.
//!
//! Nothing is imitated: real HTTP, a real database file, the built page, a real browser through WebDriver.

mod browser;
mod conditions;
mod controls;
mod engine;
mod example;
mod gate;
mod host;
mod keyboard;
mod known;
pub mod payment_page;
mod process;
mod shop;
mod site;
mod stillness;
mod voice;
mod wordpress;

pub use browser::{Browser, Scheme, Scripts, View};
pub use conditions::{Connection, Look};
pub use controls::{INTENT_SECRET, Session, intent};
pub use engine::Engine;
pub use example::Example;
pub use host::Host;
pub use known::{Known, at_work};
pub use shop::{LIFETIME, Shop};
pub use site::{Element, Site};
pub use wordpress::WordPress;

use anyhow::{Context, Result};
use proxy::Settings;

/// Runs one journey in Chromium: opens a shop and a browser, plays it, and checks what must hold on every page.
///
/// A console error or a violation of the content security policy fails the journey. A failure leaves a screenshot
/// named after the journey in `target/journeys/`.
///
/// # Errors
/// Whatever the journey found, or the browser's complaints.
pub async fn journey(name: &str, view: View, play: impl AsyncFnOnce(&Browser, &Shop) -> Result<()>) -> Result<()> {
    played(Engine::Chromium, Settings::default(), name, view, play).await
}

/// The same in a shop that is set up in another way.
///
/// # Errors
/// As [`journey`].
pub async fn journey_with(
    asked: Settings,
    name: &str,
    view: View,
    play: impl AsyncFnOnce(&Browser, &Shop) -> Result<()>,
) -> Result<()> {
    played(Engine::Chromium, asked, name, view, play).await
}

/// The same in another engine. Only Chromium's driver hands the console over, so only there it can fail a journey.
///
/// # Errors
/// As [`journey`].
pub async fn journey_in(
    engine: Engine,
    name: &str,
    view: View,
    play: impl AsyncFnOnce(&Browser, &Shop) -> Result<()>,
) -> Result<()> {
    played(engine, Settings::default(), name, view, play).await
}

async fn played(
    engine: Engine,
    asked: Settings,
    name: &str,
    view: View,
    play: impl AsyncFnOnce(&Browser, &Shop) -> Result<()>,
) -> Result<()> {
    let shop = Shop::open(asked).await.context("opening the shop")?;
    let browser = Browser::open_in(engine, view).await.context("opening the browser")?;
    let played = play(&browser, &shop).await;
    let outcome = match engine {
        Engine::Chromium => with_complaints(&browser, played).await,
        Engine::Firefox | Engine::WebKit => played,
    };
    if outcome.is_err() {
        // What the journey found says more than why there is no picture of it.
        let _ = browser.keep_screenshot("journeys", name).await;
    }
    browser.close().await?;
    outcome
}

/// A journey that went well fails by what the console holds; one that failed says what it holds.
async fn with_complaints(browser: &Browser, played: Result<()>) -> Result<()> {
    let heard = browser.complaints().await;
    match played {
        Ok(()) => heard,
        Err(error) => {
            let heard = heard.err().map(|complaint| format!("{complaint:#}"));
            Err(error.context(heard.unwrap_or_else(|| "the console is quiet".to_owned())))
        }
    }
}
