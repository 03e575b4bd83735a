//! `cargo xtask soak`: mixed requests for a long time, and what the proxy uses up meanwhile.

use anyhow::Result;
use clap::Args;

use crate::bench::load;
use crate::run::step;

/// How long, and how much.
#[derive(Args)]
pub(crate) struct Length {
    /// For how many minutes
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// How many requests a second
    #[arg(long, default_value_t = 300)]
    rate: u32,
}

/// Builds for release, sends requests and samples.
///
/// # Errors
/// When the build fails, when memory, handles, threads or log are not flat, or when something acknowledged is missing.
pub(crate) fn soak(length: &Length) -> Result<()> {
    let (minutes, rate) = (length.minutes.to_string(), length.rate.to_string());
    step(
        &format!("Mixed requests for {minutes} minutes (and a few to build the first time)"),
        &mut load(&["soak", "--minutes", &minutes, "--rate", &rate]),
    )
}
