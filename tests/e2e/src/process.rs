//! A program that a journey needs beside it; ends with us.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A program under way.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a program that prints nothing worth reading.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Self::spawn(command, Stdio::null())
    }

    /// Starts a program and reads what it prints, up to the line in which `find` finds something.
    pub(crate) fn start_reading<T>(command: &mut Command, find: impl Fn(&str) -> Option<T>) -> Result<(Self, T)> {
        let mut process = Self::spawn(command, Stdio::piped())?;
        let stdout = process.child.stdout.take().context("the program's output is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let found = loop {
            let line =
                lines.next().with_context(|| format!("{:?} ended before it was ready", command.get_program()))?;
            if let Some(found) = find(&line?) {
                break found;
            }
        };
        // The pipe must stay open and empty, or the program would block or die on its next line.
        std::thread::spawn(move || lines.for_each(drop));
        Ok((process, found))
    }

    fn spawn(command: &mut Command, stdout: Stdio) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::null()).spawn();
        let child =
            child.with_context(|| format!("cannot run {:?}; `cargo xtask test` installs it", command.get_program()))?;
        Ok(Self { child })
    }

    /// Whether it has ended already.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// The system's number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the program to end, and waits until it has: for one that tidies up after itself when asked.
    pub(crate) fn end_gently(&mut self) {
        if Command::new("kill").arg(self.id().to_string()).status().is_ok_and(|status| status.success()) {
            let _ = self.child.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
