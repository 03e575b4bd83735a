//! The tools that cargo installs, and what npm brings: found, or installed once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::costs;
use crate::jobs::Job;
use crate::packages::{Missing, find};
use crate::run::{cargo, program, root};

/// The CLI must match the `wasm-bindgen` crate exactly; `Cargo.toml` pins the same version.
pub(crate) const WASM_BINDGEN: &str = "0.2.129";

/// The newest Trunk that builds with our Rust.
pub(crate) const TRUNK: &str = "0.21.14";

/// Drives the Firefox ESR of the day.
pub(crate) const GECKODRIVER: &str = "0.37.0";

/// A program that cargo installs, and how long compiling it takes alone on two cores.
struct Tool {
    binary: &'static str,
    package: &'static str,
    version: &'static str,
    why: &'static str,
    seconds: u32,
}

/// The steps that bring what builds the page: the wasm target, wasm-bindgen and trunk.
///
/// # Errors
/// [`Missing`] when Rust is not rustup's and lacks the target.
pub(crate) fn for_the_page() -> Result<Vec<Job>> {
    let trunk =
        Tool { binary: "trunk", package: "trunk", version: TRUNK, why: "builds the page", seconds: costs::TRUNK }.job();
    Ok([wasm_target()?, trunk, wasm_bindgen()].into_iter().flatten().collect())
}

/// The steps that bring what runs components in a browser.
///
/// # Errors
/// As [`for_the_page`].
pub(crate) fn for_components() -> Result<Vec<Job>> {
    Ok([wasm_target()?, wasm_bindgen()].into_iter().flatten().collect())
}

/// The step that brings what drives Firefox.
pub(crate) fn for_firefox() -> Option<Job> {
    let why = "drives Firefox";
    Tool { binary: "geckodriver", package: "geckodriver", version: GECKODRIVER, why, seconds: costs::GECKODRIVER }.job()
}

fn wasm_bindgen() -> Option<Job> {
    let (binary, package) = ("wasm-bindgen", "wasm-bindgen-cli");
    Tool { binary, package, version: WASM_BINDGEN, why: "binds the page's WebAssembly", seconds: costs::WASM_BINDGEN }
        .job()
}

/// Whether Rust compiles for a target here.
///
/// # Errors
/// When there is no Rust.
pub(crate) fn has_target(target: &str) -> Result<bool> {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().context("cannot run rustc")?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
    Ok(sysroot.join("lib/rustlib").join(target).is_dir())
}

fn wasm_target() -> Result<Option<Job>> {
    if has_target("wasm32-unknown-unknown")? {
        return Ok(None);
    }
    let cure = "rustup target add wasm32-unknown-unknown";
    if find("rustup").is_none() {
        return Err(Missing::new("Rust's wasm32-unknown-unknown target (the page runs as WebAssembly)", cure).into());
    }
    let what = "Adding Rust's wasm32-unknown-unknown target (the page runs as WebAssembly; seconds, once)";
    let add = program("rustup", &["target", "add", "wasm32-unknown-unknown"]);
    Ok(Some(Job { waits: true, ..Job::new("wasm-target", what, 0, add) }))
}

impl Tool {
    /// The step that installs it, unless this version is there.
    fn job(&self) -> Option<Job> {
        let Self { binary, package, version, why, seconds } = *self;
        let installed = program(binary, &["--version"]).stderr(Stdio::null()).output();
        let is_wanted = |stdout: &[u8]| String::from_utf8_lossy(stdout).split_whitespace().any(|word| word == version);
        if installed.is_ok_and(|output| is_wanted(&output.stdout)) {
            return None;
        }
        if find("cargo-binstall").is_some() {
            let what = format!("Installing {package} {version} with cargo binstall (it {why}; seconds, once)");
            let install = cargo(&["binstall", "--no-confirm", "--force", &format!("{package}@{version}")]);
            return Some(Job { waits: true, ..Job::new(binary, what, 0, install) });
        }
        let what = format!("Installing {package} {version} (it {why}; compiled from source, once)");
        Some(Job::new(binary, what, seconds, from_source(package, version)))
    }
}

/// Compiled to be there soon: unoptimised it costs the page half a second, and a third of the time to compile.
///
/// The default features of these packages are TLS and update checks, which nothing here uses.
fn from_source(package: &str, version: &str) -> Command {
    let mut install = cargo(&["install", package, "--version", version, "--locked", "--force"]);
    install.args(["--debug", "--no-default-features"]);
    install.env("CARGO_INCREMENTAL", "0");
    // What is left out is code that is made for people who look into these programs, and for panics that are caught.
    let profile = [("DEBUG", "0"), ("DEBUG_ASSERTIONS", "false"), ("OVERFLOW_CHECKS", "false"), ("PANIC", "abort")];
    install.envs(profile.map(|(name, value)| (format!("CARGO_PROFILE_DEV_{name}"), value)));
    install
}

/// The step that installs a folder's packages by npm, unless they are as its lock file says.
pub(crate) fn npm(name: &'static str, folder: &str, what: &str) -> Option<Job> {
    let folder = root().join(folder);
    // npm writes its own list last.
    if is_newer(&folder.join("node_modules/.package-lock.json"), &folder.join("package-lock.json")) {
        return None;
    }
    let mut install = program("npm", &["ci", "--silent"]);
    install.current_dir(&folder);
    Some(fetching(name, format!("Installing {what} (npm, seconds)"), install))
}

/// The step that installs a folder's packages by pip, beside it, unless they are those that its list names.
pub(crate) fn pip(name: &'static str, folder: &str, what: &str) -> Option<Job> {
    let folder = root().join(folder);
    let (list, installed) = (folder.join("requirements.txt"), folder.join("python_modules"));
    if is_newer(&installed, &list) {
        return None;
    }
    let mut install = program("python3", &["-m", "pip", "install", "--quiet", "--upgrade", "--requirement"]);
    install.arg(list).arg("--target").arg(installed).env("PIP_ROOT_USER_ACTION", "ignore");
    Some(fetching(name, format!("Installing {what} (pip, seconds)"), install))
}

/// Whether something is there, and was made after what it is made from.
fn is_newer(made: &Path, from: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    changed(made).is_some_and(|made| Some(made) >= changed(from))
}

/// A step that mostly waits for the network, with what the system's packages bring.
fn fetching(name: &'static str, what: String, command: Command) -> Job {
    Job { waits: true, after: &["packages"], ..Job::new(name, what, 0, command) }
}

/// The path of Chromium's driver, for test runners that want it named.
///
/// # Errors
/// When it is not on `PATH`.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    find("chromedriver").context("chromedriver is not on PATH")
}
