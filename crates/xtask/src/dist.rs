//! `cargo xtask dist`: everything that is put onto a server or handed on, in `target/dist/`.
//!
//! One binary that needs no library of the system, with the page inside; what a container is made of; manual and
//! completions; licences, the list of what is inside, and checksums. The page for a static host stays in `dist/`.

mod anonymous;
mod image;
mod inside;
mod licences;
mod materials;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::build;
use crate::packages::{self, MUSL};
use crate::run::{cargo, program, root, step, target};
use crate::{jobs, npm, tools};

/// The list of checksums, in the form that `sha256sum --check` reads.
const CHECKSUMS: &str = "SHA256SUMS";

/// Makes the release artefacts, and tries them.
///
/// # Errors
/// When a tool is missing, a build fails, the binary names folders of this machine or not its commit, or does not sell
/// where nothing else is.
pub(crate) fn dist() -> Result<()> {
    page()?;
    let linkage = Linkage::of_this_machine()?;
    let built = binary(&linkage)?;
    anonymous::check(&built)?;
    let folder = target().join("dist");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("target/dist cannot be emptied")?;
    }
    fs::create_dir_all(&folder)?;
    let binary = folder.join("creem-checkout");
    fs::copy(&built, &binary)?;
    says_its_commit(&binary)?;
    step("Manual and completions", Command::new(&binary).arg("papers").arg(&folder))?;
    let inside = inside::list(linkage.target())?;
    fs::write(folder.join("creem-checkout.cdx.json"), materials::list(&inside)?)?;
    fs::write(folder.join("THIRD-PARTY-LICENSES.txt"), licences::text(&inside)?)?;
    fs::write(folder.join("snippet.html"), output(Command::new(&binary).arg("snippet"))?)?;
    copy_files(&npm::package()?, &folder.join("npm"))?;
    image::lay_out(&folder)?;
    fs::write(folder.join(CHECKSUMS), checksums(&folder)?)?;
    try_out(&folder)?;
    println!("\n{}", linkage.said());
    println!("For any static host:    {}", root().join("dist").display());
    println!("Everything else:        {}", folder.display());
    Ok(())
}

/// Builds the page, whose panics name files too, without the folders of this machine.
fn page() -> Result<()> {
    let mut page = build::page_jobs();
    page.iter_mut().flat_map(|job| &mut job.commands).for_each(anonymous::build);
    build::page_from(page, Vec::new())
}

/// What the binary is linked with, so that it needs no library of the system it runs on.
enum Linkage {
    /// A target of Rust's of its own, which links everything into the binary by itself.
    Musl(&'static str),
    /// glibc, from the archives that come with its headers.
    Glibc(&'static str),
}

impl Linkage {
    /// musl where Rust has it, else glibc.
    fn of_this_machine() -> Result<Self> {
        if !cfg!(target_os = "linux") {
            bail!("the binary is for Linux; make it there");
        }
        let (musl, gnu) = match std::env::consts::ARCH {
            "x86_64" => ("x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"),
            "aarch64" => ("aarch64-unknown-linux-musl", "aarch64-unknown-linux-gnu"),
            other => bail!("nothing is released for {other}; cargo build --release makes a binary for it"),
        };
        if tools::has_target(musl)? {
            packages::install(&[&MUSL])?;
            Ok(Self::Musl(musl))
        } else {
            Ok(Self::Glibc(gnu))
        }
    }

    fn target(&self) -> &'static str {
        match self {
            Self::Musl(target) | Self::Glibc(target) => target,
        }
    }

    /// What whoever runs the binary should know.
    fn said(&self) -> String {
        match self {
            Self::Musl(_) => "The binary is linked with musl.".to_owned(),
            Self::Glibc(gnu) => format!(
                "The binary is linked with glibc, because Rust's {} is not installed (rustup target add).\nIt needs no \
                 library, runs on any Linux and in an empty container, and looks names up by /etc/hosts and DNS.",
                gnu.replace("gnu", "musl")
            ),
        }
    }
}

/// Builds the binary and answers where it is.
fn binary(linkage: &Linkage) -> Result<PathBuf> {
    let mut build = cargo(&["rustc", "--package", "proxy", "--bin", "creem-checkout", "--release"]);
    build.args(["--features", "embed-page"]);
    let folder = match linkage {
        Linkage::Musl(musl) => {
            build.args(["--target", musl]);
            target().join(musl)
        }
        Linkage::Glibc(_) => {
            // For the binary alone: what compiles its macros has to be loaded by the compiler.
            build.args(["--", "-Ctarget-feature=+crt-static"]);
            target()
        }
    };
    anonymous::build(&mut build);
    step("Building the binary that needs no library (minutes the first time)", &mut build)?;
    Ok(folder.join("release").join("creem-checkout"))
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

/// Copies what lies in one folder into another.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// A binary that is handed on says what it was built from.
fn says_its_commit(binary: &Path) -> Result<()> {
    let version = String::from_utf8(output(Command::new(binary).arg("--version"))?)?;
    let mut git = program("git", &["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]);
    let commit = git.output().ok().filter(|output| output.status.success());
    let commit = commit.map_or_else(|| b"unknown".to_vec(), |output| output.stdout);
    let commit = String::from_utf8(commit)?;
    // What was changed and not committed since is told by neither.
    let commit = commit.trim().trim_end_matches("-dirty");
    if !version.contains(commit) {
        bail!("the binary says it is {}, and it was built from {commit}", version.trim());
    }
    Ok(())
}

/// The checksum of every file below a folder.
fn checksums(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let digest: String =
                    Sha256::digest(fs::read(&path)?).iter().map(|byte| format!("{byte:02x}")).collect();
                lines.push((path.strip_prefix(folder)?.display().to_string(), digest));
            }
        }
    }
    lines.sort();
    Ok(lines.into_iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect())
}

/// Sells with what the container is made of, where nothing else is.
fn try_out(folder: &Path) -> Result<()> {
    let validator = tools::pip("pip-docs", "tests/docs", "what reads the list of materials");
    jobs::run(validator.into_iter().collect())?;
    let mut test = cargo(&["test", "--workspace", "--test", "dist"]);
    test.env("CHECKOUT_DIST", folder);
    step("Selling from an empty root, and reading what comes with the binary", &mut test)
}
