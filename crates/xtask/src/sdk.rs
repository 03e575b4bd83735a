//! Creem's own TypeScript SDK, unmodified, as a client of the sandbox: what it accepts, any client will.

use std::path::PathBuf;

use anyhow::Result;

use crate::run::{program, root, step, step_reading};
use crate::{build, tools};

/// Installs the SDK and runs the tests in `tests/sdk`, against the sandbox that the native tests have built.
///
/// # Errors
/// When Node.js is missing, the installation fails, or a test fails.
pub(crate) fn test(on_line: impl FnMut(&str)) -> Result<()> {
    tools::for_the_sdk()?;
    let folder = root().join("tests").join("sdk");
    step("Installing Creem's SDK (npm, seconds)", program("npm", &["ci", "--silent"]).current_dir(&folder))?;
    step_reading(
        "Creem's own SDK against the sandbox",
        program("node", &["--test", "--test-reporter=spec"]).current_dir(&folder).env("SANDBOX", sandbox()),
        on_line,
    )
}

/// `cargo test` builds examples; building it by itself would compile half a minute of libraries once more.
fn sandbox() -> PathBuf {
    build::target().join("debug").join("examples").join(format!("serve{}", std::env::consts::EXE_SUFFIX))
}
