//! `cargo xtask ci`: what CI runs, cheapest first.

use anyhow::Result;

use crate::run::{cargo, step};
use crate::{build, deny, size, test, tools};

/// Runs every check and closes with the tests' own summary.
///
/// # Errors
/// At the first check that fails.
pub(crate) fn ci() -> Result<()> {
    tools::for_the_page()?;
    step("Format", &mut cargo(&["fmt", "--all", "--check"]))?;
    deny::check()?;
    let deny = ["--", "--deny", "warnings"];
    step("Lints, native", cargo(&["clippy", "--workspace", "--all-targets"]).args(deny))?;
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
    build::page()?;
    size::check()?;
    test::test()
}
