//! `cargo xtask bench`: the benchmarks. Each fails when it is slower than it promises.

use anyhow::Result;

use crate::run::{cargo, step};

/// Builds for release and runs them all.
///
/// # Errors
/// When a build fails, or something is slower than promised.
pub(crate) fn bench() -> Result<()> {
    step(
        "The sandbox with 10 000 sessions and 50 000 events (a few minutes to build the first time, then seconds)",
        &mut cargo(&["bench", "--package", "sandbox", "--bench", "load"]),
    )
}
