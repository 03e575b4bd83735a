//! `cargo xtask start`: the main job, with nothing but a Rust toolchain to begin with.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::build;
use crate::costs::FIRST_START_MINUTES;
use crate::run::root;
use crate::tools::{TRUNK, WASM_BINDGEN};

/// Where the app and the sandbox listen.
#[derive(Args)]
pub(crate) struct Ports {
    /// Port of the app and the proxy.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the sandbox.
    #[arg(long, default_value_t = 8081)]
    sandbox_port: u16,
}

impl Ports {
    /// Fails early, before minutes of building, when a port is taken.
    ///
    /// # Errors
    /// Names the port and the flag that moves it.
    pub(crate) fn check(&self) -> Result<()> {
        for (port, flag) in [(self.port, "--port"), (self.sandbox_port, "--sandbox-port")] {
            if TcpListener::bind(("127.0.0.1", port)).is_err() {
                bail!("port {port} is taken: stop what listens there, or choose another with {flag}");
            }
        }
        Ok(())
    }

    /// The binary with everything on one machine.
    pub(crate) fn serve(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        command.current_dir(root()).args(["serve", "--sandbox", "--assets", "dist"]);
        command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        command.args(["--sandbox-listen", &format!("127.0.0.1:{}", self.sandbox_port)]);
        command
    }
}

/// What is installed and built where, and how to undo it.
pub(crate) fn help() -> String {
    format!(
        "The first start takes about {FIRST_START_MINUTES} minutes on two cores, later ones seconds.

What is missing is installed once, for you alone and without root:
  Rust's wasm32-unknown-unknown target   undo: rustup target remove wasm32-unknown-unknown
  trunk {TRUNK}, wasm-bindgen {WASM_BINDGEN}
    into cargo's bin folder (~/.cargo/bin)   undo: cargo uninstall trunk wasm-bindgen-cli
  Sources of crates, in cargo's cache (~/.cargo/registry)

Everything built is in this folder   undo: rm -r target dist
Payments of the sandbox are kept in memory and end with it."
    )
}

/// Installs what is missing, builds, and becomes the running service.
///
/// # Errors
/// When a port is taken, a tool is missing or a build fails.
pub(crate) fn start(ports: &Ports) -> Result<()> {
    ports.check()?;
    build::page_and(vec![build::binary_job()])?;
    let binary = build::binary_path();
    println!("\n==> Starting app, proxy and sandbox (Ctrl-C stops them)\n");
    become_program(ports.serve(&binary)).with_context(|| format!("cannot run {}", binary.display()))
}

/// Replaces this process, so that signals reach the service and nothing is left behind.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { bail!("it ended with {status}") }
}
