//! Creem's own TypeScript SDK, unmodified, as a client of the sandbox: what it accepts, any client will.

use std::path::PathBuf;

use anyhow::Result;

use crate::build;
use crate::run::{program, root, step_reading};

/// Runs the tests in `tests/sdk`, whose SDK and sandbox are there.
///
/// # Errors
/// When a test fails.
pub(crate) fn test(filter: Option<&str>, on_line: impl FnMut(&str)) -> Result<()> {
    let mut node = program("node", &["--test", "--test-reporter=spec"]);
    node.args(filter.map(|filter| format!("--test-name-pattern={filter}")));
    node.current_dir(root().join("tests").join("sdk")).env("SANDBOX", sandbox());
    step_reading("sdk: Creem's own SDK against the sandbox", &mut node, on_line)
}

/// The sandbox alone, which cargo builds as an example.
fn sandbox() -> PathBuf {
    build::target().join("debug").join("examples").join(format!("serve{}", std::env::consts::EXE_SUFFIX))
}
