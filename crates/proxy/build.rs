//! What a binary for others says of itself, and that it is built anew when the page inside it was.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_for_others = std::env::var_os("CARGO_FEATURE_EMBED_PAGE").is_some();
    if is_for_others {
        println!("cargo::rerun-if-changed=../../dist");
        // Git writes a line there with each commit and each branch it goes to.
        if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log).is_file()) {
            println!("cargo::rerun-if-changed={log}");
        }
    }
    // Any other binary would be built anew after every commit, for a word that nobody reads.
    let commit = match is_for_others {
        true => git(&["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]),
        false => Some("not a release".to_owned()),
    };
    let version = std::env::var("CARGO_PKG_VERSION").expect("cargo says which");
    println!("cargo::rustc-env=CHECKOUT_VERSION={version} ({})", commit.as_deref().unwrap_or("unknown"));
}

/// What git says here; nothing outside a checkout, and where there is no git.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned()).filter(|said| !said.is_empty())
}
