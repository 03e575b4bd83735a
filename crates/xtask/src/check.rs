//! `cargo xtask ci`: what CI runs, cheapest first.

use anyhow::Result;

use crate::run::{cargo, step};
use crate::test::{self, Choice};
use crate::{build, deny, jobs, size, tools};

/// Runs every check and closes with the tests' own summary.
///
/// # Errors
/// At the first check that fails.
pub(crate) fn ci() -> Result<()> {
    step("Format", &mut cargo(&["fmt", "--all", "--check"]))?;
    deny::check()?;
    jobs::run(tools::for_the_page()?)?;
    let deny = ["--", "--deny", "warnings"];
    step("Lints, native", cargo(&["clippy", "--workspace", "--all-targets"]).args(deny))?;
    // Cargo counts them to no targets, because a command of ours runs them.
    for tried in ["gallery", "dist"] {
        step(&format!("Lints, {tried}"), cargo(&["clippy", "--workspace", "--test", tried]).args(deny))?;
    }
    step(
        "Lints, WebAssembly",
        cargo(&["clippy", "--package", "creem-checkout", "--target", "wasm32-unknown-unknown"])
            .args(["--all-targets", "--features", "browser-tests"])
            .args(deny),
    )?;
    step(
        "Documentation",
        cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    build::page_and(Vec::new())?;
    size::check()?;
    test::test(&Choice::default())
}
