//! A screen that nobody sees, for a browser that cannot do without one.

use std::process::Command;

use anyhow::Result;

use crate::process::Process;

/// Larger than every window that a journey asks for.
const SCREEN: &str = "1600x1200x24";

/// A running Xvfb.
pub(crate) struct Display {
    number: u32,
    process: Process,
}

impl Display {
    /// Starts Xvfb under a number that it finds free.
    pub(super) fn open() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]);
        let (process, number) = Process::start_reading(&mut command, |line| line.trim().parse().ok())?;
        Ok(Self { number, process })
    }

    /// What goes into `DISPLAY`.
    pub(super) fn name(&self) -> String {
        format!(":{}", self.number)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Killed, it would leave its lock and its socket behind.
        self.process.end_gently();
    }
}
