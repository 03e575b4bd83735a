//! The tools the commands need: found, or installed once, or named with the command that installs them.

use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::run::{cargo, program, root, step};

/// The CLI must match the `wasm-bindgen` crate exactly; `Cargo.toml` pins the same version.
const WASM_BINDGEN: &str = "0.2.129";

/// The newest Trunk that builds with our Rust.
const TRUNK: &str = "0.21.14";

/// Drives the Firefox ESR of the day.
const GECKODRIVER: &str = "0.37.0";

/// Something is missing that we may not install ourselves.
#[derive(Debug)]
pub(crate) struct Missing {
    what: &'static str,
    cure: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is missing. Install it with:\n\n    {}\n", self.what, self.cure)
    }
}

impl std::error::Error for Missing {}

/// What building the page needs: the wasm target, trunk and wasm-bindgen.
///
/// # Errors
/// When an installation fails.
pub(crate) fn for_the_page() -> Result<()> {
    wasm_target()?;
    cargo_tool("wasm-bindgen", "wasm-bindgen-cli", WASM_BINDGEN, "binds the page's WebAssembly", 3)?;
    cargo_tool("trunk", "trunk", TRUNK, "builds the page", 8)
}

/// What the browser tests need besides: Chromium and its driver.
///
/// # Errors
/// [`Missing`] on a machine where we cannot install them; anything else when the installation fails.
pub(crate) fn for_the_browser() -> Result<()> {
    if find("chromedriver").is_some() && chromium().is_some() {
        return Ok(());
    }
    debian_packages("Chromium with ChromeDriver", "drives the page as a buyer would", &["chromium", "chromium-driver"])
}

/// What the short list of journeys needs besides: Firefox and WebKitGTK with their drivers, and a screen for WebKitGTK.
///
/// # Errors
/// As [`for_the_browser`].
pub(crate) fn for_the_other_engines() -> Result<()> {
    let firefox = find("firefox-esr").or_else(|| find("firefox"));
    let wanted = [(firefox, "firefox-esr"), (find("WebKitWebDriver"), "webkit2gtk-driver"), (find("Xvfb"), "xvfb")];
    let missing: Vec<&str> = wanted.into_iter().filter(|(found, _)| found.is_none()).map(|(_, name)| name).collect();
    if !missing.is_empty() {
        debian_packages("Firefox ESR and WebKitGTK", "draws the page as other buyers see it", &missing)?;
    }
    cargo_tool("geckodriver", "geckodriver", GECKODRIVER, "drives Firefox", 4)
}

/// What Creem's own SDK runs on.
///
/// # Errors
/// [`Missing`] on a machine where we cannot install it; anything else when the installation fails.
pub(crate) fn for_the_sdk() -> Result<()> {
    if find("node").is_some() && find("npm").is_some() {
        return Ok(());
    }
    debian_packages("Node.js with npm", "runs Creem's own SDK against the sandbox", &["nodejs", "npm"])
}

/// What the tests of the databases need besides: a PostgreSQL server they may start for themselves.
///
/// # Errors
/// [`Missing`] on a machine where we cannot install it; anything else when the installation fails.
pub(crate) fn for_the_databases() -> Result<()> {
    // Debian does not put the server's programs on `PATH`.
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let beside = versions.map(|version| version.path().join("bin/initdb")).any(|path| path.is_file());
    if beside || find("initdb").is_some() {
        return Ok(());
    }
    debian_packages("PostgreSQL", "is the database of shops with several replicas", &["postgresql"])
}

/// What judges the page's accessibility.
///
/// # Errors
/// As [`for_the_sdk`], or when the installation fails.
pub(crate) fn for_the_journeys() -> Result<()> {
    for_the_sdk()?;
    let folder = root().join("tests").join("e2e");
    step(
        "Installing axe-core (npm, seconds; it judges the page and is never shipped)",
        program("npm", &["ci", "--silent"]).current_dir(&folder),
    )
}

/// What the snippets of the guides run on: the languages of merchants' servers, each with what signs an intent.
///
/// # Errors
/// As [`for_the_sdk`], or when the installation fails.
pub(crate) fn for_the_guides() -> Result<()> {
    for_the_sdk()?;
    // Debian installs Python's library for its own Python, which may not be the first on `PATH`.
    let python = ["python3", "/usr/bin/python3"].iter().any(|python| runs(python, &["-c", "import jwt"]));
    let ruby = runs("ruby", &["-r", "jwt", "-e", ""]);
    if !(python && ruby && ["php", "curl", "openssl"].into_iter().all(|binary| find(binary).is_some())) {
        let packages = ["python3-jwt", "ruby", "ruby-jwt", "php-cli", "curl", "openssl"];
        debian_packages("Python, Ruby and PHP with what signs a JWT", "runs the guides' snippets", &packages)?;
    }
    let folder = root().join("tests").join("docs");
    step(
        "Installing jose (npm, seconds; a guide signs with it)",
        program("npm", &["ci", "--silent"]).current_dir(&folder),
    )
}

/// The path of the driver, for test runners that want it named.
///
/// # Errors
/// When it is not on `PATH`.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    find("chromedriver").context("chromedriver is not on PATH")
}

fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(find)
}

fn wasm_target() -> Result<()> {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().context("cannot run rustc")?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
    if sysroot.join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        return Ok(());
    }
    step(
        "Adding Rust's wasm32-unknown-unknown target (the page runs as WebAssembly; under a minute, once)",
        &mut program("rustup", &["target", "add", "wasm32-unknown-unknown"]),
    )
}

fn cargo_tool(binary: &str, package: &str, version: &str, why: &str, minutes: u32) -> Result<()> {
    let installed = program(binary, &["--version"]).stderr(Stdio::null()).output();
    let is_wanted = |stdout: &[u8]| String::from_utf8_lossy(stdout).split_whitespace().any(|word| word == version);
    if installed.is_ok_and(|output| is_wanted(&output.stdout)) {
        return Ok(());
    }
    if find("cargo-binstall").is_some() {
        let what = format!("Installing {package} {version} with cargo binstall (it {why}; under a minute, once)");
        let wanted = format!("{package}@{version}");
        return step(&what, &mut cargo(&["binstall", "--no-confirm", "--force", &wanted]));
    }
    let what = format!(
        "Installing {package} {version} (it {why}; compiled from source, about {minutes} minutes on two cores, once)"
    );
    // A profile of its own would build into the project's target folder; cargo's temporary one is removed after.
    step(&what, &mut cargo(&["install", package, "--version", version, "--locked", "--force"]))
}

/// Installs packages of the system, or names the command that would.
///
/// # Errors
/// [`Missing`] on a machine where we cannot install them; anything else when the installation fails.
pub(crate) fn debian_packages(what: &'static str, why: &str, packages: &[&str]) -> Result<()> {
    let cure = format!("sudo apt-get install --yes {}", packages.join(" "));
    if find("apt-get").is_none() || !is_root() {
        return Err(Missing { what, cure }.into());
    }
    let apt = |arguments: &[&str]| {
        let mut command = program("apt-get", arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    step("Reading the system's package lists (seconds)", &mut apt(&["update", "-qq"]))?;
    let mut arguments = vec!["install", "--yes", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    step(&format!("Installing {what} (it {why}; about a minute, once)"), &mut apt(&arguments))
}

/// Whether this is the user who may do everything.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Whether a program is there and ends well.
pub(crate) fn runs(binary: &str, arguments: &[&str]) -> bool {
    program(binary, arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Where a program is on `PATH`.
pub(crate) fn find(binary: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(binary)).find(|path| path.is_file())
}
