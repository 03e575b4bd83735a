//! `cargo xtask dev`: start, and rebuild on change.
//!
//! Trunk watches the page's sources; this watches the binary's, of which they are a part: the proxy draws the page. The
//! page is served by the proxy, not by `trunk serve`, so that the content security policy is on from the first day.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::build;
use crate::run::{program, root};
use crate::start::Ports;

/// How often the binary's sources are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(700);

/// Runs until Ctrl-C.
///
/// # Errors
/// When the first build fails; later failures are shown and waited out.
pub(crate) fn dev(ports: &Ports) -> Result<()> {
    ports.check()?;
    build::page_and(vec![build::binary_job()])?;
    let binary = build::binary_path();
    let _watcher = Running(program("trunk", &["watch", "--release"]).spawn().context("cannot run trunk watch")?);
    let mut service = Running(ports.serve(&binary).spawn()?);
    let mut seen = newest_change()?;
    loop {
        sleep(LOOK_EVERY);
        let now = newest_change()?;
        if now > seen {
            seen = now;
            match build::binary() {
                Ok(binary) => {
                    drop(service);
                    service = Running(ports.serve(&binary).spawn()?);
                }
                Err(error) => eprintln!("{error:#}; the last good build goes on"),
            }
        }
    }
}

/// A child that ends with us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn newest_change() -> Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for folder in ["src", "languages", "crates/wire", "crates/creem", "crates/proxy", "crates/sandbox"] {
        visit(&root().join(folder), &mut newest)?;
    }
    Ok(newest)
}

fn visit(folder: &Path, newest: &mut SystemTime) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            visit(&entry.path(), newest)?;
        } else {
            *newest = (*newest).max(entry.metadata()?.modified()?);
        }
    }
    Ok(())
}
