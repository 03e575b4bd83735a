//! Building: the page by Trunk, the binary by cargo.

mod glue;
mod places;
mod sheet;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::jobs::{self, Job};
use crate::run::{cargo, program, root, step, target};
use crate::{costs, tools};

/// The steps that build the page into `dist/`. They need [`tools::for_the_page`].
///
/// The WebAssembly comes first and needs no tool, so that it compiles while the tools do; Trunk then finds it made.
pub(crate) fn page_jobs() -> Vec<Job> {
    let is_new = !target().join("wasm32-unknown-unknown/wasm-release/app.wasm").is_file();
    let mut compile = cargo(&["build", "--package", "creem-checkout", "--bin", "app"]);
    compile.args(["--target", "wasm32-unknown-unknown", "--profile", "wasm-release"]);
    let seconds = if is_new { costs::PAGE } else { costs::AGAIN };
    let code =
        Job { after: &["wasm-target"], ..Job::new("page-code", "Compiling the page to WebAssembly", seconds, compile) };
    let page = Job {
        after: &["page-code", "trunk", "wasm-bindgen"],
        ..Job::new("page", "Building the page into dist/", costs::AGAIN, trunk(&[]))
    };
    vec![code, page]
}

/// The step that builds proxy and sandbox.
///
/// From the whole workspace's choice of features, as the tests are: chosen for this package alone, nearly every
/// dependency would be compiled once more for them.
pub(crate) fn binary_job() -> Job {
    let is_new = !binary_path().is_file();
    let build = cargo(&["build", "--workspace", "--bin", "creem-checkout"]);
    Job::new("proxy", "Building the proxy and the sandbox", if is_new { costs::PROXY } else { costs::AGAIN }, build)
}

/// Makes `dist/` whole after [`page_jobs`]: one style sheet, short names between WebAssembly and script, and a
/// brotli and a gzip copy beside each file.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn finish_page() -> Result<()> {
    sheet::join(&root().join("dist"))?;
    glue::shorten(&root().join("dist"))?;
    let languages = files_in(&root().join("dist/languages"))?;
    for file in page_files()?.iter().chain(&languages) {
        compress(file)?;
    }
    Ok(())
}

/// Installs what builds the page and builds it, side by side with other steps.
///
/// # Errors
/// When a tool cannot be installed or a build fails.
pub(crate) fn page_and(others: Vec<Job>) -> Result<()> {
    page_from(page_jobs(), others)
}

/// The same with the page's steps as somebody has changed them.
///
/// # Errors
/// As [`page_and`].
pub(crate) fn page_from(page: Vec<Job>, others: Vec<Job>) -> Result<()> {
    let mut jobs = tools::for_the_page()?;
    jobs.extend(page);
    jobs.extend(others);
    jobs::run(jobs)?;
    finish_page()
}

fn trunk(arguments: &[&str]) -> Command {
    let mut trunk = program("trunk", &["build", "--release"]);
    // Trunk takes the variable for a flag, whose value would have to be `true` or `false`.
    trunk.args(arguments).env_remove("NO_COLOR");
    trunk
}

/// Builds the page once more, beside, with the names of its functions, and answers where its WebAssembly is.
///
/// # Errors
/// When Trunk fails or left no WebAssembly.
pub(crate) fn page_with_names() -> Result<PathBuf> {
    let dist = target().join("page-with-names");
    step(
        "Building the page with the names of its functions (a minute the first time, then seconds)",
        trunk(&["--dist"]).arg(&dist).env("CARGO_PROFILE_WASM_RELEASE_STRIP", "none"),
    )?;
    files_in(&dist)?
        .into_iter()
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .context("trunk left no WebAssembly")
}

/// The files of the built page, without their compressed copies.
///
/// # Errors
/// When `dist/` cannot be read.
pub(crate) fn page_files() -> Result<Vec<PathBuf>> {
    files_in(&root().join("dist"))
}

fn files_in(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dist).with_context(|| format!("cannot read {}", dist.display()))? {
        let path = entry?.path();
        if path.is_file() && !path.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Builds the binary for running and testing here, and answers where it is.
///
/// # Errors
/// When cargo fails.
pub(crate) fn binary() -> Result<PathBuf> {
    let mut build = cargo(&["build", "--workspace", "--bin", "creem-checkout"]);
    step("Building the proxy and the sandbox (minutes the first time, then seconds)", &mut build)?;
    Ok(binary_path())
}

/// Where that binary is.
pub(crate) fn binary_path() -> PathBuf {
    target().join("debug").join(format!("creem-checkout{}", std::env::consts::EXE_SUFFIX))
}

/// The largest brotli can do: these files are compressed once and sent often.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut writer = ::brotli::CompressorWriter::new(&mut compressed, 64 * 1024, 11, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(compressed)
}

fn compress(file: &Path) -> Result<()> {
    let bytes = fs::read(file)?;
    write_beside(file, ".br", &brotli(&bytes)?)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&bytes)?;
    write_beside(file, ".gz", &gzip.finish()?)
}

/// Writes a copy of a file that somebody may be serving, and who must never get half of it.
fn write_beside(file: &Path, extension: &str, bytes: &[u8]) -> Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(extension);
    let part = target().join(format!("part-{}{extension}", std::process::id()));
    fs::write(&part, bytes).and_then(|()| fs::rename(&part, &name)).with_context(|| format!("cannot write {name:?}"))
}
