//! What the kernel says that a process uses.

use std::time::Duration;

use crate::Outcome;

/// In so many parts of a second the kernel counts.
const TICKS: u64 = 100;

/// Processor time of a process since its start, its own and the kernel's for it.
pub(crate) fn time(process: u32) -> Outcome<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program, in parentheses, may hold spaces.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).ok_or("no processor time");
    Ok(Duration::from_millis((ticks(11)? + ticks(12)?) * 1000 / TICKS))
}

/// Memory that a process has, in MiB.
pub(crate) fn resident_mib(process: u32) -> Outcome<f64> {
    Ok(status(process, "VmRSS")? / 1024.0)
}

/// The threads of a process.
pub(crate) fn threads(process: u32) -> Outcome<f64> {
    status(process, "Threads")
}

fn status(process: u32, name: &str) -> Outcome<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or_else(|| format!("the system does not tell {name}"))?.parse()?)
}
