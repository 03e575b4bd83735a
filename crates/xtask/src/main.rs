//! The repository's automation, and the only one; `cargo xtask help` lists its commands.
//!
//! Each command does its own set-up first, says what it is doing and stops with exit code 2 when something is
//! missing that it may not install itself.

mod bench;
mod build;
mod check;
mod costs;
mod deny;
mod dev;
mod dist;
mod gallery;
mod jobs;
mod npm;
mod packages;
mod run;
mod size;
mod soak;
mod start;
mod test;
mod tools;
mod torture;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Build, run and test Creem Checkout.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything, start app, proxy and sandbox; Ctrl-C stops it all.
    #[command(after_help = start::help())]
    Start(start::Ports),
    /// Run all tests, or one layer, or one test.
    #[command(after_help = test::help())]
    Test(test::Choice),
    /// The long forms of the tests that try at random: kills, changed messages, nonsense.
    Torture(torture::Lengths),
    /// Like start, and rebuild on change.
    Dev(start::Ports),
    /// What CI runs: format, lints, docs, size budget, tests.
    Ci,
    /// Run the benchmarks, each beside its peers.
    Bench(bench::Which),
    /// Send mixed requests for a long time, and say whether memory, handles, threads and log stay flat.
    Soak(soak::Length),
    /// Make and try the release artefacts: one binary with the page inside, a container, the package for npm.
    Dist,
    /// Draw every state of the page as a picture.
    Gallery,
    /// Show what the first load weighs, file by file and crate by crate.
    Size,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Start(ports) => start::start(&ports),
        Command::Test(choice) => test::test(&choice),
        Command::Torture(lengths) => torture::torture(&lengths),
        Command::Dev(ports) => dev::dev(&ports),
        Command::Ci => check::ci(),
        Command::Bench(which) => bench::bench(&which),
        Command::Soak(length) => soak::soak(&length),
        Command::Dist => dist::dist(),
        Command::Gallery => gallery::gallery(),
        Command::Size => show_size(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::from(if error.is::<packages::Missing>() { 2 } else { 1 })
        }
    }
}

fn show_size() -> Result<()> {
    build::page_and(Vec::new())?;
    size::check()?;
    size::weight::by_crate()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_a_guide_names_is_there() {
        let mut named = 0;
        for guide in ["README.md", "CONTRIBUTING.md", "docs/accessibility.md", "crates/sandbox/README.md"] {
            let text = std::fs::read_to_string(run::root().join(guide)).expect("a guide");
            for after in text.split("cargo xtask ").skip(1) {
                let command = after.split(|letter: char| !letter.is_ascii_lowercase()).next().unwrap_or_default();
                let known = Arguments::try_parse_from(["cargo xtask", command]);
                assert!(known.is_ok(), "{guide} names cargo xtask {command}");
                named += 1;
            }
        }
        assert!(named > 10, "only {named} were found");
    }
}
