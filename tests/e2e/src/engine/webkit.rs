//! WebKitGTK's MiniBrowser by WebKitWebDriver, on a screen of its own: it cannot do without one.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use thirtyfour::Capabilities;

use super::Started;
use super::display::Display;
use crate::browser::{Scheme, View};
use crate::process::Process;

/// How long the driver may take to listen.
const START_LIMIT: Duration = Duration::from_secs(20);

pub(super) async fn start(view: View) -> Result<Started> {
    let display = Display::open()?;
    let mut command = Command::new("WebKitWebDriver");
    command.arg("--port=0").env("DISPLAY", display.name());
    // The machine's graphics card and language make no difference.
    command.env("LIBGL_ALWAYS_SOFTWARE", "1").env("LC_ALL", "en_US.UTF-8").env_remove("LANGUAGE");
    command.env("GTK_THEME", if view.scheme == Scheme::Dark { "Adwaita:dark" } else { "Adwaita" });
    let process = Process::start(&mut command)?;
    let port = listening_port(process.id()).await?;
    let driver = super::session(port, Capabilities::new()).await?;
    driver.set_window_rect(0, 0, view.width, view.height).await?;
    Ok(Started { driver, _process: process, _display: Some(display) })
}

/// The port on which the driver listens. It takes any free one but does not say which; the system does.
async fn listening_port(process_id: u32) -> Result<u16> {
    let begin = Instant::now();
    while begin.elapsed() < START_LIMIT {
        if let Some(port) = find_port(&Path::new("/proc").join(process_id.to_string())) {
            return Ok(port);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("WebKitWebDriver listens on no port")
}

/// Reads the table of connections, whose rows are `sl local_address rem_address st … inode`, for the listening one
/// that is among the process's open files.
fn find_port(process: &Path) -> Option<u16> {
    let open = std::fs::read_dir(process.join("fd")).ok()?.flatten();
    let open: Vec<String> =
        open.filter_map(|file| Some(std::fs::read_link(file.path()).ok()?.to_string_lossy().into_owned())).collect();
    let table = std::fs::read_to_string(process.join("net/tcp")).ok()?;
    table.lines().find_map(|row| {
        let columns: Vec<&str> = row.split_whitespace().collect();
        let (local, state, inode) = (columns.get(1)?, columns.get(3)?, columns.get(9)?);
        if *state != "0A" || !open.contains(&format!("socket:[{inode}]")) {
            return None;
        }
        u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()
    })
}
