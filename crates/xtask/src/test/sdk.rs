//! Creem's own TypeScript SDK and other packages, unmodified, as clients of the sandbox: what they accept, any client
//! will. And calls that are generated from what the sandbox says of itself.

use std::path::PathBuf;

use anyhow::Result;

use crate::run::{program, root, step_reading, target};

/// Runs the tests in `tests/sdk`, whose SDK and sandbox are there.
///
/// # Errors
/// When a test fails.
pub(crate) fn test(filter: Option<&str>, on_line: impl FnMut(&str)) -> Result<()> {
    let mut node = program("node", &["--test", "--test-reporter=spec"]);
    node.args(filter.map(|filter| format!("--test-name-pattern={filter}")));
    node.current_dir(root().join("tests").join("sdk")).env("SANDBOX", sandbox());
    step_reading("sdk: other people's clients against the sandbox", &mut node, on_line)
}

/// The sandbox alone, which cargo builds as an example.
fn sandbox() -> PathBuf {
    target().join("debug").join("examples").join(format!("serve{}", std::env::consts::EXE_SUFFIX))
}
