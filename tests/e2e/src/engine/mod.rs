//! The engines that buyers use: how each is started and what ends with it. How a page is used is in `browser`.

pub(crate) mod chromium;
mod display;
mod firefox;
mod webkit;

use anyhow::{Context, Result, ensure};
use thirtyfour::Capabilities;
use thirtyfour::prelude::*;

use crate::browser::{Scripts, View};
use crate::process::Process;
use display::Display;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium; plays every journey.
    Chromium,
    /// Firefox ESR.
    Firefox,
    /// WebKitGTK, the nearest to Safari that runs here.
    WebKit,
}

/// A session with a fresh profile, and the programs behind it. They end in this order.
pub(crate) struct Started {
    pub(crate) driver: WebDriver,
    _process: Process,
    _display: Option<Display>,
}

impl Engine {
    /// Its name in the names of files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Starts a driver on a free port and a browser with an empty profile.
    pub(crate) async fn start(self, view: View) -> Result<Started> {
        ensure!(self == Self::Chromium || view.scripts == Scripts::On, "only Chromium is told to block scripts");
        let started = match self {
            Self::Chromium => chromium::start(view, None).await,
            Self::Firefox => firefox::start(view).await,
            Self::WebKit => webkit::start(view).await,
        };
        started.with_context(|| format!("starting {}", self.name()))
    }
}

async fn session(port: u16, wanted: Capabilities) -> Result<WebDriver> {
    Ok(WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await?)
}
