//! The programs that are measured, and those beside them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use url::Url;

use crate::Outcome;
use crate::child::{Running, free_address, program};

/// With which the merchant's systems read payments.
pub(crate) const TOKEN: &str = "a-token-of-benchmarks-1234";

/// A program that listens as long as this is kept.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) url: Url,
    running: Running,
}

impl Listening {
    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.running.0.id()
    }
}

/// A sandbox of its own, whose webhooks go where they are told.
pub(crate) async fn sandbox(webhook_url: Option<&Url>) -> Listening {
    sandbox_of(None, webhook_url).await
}

/// The same with what a file says is for sale.
pub(crate) async fn sandbox_of(seed: Option<&Path>, webhook_url: Option<&Url>) -> Listening {
    let (address, url) = free_address();
    let mut command = Command::new(env!("CARGO_BIN_EXE_creem-checkout"));
    command.args(["sandbox", "--listen", &address.to_string()]).env("RUST_LOG", "error");
    if let Some(seed) = seed {
        command.arg("--seed").arg(seed);
    }
    if let Some(webhook_url) = webhook_url {
        command.args(["--webhook-url", webhook_url.as_str()]);
    }
    started(&mut command, address, url).await
}

/// The checkout as a command, with everything it logs in operation and no limits of its own.
pub(crate) fn checkout(address: SocketAddr, sandbox: &Url, database: &str) -> Command {
    let mut command = checkout_with_page(address, sandbox, database);
    command.arg("--assets").arg(in_package("tests/fixtures/dist"));
    command
}

/// The same with the page that is inside it.
pub(crate) fn checkout_with_page(address: SocketAddr, sandbox: &Url, database: &str) -> Command {
    let mut command = program(address, sandbox.as_str(), database);
    command.env("CHECKOUT_API_TOKEN", TOKEN).env("CHECKOUT_LIMIT_QUOTE", "0").env_remove("RUST_LOG");
    command.arg("--remember-sandbox");
    command
}

/// The Express server with Creem's SDK in front of a sandbox.
pub(crate) async fn express(sandbox: &Url) -> Outcome<Listening> {
    let folder = in_package("../../tests/bench");
    if !folder.join("node_modules").is_dir() {
        return Err("Express is not installed; run this through `cargo xtask bench writes`".into());
    }
    let (address, url) = free_address();
    let mut command = Command::new("node");
    command.arg("express.js").current_dir(folder);
    command.env("SANDBOX", sandbox.as_str()).env("PORT", address.port().to_string()).env("NODE_ENV", "production");
    Ok(started(&mut command, address, url).await)
}

/// Starts a program, says nothing of what it says, and waits until it answers.
pub(crate) async fn started(command: &mut Command, address: SocketAddr, url: Url) -> Listening {
    let running = Running::start(silent(command), &url).await;
    Listening { address, url, running }
}

/// Starts a program like that and does not wait.
pub(crate) fn spawned(command: &mut Command, address: SocketAddr, url: Url) -> Outcome<Listening> {
    Ok(Listening { address, url, running: Running(silent(command).spawn()?) })
}

fn silent(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

/// An empty folder on the disk that is measured.
pub(crate) fn folder(name: &str) -> Outcome<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn in_package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
