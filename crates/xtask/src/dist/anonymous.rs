//! A binary for others names no folder of the machine that built it.
//!
//! Cargo's own way, `trim-paths`, is not stable; when it is, a line in the manifest replaces this module.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{root, target};

/// What cargo puts between flags for the compiler.
const SEPARATOR: &str = "\x1f";

/// The folders whose names would be in panic messages and errors, each with what stands there instead.
fn folders() -> Vec<(PathBuf, &'static str)> {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    [(Some(root()), "/checkout"), (Some(target()), "/target"), (cargo_home, "/cargo")]
        .into_iter()
        .filter_map(|(folder, instead)| Some((folder?, instead)))
        .collect()
}

/// Lets a build of cargo's write other names, in what Rust and C compile.
pub(crate) fn build(command: &mut Command) {
    let (rust, c) = flags(&folders());
    let before = env::var("CARGO_ENCODED_RUSTFLAGS").ok();
    let before = before.or_else(|| {
        env::var("RUSTFLAGS").ok().map(|flags| flags.split_whitespace().collect::<Vec<_>>().join(SEPARATOR))
    });
    let all = before.into_iter().filter(|flags| !flags.is_empty()).chain(rust);
    command.env("CARGO_ENCODED_RUSTFLAGS", all.collect::<Vec<_>>().join(SEPARATOR));
    let mut all = env::var_os("CFLAGS").unwrap_or_default();
    for flag in c {
        all.push(format!(" {flag}"));
    }
    command.env("CFLAGS", all);
}

/// The compilers' flags, Rust's and C's.
fn flags(folders: &[(PathBuf, &'static str)]) -> (Vec<String>, Vec<String>) {
    let names = folders.iter().map(|(folder, instead)| format!("{}={instead}", folder.display()));
    let rust = names.clone().map(|name| format!("--remap-path-prefix={name}"));
    // What stands between flags for C cannot be in one.
    let c = names.filter(|name| !name.contains(char::is_whitespace)).map(|name| format!("-ffile-prefix-map={name}"));
    (rust.collect(), c.collect())
}

/// Reads a binary for what it must not name.
///
/// # Errors
/// When it cannot be read, or names one of the folders all the same.
pub(crate) fn check(binary: &Path) -> Result<()> {
    let bytes = fs::read(binary)?;
    for (folder, _) in folders() {
        if let Some(named) = named(&bytes, &folder) {
            bail!("{} names a folder of this machine: {named}", binary.display());
        }
    }
    Ok(())
}

/// The first path below a folder that stands in a file.
fn named(bytes: &[u8], folder: &Path) -> Option<String> {
    let wanted = format!("{}/", folder.display());
    let at = bytes.windows(wanted.len()).position(|window| window == wanted.as_bytes())?;
    let path = bytes[at..].iter().take_while(|byte| byte.is_ascii_graphic()).take(200);
    Some(path.map(|byte| char::from(*byte)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    // The release named 4819 paths of the home of whoever built it.
    #[test]
    fn a_path_of_this_machine_is_found_and_written_otherwise() {
        let home = Path::new("/home/ada/.cargo");
        let bytes = b"\0panicked at /home/ada/.cargo/registry/src/a.rs\0/cargo/b.rs";
        assert_eq!(named(bytes, home).as_deref(), Some("/home/ada/.cargo/registry/src/a.rs"));
        assert_eq!(named(bytes, Path::new("/home/ada/.carg")), None);
        let (rust, c) = flags(&[(home.to_path_buf(), "/cargo")]);
        assert_eq!(rust, ["--remap-path-prefix=/home/ada/.cargo=/cargo"]);
        assert_eq!(c, ["-ffile-prefix-map=/home/ada/.cargo=/cargo"]);
        let (rust, c) = flags(&[("/home/ada l".into(), "/cargo")]);
        assert_eq!((rust, c), (vec!["--remap-path-prefix=/home/ada l=/cargo".to_owned()], Vec::new()));
    }

    #[test]
    fn what_this_test_was_built_from_is_among_the_folders() {
        assert!(folders().iter().any(|(folder, _)| Path::new(env!("CARGO_MANIFEST_DIR")).starts_with(folder)));
    }
}
