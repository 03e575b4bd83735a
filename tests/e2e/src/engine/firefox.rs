//! Firefox ESR by geckodriver.

use std::process::Command;

use anyhow::Result;
use thirtyfour::Capabilities;
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::prelude::*;

use super::Started;
use crate::browser::{Scheme, View};
use crate::process::Process;

pub(super) async fn start(view: View) -> Result<Started> {
    // Two browsers at once must not want the same port for a protocol that nobody speaks here.
    let mut command = Command::new("geckodriver");
    let (process, port) = Process::start_reading(command.args(["--port=0", "--websocket-port=0"]), |line| {
        let (_, address) = line.split_once("Listening on ")?;
        address.rsplit_once(':')?.1.parse().ok()
    })?;
    let driver = super::session(port, wanted(view)?).await?;
    driver.set_window_rect(0, 0, view.width, view.height).await?;
    Ok(Started { driver, _process: process, _display: None })
}

fn wanted(view: View) -> Result<Capabilities> {
    let mut preferences = FirefoxPreferences::new();
    preferences.set("intl.accept_languages", "en-US")?;
    let scheme = match view.scheme {
        Scheme::Dark => 0,
        Scheme::Light => 1,
    };
    preferences.set("layout.css.prefers-color-scheme.content-override", scheme)?;
    let mut wanted = DesiredCapabilities::firefox();
    wanted.set_headless()?;
    wanted.set_preferences(preferences)?;
    Ok(wanted.into())
}
