//! What the program uses up, looked at from outside.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::ChildStderr;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use super::shop::{Classes, Shop};
use crate::{Outcome, processor};

/// One look.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) at: Duration,
    pub(super) memory_mib: f64,
    pub(super) handles: f64,
    pub(super) threads: f64,
    /// Bytes of log since the beginning.
    pub(super) log_bytes: usize,
    /// Answers since the beginning.
    pub(super) classes: Classes,
}

impl Sample {
    pub(super) const HEADING: &str =
        "seconds  memory MiB  handles  threads    log kB      2xx      3xx      4xx      5xx     none";

    pub(super) fn take(at: Duration, process: u32, shop: &Shop, log: &Log) -> Outcome<Self> {
        let handles = std::fs::read_dir(format!("/proc/{process}/fd"))?.count();
        Ok(Self {
            at,
            memory_mib: processor::resident_mib(process)?,
            handles: f64::from(u32::try_from(handles)?),
            threads: processor::threads(process)?,
            log_bytes: log.bytes(),
            classes: shop.classes(),
        })
    }

    pub(super) fn answers(&self) -> usize {
        self.classes.iter().sum()
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, memory_mib, handles, threads, log_bytes, classes } = self;
        write!(f, "{:>7}  {memory_mib:>10.1}  {handles:>7}  {threads:>7}  {:>8}", at.as_secs(), log_bytes / 1000)?;
        classes.iter().try_for_each(|class| write!(f, " {class:>8}"))
    }
}

/// The program's log, which is counted and thrown away.
#[derive(Clone)]
pub(super) struct Log(Arc<Mutex<Read>>);

#[derive(Default)]
struct Read {
    bytes: usize,
    errors: usize,
    first_error: String,
}

impl Log {
    /// Reads on a thread of its own, to the end.
    pub(super) fn follow(log: ChildStderr) -> Self {
        let read = Arc::new(Mutex::new(Read::default()));
        let reading = Arc::clone(&read);
        std::thread::spawn(move || {
            let mut log = BufReader::new(log);
            let mut line = Vec::new();
            while log.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let mut read = reading.lock().expect("a lock");
                read.bytes += line.len();
                let text = String::from_utf8_lossy(&line);
                if text.contains("ERROR ") {
                    read.errors += 1;
                    if read.first_error.is_empty() {
                        read.first_error = text.trim_end().to_owned();
                    }
                }
                line.clear();
            }
        });
        Self(read)
    }

    fn bytes(&self) -> usize {
        self.0.lock().expect("a lock").bytes
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = self.0.lock().expect("a lock");
        match read.errors {
            0 => write!(f, "No error was logged."),
            errors => write!(f, "{errors} errors were logged, the first: {}", read.first_error),
        }
    }
}
