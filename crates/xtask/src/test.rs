//! `cargo xtask test`: all tests, from the cheapest to the whole journeys, or one layer, or one test.

pub(crate) mod layers;
mod sdk;
mod tally;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde::Deserialize;

use crate::costs::{FIRST_TEST_MINUTES, TEST_MINUTES};
use crate::packages::Missing;
use crate::run::{cargo, program, root, step_reading};
use crate::tools::GECKODRIVER;
use crate::{build, jobs, npm, tools};
use layers::Layer;
use tally::Tally;

/// Which tests run.
#[derive(Args, Default)]
pub(crate) struct Choice {
    /// One layer instead of all
    layer: Option<Layer>,
    /// Only the layer's tests with this in their name
    #[arg(requires = "layer")]
    filter: Option<String>,
}

/// What is installed where besides what `start` installs, and how to undo it.
pub(crate) fn help() -> String {
    let mut packages: Vec<&str> =
        Layer::ALL.iter().flat_map(|layer| layer.needs()).flat_map(|need| need.packages()).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    format!(
        "All of it takes about {FIRST_TEST_MINUTES} minutes on two cores the first time, later about {TEST_MINUTES}.

What is missing is installed once, besides what `cargo xtask start --help` names:
  geckodriver {GECKODRIVER} into cargo's bin folder (~/.cargo/bin)   undo: cargo uninstall geckodriver
  npm's packages into tests/*/node_modules   undo: rm -r tests/*/node_modules
  Debian's packages by apt-get, if you are root; otherwise you are told which
    undo: apt-get remove --autoremove, with those of these that you did not have before:
      {}
    Debian runs PostgreSQL and nginx as services; the tests start their own.

Each layer installs only what it needs. A failed journey leaves a picture in target/journeys/.",
        packages.join(" ")
    )
}

/// Installs what the chosen tests need and runs them.
///
/// # Errors
/// When a tool is missing, a build fails or a test fails.
pub(crate) fn test(choice: &Choice) -> Result<()> {
    let layers = choice.layer.map_or_else(|| Layer::ALL.to_vec(), |layer| vec![layer]);
    prepare(&layers).map_err(|error| with_what_runs_anyway(error, choice.layer))?;
    let programs = programs(&layers)?;
    let mut tally = Tally::default();
    let mut trouble = Vec::new();
    for layer in layers {
        let failures_before = tally.failures.len();
        if let Err(error) = run(layer, &programs, choice.filter.as_deref(), &mut tally) {
            trouble.push(format!("{}: {error:#}", layer.name()));
        }
        for name in &tally.failures[failures_before..] {
            println!("    again: cargo xtask test {} {name}", layer.name());
        }
    }
    // Alone on its line and last: CI reads it.
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    if !trouble.is_empty() {
        bail!("{}", trouble.join("\n"));
    }
    match &choice.filter {
        Some(filter) if tally.passed == 0 => bail!("no test of this layer has {filter:?} in its name"),
        None if tally.ignored > 0 => bail!("{} tests were ignored", tally.ignored),
        Some(_) | None => Ok(()),
    }
}

fn prepare(layers: &[Layer]) -> Result<()> {
    jobs::run(layers::jobs(layers)?)?;
    if layers.contains(&Layer::Docs) || layers.contains(&Layer::E2e) {
        build::finish_page()?;
    }
    if layers.contains(&Layer::E2e) {
        npm::package()?;
    }
    Ok(())
}

/// Says beside what is missing which layers do not need it.
fn with_what_runs_anyway(error: anyhow::Error, asked: Option<Layer>) -> anyhow::Error {
    if asked.is_some() || !error.is::<Missing>() {
        return error;
    }
    let runs = Layer::ALL.into_iter().filter(|layer| layer.needs().iter().all(|need| need.is_met()));
    let commands: Vec<String> = runs.map(|layer| format!("    cargo xtask test {}", layer.name())).collect();
    println!("These layers need nothing more:\n\n{}", commands.join("\n"));
    error
}

fn run(layer: Layer, programs: &[Program], filter: Option<&str>, tally: &mut Tally) -> Result<()> {
    match layer {
        Layer::Rules => {
            native(layer, programs, filter, tally)?;
            let mut examples = cargo(&["test", "--quiet", "--workspace", "--doc", "--"]);
            step_reading("rules: examples in the documentation", examples.args(filter), |line| tally.read(line))
        }
        Layer::Sandbox | Layer::Proxy | Layer::Docs | Layer::E2e => native(layer, programs, filter, tally),
        Layer::Sdk => sdk::test(filter, |line| tally.read(line)),
        Layer::Web => {
            let mut web = layers::web();
            web.arg("--").args(filter).env("CHROMEDRIVER", tools::chromedriver()?);
            step_reading("web: components in a real browser", &mut web, |line| tally.read(line))
        }
    }
}

/// Runs the programs of a layer to the end, also when one of them fails.
fn native(layer: Layer, programs: &[Program], filter: Option<&str>, tally: &mut Tally) -> Result<()> {
    let programs: Vec<&Program> = programs.iter().filter(|program| program.layer == layer).collect();
    // Without a program nothing would fail.
    let mut outcome = if programs.is_empty() { Err(anyhow!("there are no tests of this layer")) } else { Ok(()) };
    for program in programs {
        let title = format!("{}: {}", layer.name(), program.source.display());
        let ran = step_reading(&title, program.command().args(filter), |line| tally.read(line));
        outcome = outcome.and(ran);
    }
    outcome
}

/// A built program of native tests.
struct Program {
    layer: Layer,
    /// Its package's folder, in which cargo would run it.
    folder: PathBuf,
    /// Its first source file, in the repository.
    source: PathBuf,
    executable: PathBuf,
}

impl Program {
    fn command(&self) -> std::process::Command {
        let mut command = program(&self.executable.to_string_lossy(), &[]);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        if matches!(self.layer, Layer::E2e | Layer::Proxy) {
            // These wait more than they work: for the page to give up, for the other side to try again.
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            command.arg(format!("--test-threads={}", (2 * cores).min(8)));
        }
        command
    }
}

/// One line of cargo's account of what it built; of others than these every field is absent.
#[derive(Deserialize)]
struct Artifact {
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    profile: Option<ArtifactProfile>,
    target: Option<ArtifactTarget>,
}

#[derive(Deserialize)]
struct ArtifactProfile {
    test: bool,
}

#[derive(Deserialize)]
struct ArtifactTarget {
    src_path: PathBuf,
}

/// The programs that were built for these layers, each with the layer of its package.
fn programs(layers: &[Layer]) -> Result<Vec<Program>> {
    let Some(mut cargo) = layers::native(layers) else { return Ok(Vec::new()) };
    let output =
        cargo.args(["--no-run", "--quiet", "--message-format", "json"]).output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo cannot say what it built: {}", String::from_utf8_lossy(&output.stderr));
    }
    let root = root();
    let mut programs = Vec::new();
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Artifact { executable: Some(executable), manifest_path: Some(manifest), profile, target } =
            serde_json::from_slice(line)?
        else {
            continue;
        };
        if let (Some(ArtifactProfile { test: true }), Some(ArtifactTarget { src_path })) = (profile, target) {
            let folder = manifest.parent().unwrap_or(Path::new("")).to_path_buf();
            let layer = Layer::of_package(folder.strip_prefix(&root).unwrap_or(&folder));
            let source = src_path.strip_prefix(&root).unwrap_or(&src_path).to_path_buf();
            programs.push(Program { layer, folder, source, executable });
        }
    }
    programs.sort_by(|one, other| one.source.cmp(&other.source));
    Ok(programs)
}
