//! `cargo xtask bench`: the benchmarks, with what each is measured against in the same run.

mod performance;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::build;
use crate::packages::{self, CHROMIUM, NGINX, NODE, POSTGRESQL, WRK};
use crate::run::{cargo, program, root, step};

/// Which benchmarks run.
#[derive(Args)]
pub(crate) struct Which {
    /// Only one of them; all when absent. Once each was run, docs/performance.md is written
    #[arg(value_enum)]
    only: Option<Benchmark>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Benchmark {
    /// The sandbox with 10 000 sessions and 50 000 events; fails when it is slower than promised
    Sandbox,
    /// Reads a second, beside nginx with the same bytes, with start and memory; says which goals are met
    Reads,
    /// How soon a waiting page hears of its payment, while a thousand wait
    Listeners,
    /// What answers take with a million payments, ten thousand products, a thousand buyers
    Growth,
    /// Webhooks and creations a second, beside SQLite, PostgreSQL and an Express server; says which goals are met
    Writes,
    /// How soon an element's form is painted in another site's page, beside that page's own first paint
    Embed,
}

/// Builds for release and runs them.
///
/// # Errors
/// When a tool is missing, a build fails, or the sandbox is slower than promised.
pub(crate) fn bench(which: &Which) -> Result<()> {
    let runs = |benchmark| which.only.is_none_or(|only| only == benchmark);
    if runs(Benchmark::Sandbox) {
        step(
            "The sandbox with 10 000 sessions and 50 000 events (a few minutes to build the first time, then seconds)",
            &mut cargo(&["bench", "--package", "sandbox", "--bench", "load"]),
        )?;
    }
    if runs(Benchmark::Reads) {
        reads()?;
    }
    if runs(Benchmark::Listeners) {
        step(
            "A thousand waiting pages (a few minutes to build the first time, then seconds)",
            &mut load(&["listeners"]),
        )?;
    }
    if runs(Benchmark::Growth) {
        step("A shop that grows (a few minutes to build the first time, then a minute)", &mut load(&["growth"]))?;
    }
    if runs(Benchmark::Writes) {
        writes()?;
    }
    if runs(Benchmark::Embed) {
        embed()?;
    }
    performance::write()
}

fn reads() -> Result<()> {
    packages::install(&[&NGINX, &WRK])?;
    build::page_and(Vec::new())?;
    let arguments = ["bench", "--package", "proxy", "--features", "embed-page", "--bench", "load", "--", "reads"];
    step("Reads beside nginx (a few minutes to build the first time, then one)", &mut cargo(&arguments))
}

fn embed() -> Result<()> {
    packages::install(&[&CHROMIUM])?;
    build::page_and(Vec::new())?;
    step(
        "A form in another site's page (a few minutes to build the first time, then half a minute)",
        &mut cargo(&["bench", "--package", "e2e", "--bench", "embed"]),
    )
}

fn writes() -> Result<()> {
    packages::install(&[&POSTGRESQL, &NODE])?;
    let folder = root().join("tests").join("bench");
    step("Installing Express and Creem's SDK (npm, seconds)", program("npm", &["ci", "--silent"]).current_dir(folder))?;
    step(
        "Webhooks and creations beside their peers (a few minutes to build the first time, then two)",
        &mut load(&["writes"]),
    )
}

/// The program under load, built for release, with databases that commit to the disk.
pub(crate) fn load(arguments: &[&str]) -> std::process::Command {
    let mut command = cargo(&["bench", "--package", "proxy", "--bench", "load", "--"]);
    command.args(arguments).env("CHECKOUT_TEST_DURABLE", "1");
    command
}
