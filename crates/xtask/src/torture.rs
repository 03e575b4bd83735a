//! `cargo xtask torture`: the long forms of the tests that try things at random.
//!
//! The same tests as in `cargo xtask test`, only longer: killed more often, filled more often, changed more often, fed
//! more nonsense.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::packages::{self, POSTGRESQL};
use crate::run::{cargo, step, target};

/// How long the long forms are.
#[derive(clap::Args)]
pub(crate) struct Lengths {
    /// How often the program is killed, on each database
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// How often the disk is full
    #[arg(long, default_value_t = 30)]
    disks: u32,
    /// How often PostgreSQL is lost
    #[arg(long, default_value_t = 10)]
    losses: u32,
    /// How many callers hang up
    #[arg(long, default_value_t = 200_000)]
    hang_ups: u32,
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
        &format!("Killing the program {} times on each database, also with 32 webhooks under way", lengths.kills),
        &mut test(&["--test", "it", "--test", "postgres", "crash::"], "CHECKOUT_TEST_KILLS", lengths.kills),
    )?;
    step(
        &format!("Killing one of two replicas on one PostgreSQL {} times", lengths.kills),
        &mut test(&["--test", "postgres", "replicas::"], "CHECKOUT_TEST_KILLS", lengths.kills),
    )?;
    step(
        &format!("Losing PostgreSQL {} times, and its connections three times as often", lengths.losses),
        &mut test(&["--test", "postgres", "lost::"], "CHECKOUT_TEST_LOSSES", lengths.losses),
    )?;
    let small = SmallDisk::mount()?;
    let mut full = test(&["--test", "it", "disk::"], "CHECKOUT_TEST_DISKS", lengths.disks);
    if let Some(small) = &small {
        full.env("CHECKOUT_TEST_SMALL_DISK", &small.0);
    }
    let disks = if small.is_some() { "a disk with errors and a small one" } else { "a disk with errors" };
    step(&format!("Filling {disks} {} times; one read-only, one held by another program", lengths.disks), &mut full)?;
    drop(small);
    step(
        &format!("{} callers who hang up", lengths.hang_ups),
        &mut test(&["--test", "it", "hangups::"], "CHECKOUT_TEST_HANG_UPS", lengths.hang_ups),
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

/// A file system of a few megabytes, until it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one, or answers that this user may not.
    fn mount() -> Result<Option<Self>> {
        if !packages::is_root() {
            println!("\n    No small disk: only root can mount one.");
            return Ok(None);
        }
        let folder = target().join("small-disk");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut mount = Command::new("mount");
        let status = mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(&folder).status()?;
        if !status.success() {
            // Containers have a root who may not.
            println!("\n    No small disk: it cannot be mounted here.");
            return Ok(None);
        }
        Ok(Some(Self(folder)))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if !Command::new("umount").arg(&self.0).status().is_ok_and(|status| status.success()) {
            eprintln!("{} is still mounted: umount {0}", self.0.display());
        }
    }
}
