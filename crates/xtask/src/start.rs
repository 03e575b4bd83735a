//! `cargo xtask start`: the main job, with nothing but a Rust toolchain to begin with.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::build::{self, Profile};
use crate::run::root;
use crate::tools;

/// Where payments are kept while it runs, seen from the repository's root.
const DATABASE: &str = "target/start.db";

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

    /// The binary with everything on one machine, and with nothing in its database.
    pub(crate) fn serve(&self, binary: &Path) -> Command {
        forget(&root().join(DATABASE));
        let mut command = Command::new(binary);
        command.current_dir(root()).args(["serve", "--sandbox", "--assets", "dist"]);
        command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        command.args(["--sandbox-listen", &format!("127.0.0.1:{}", self.sandbox_port)]);
        command.args(["--database", &format!("sqlite://{DATABASE}")]);
        command
    }
}

/// Removes a database of the last start.
///
/// A sandbox forgets everything when it ends and then gives the same ids again, so that yesterday's payments would
/// be taken for today's.
fn forget(database: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = database.as_os_str().to_owned();
        file.push(suffix);
        // Absent is as good as removed.
        let _ = fs::remove_file(file);
    }
}

/// Installs what is missing, builds, and becomes the running service.
///
/// # Errors
/// When a port is taken, a tool is missing or a build fails.
pub(crate) fn start(ports: &Ports) -> Result<()> {
    ports.check()?;
    tools::for_the_page()?;
    build::page()?;
    let binary = build::binary(Profile::Dev)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    // The second start once answered that it did not know the payments it had just taken: the sandbox had given its
    // sessions the ids of the first start's, which were still in the database.
    #[test]
    fn nothing_of_the_last_start_is_remembered() {
        let folder = build::target().join(format!("start-test-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for file in ["start.db", "start.db-wal", "start.db-shm"] {
            fs::write(folder.join(file), "payments").expect("a file");
        }
        forget(&folder.join("start.db"));
        // Only an empty folder can be removed.
        fs::remove_dir(&folder).expect("an empty folder");
    }
}
