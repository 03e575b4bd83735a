//! Building: the page by Trunk, the binary by cargo.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::{cargo, program, root, step};
use crate::{anonymous, tools};

/// The profile of the binary.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Built fast: for running and testing here.
    Dev,
    /// Runs fast, with the page inside: for shipping.
    Release,
}

/// Builds the page into `dist/`, with a brotli and a gzip copy beside each file.
///
/// # Errors
/// When Trunk fails or a file cannot be written.
pub(crate) fn page() -> Result<()> {
    step(
        "Building the page into dist/ (about 2 minutes the first time, then seconds)",
        program("trunk", &["build", "--release"]).env_remove("NO_COLOR"),
    )?;
    let languages = files_in(&root().join("dist/languages"))?;
    for file in page_files()?.iter().chain(&languages) {
        compress(file)?;
    }
    Ok(())
}

/// Builds the page once more, beside, with the names of its functions, and answers where its WebAssembly is.
///
/// # Errors
/// When Trunk fails or left no WebAssembly.
pub(crate) fn page_with_names() -> Result<PathBuf> {
    let dist = target().join("page-with-names");
    step(
        "Building the page with the names of its functions (about 2 minutes the first time, then seconds)",
        program("trunk", &["build", "--release", "--dist"])
            .arg(&dist)
            .env("CARGO_PROFILE_WASM_RELEASE_STRIP", "none")
            .env_remove("NO_COLOR"),
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

/// Builds the binary and answers where it is.
///
/// # Errors
/// When cargo fails.
pub(crate) fn binary(profile: Profile) -> Result<PathBuf> {
    let (arguments, folder): (&[&str], _) = match profile {
        Profile::Dev => (&["build", "--package", "proxy"], "debug"),
        Profile::Release => (&["build", "--package", "proxy", "--release", "--features", "embed-page"], "release"),
    };
    let mut build = cargo(arguments);
    if matches!(profile, Profile::Release) {
        anonymous::build(&mut build);
    }
    step("Building the proxy and the sandbox (about 3 minutes the first time, then seconds)", &mut build)?;
    Ok(target().join(folder).join(format!("creem-checkout{}", std::env::consts::EXE_SUFFIX)))
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Makes the release artefacts.
///
/// # Errors
/// When a tool is missing, a build fails, or the binary names folders of this machine.
pub(crate) fn release() -> Result<()> {
    tools::for_the_page()?;
    page()?;
    let binary = binary(Profile::Release)?;
    anonymous::check(&binary)?;
    println!("\nFor any static host:    {}", root().join("dist").display());
    println!("One binary with it in:  {}", binary.display());
    Ok(())
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
    let beside = |extension: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(extension);
        PathBuf::from(name)
    };
    fs::write(beside(".br"), brotli(&bytes)?)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&bytes)?;
    fs::write(beside(".gz"), gzip.finish()?)?;
    Ok(())
}
