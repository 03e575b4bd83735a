//! What a binary for others says of itself, that it is built anew when the page inside it was, and the element's loader,
//! compressed once instead of for every site's visitor.

#[path = "build/loader.rs"]
mod loader;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The element's loader, as it is written.
const LOADER: &str = "../../src/embed.js";

fn main() {
    for source in ["build.rs", "build", LOADER] {
        println!("cargo::rerun-if-changed={source}");
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo says where"));
    let loader = loader::without_comments(&fs::read_to_string(LOADER).expect("it is in the repository"));
    fs::write(folder.join("embed.js"), &loader).expect("the folder is ours");
    let compressed = fs::File::create(folder.join("embed.js.br")).expect("the folder is ours");
    brotli::CompressorWriter::new(compressed, 4096, 11, 22).write_all(loader.as_bytes()).expect("the folder is ours");

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
