//! Running programs from the repository's root, and saying so.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The repository's root folder.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.ancestors().nth(2).map_or_else(|| xtask.to_path_buf(), Path::to_path_buf)
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program to be run in the repository's root.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// The cargo that runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    program(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// Says what begins, runs it with its output shown, and says how long it took.
///
/// # Errors
/// When the program cannot be started or ends with another exit code than 0.
pub(crate) fn step(what: &str, command: &mut Command) -> Result<()> {
    timed(what, || {
        let status = command.status().with_context(|| format!("cannot run {}", shown(command)))?;
        if status.success() { Ok(()) } else { bail!("{} ended with {status}", shown(command)) }
    })
}

/// Like [`step`], and hands each line of the program's standard output to `on_line` as it is shown.
///
/// # Errors
/// When the program cannot be started or read, or ends with another exit code than 0.
pub(crate) fn step_reading(what: &str, command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<()> {
    timed(what, || {
        let mut child =
            command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run {}", shown(command)))?;
        let stdout = child.stdout.take().context("the program's output is piped")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            println!("{line}");
            on_line(&line);
        }
        let status = child.wait()?;
        if status.success() { Ok(()) } else { bail!("{} ended with {status}", shown(command)) }
    })
}

fn timed(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("\n==> {what}");
    std::io::stdout().flush()?;
    let begin = Instant::now();
    work().with_context(|| what.to_owned())?;
    println!("    done in {} s", begin.elapsed().as_secs());
    Ok(())
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
