//! Chromium by ChromeDriver: the only one whose driver also narrows a page to a phone's width, blocks scripts and
//! hands over the console.

use std::process::Command;

use anyhow::Result;
use serde_json::json;
use thirtyfour::cdp::domains::emulation::{MediaFeature, SetEmulatedMedia};
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel};

use super::Started;
use crate::browser::{Scheme, Scripts, View};
use crate::process::Process;

const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en-US",
];

/// Starts it, with leave for certificates that this public key signed.
pub(crate) async fn start(view: View, trusted: Option<&str>) -> Result<Started> {
    let (process, port) = driver().or_else(|_| driver()).or_else(|_| driver())?;
    let driver = super::session(port, wanted(view, trusted)?).await?;
    // A window cannot be as narrow as a phone; the page itself can.
    driver.cdp().emulation().set_device_metrics_override(view.width, view.height, 1.0, false).await?;
    if view.scheme == Scheme::Dark {
        let dark = MediaFeature { name: "prefers-color-scheme".to_owned(), value: "dark".to_owned() };
        driver.cdp().send(SetEmulatedMedia { media: None, features: Some(vec![dark]) }).await?;
    }
    Ok(Started { driver, _process: process, _display: None })
}

/// Starts a driver. It chooses a free port of one address and needs the same of another, which somebody else may have:
/// then it ends, and has to be started again.
fn driver() -> Result<(Process, u16)> {
    Process::start_reading(Command::new("chromedriver").arg("--port=0"), |line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    })
}

fn wanted(view: View, trusted: Option<&str>) -> Result<Capabilities> {
    let mut wanted = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        wanted.add_arg(argument)?;
    }
    wanted.add_arg(&format!("--window-size={},{}", view.width, view.height))?;
    if let Some(public_key) = trusted {
        wanted.add_arg(&format!("--ignore-certificate-errors-spki-list={public_key}"))?;
    }
    if view.scripts == Scripts::Off {
        wanted.add_experimental_option("prefs", json!({ "profile.managed_default_content_settings.javascript": 2 }))?;
    }
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(wanted.into())
}
