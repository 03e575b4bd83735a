//! `cargo xtask torture`: the long forms of the tests that try things at random.
//!
//! The same tests as in `cargo xtask test`, only longer: killed more often, changed more often, fed more nonsense.

use anyhow::Result;

use crate::packages::{self, POSTGRESQL};
use crate::run::{cargo, step};

/// How long the long forms are.
#[derive(clap::Args)]
pub(crate) struct Lengths {
    /// How often the program is killed, on each database
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// How many changed URLs, and how many changed webhooks, are tried
    #[arg(long, default_value_t = 1_000_000)]
    mutations: u32,
    /// How much nonsense each of the seven readers is fed
    #[arg(long, default_value_t = 1_500_000)]
    fuzz: u32,
}

/// Runs them all, and shows what they counted.
///
/// # Errors
/// When a tool is missing or a test fails.
pub(crate) fn torture(lengths: &Lengths) -> Result<()> {
    packages::install(&[&POSTGRESQL])?;
    let test = |arguments: &[&str], variable: &str, times: u32| {
        let mut command = cargo(&["test", "--package", "proxy"]);
        command.args(arguments).args(["--", "--nocapture"]).env(variable, times.to_string());
        // A killed program loses what never reached the disk, so here it has to.
        command.env("CHECKOUT_TEST_DURABLE", "1");
        command
    };
    step(
        &format!("Killing the program {} times on each database", lengths.kills),
        &mut test(&["--test", "it", "--test", "postgres", "crash::"], "CHECKOUT_TEST_KILLS", lengths.kills),
    )?;
    step(
        &format!("Changing {} URLs and as many webhooks", lengths.mutations),
        &mut test(&["--test", "it", "mutations::"], "CHECKOUT_TEST_MUTATIONS", lengths.mutations),
    )?;
    step(
        &format!("Feeding seven readers {} pieces of nonsense each", lengths.fuzz),
        &mut test(&["--lib", "fuzz::"], "CHECKOUT_TEST_FUZZ", lengths.fuzz),
    )
}
