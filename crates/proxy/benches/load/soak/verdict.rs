//! Flat or not: the first quarter of the time against the last, and the slope between.

use std::collections::BTreeMap;
use std::fmt;

use super::kept::Missing;
use super::samples::Sample;
use super::shop::Shop;

/// How much more of something the last quarter may use than the first: a part of it, and so much besides.
struct Margin {
    name: &'static str,
    part: f64,
    besides: f64,
}

/// Memory grows until caches are full; handles go up and down with the streams that happen to be open.
const MARGINS: [Margin; 4] = [
    Margin { name: "memory, MiB", part: 0.10, besides: 4.0 },
    Margin { name: "handles", part: 0.25, besides: 16.0 },
    Margin { name: "threads", part: 0.0, besides: 2.0 },
    Margin { name: "log, bytes an answer", part: 0.10, besides: 0.0 },
];

/// Of so many answers one may be another than expected: somebody's limit, or an answer that took too long.
const ONE_UNEXPECTED_IN: usize = 1000;

/// Most memory that the program may ever have had: what the smallest rented machine has to spare.
const MOST_MEMORY_MIB: f64 = 64.0;

pub(super) struct Verdict {
    lines: Vec<Line>,
    most_memory_mib: f64,
    unexpected: BTreeMap<&'static str, (usize, String)>,
    answers: usize,
    missing: Missing,
    is_in_order: bool,
}

struct Line {
    margin: &'static Margin,
    first: f64,
    last: f64,
    slope_per_hour: f64,
}

impl Line {
    fn new(margin: &'static Margin, values: &[(f64, f64)]) -> Self {
        let quarter = (values.len() / 4).max(1);
        let part = |part: &[(f64, f64)]| median(part.iter().map(|(_, value)| *value).collect());
        let first = part(values.get(..quarter).unwrap_or_default());
        let last = part(values.get(values.len().saturating_sub(quarter)..).unwrap_or_default());
        // What warms up in the first quarter is no slope.
        let slope_per_hour = slope(values.get(quarter..).unwrap_or_default());
        Self { margin, first, last, slope_per_hour }
    }

    fn is_flat(&self) -> bool {
        self.last <= self.first * (1.0 + self.margin.part) + self.margin.besides
    }
}

impl Verdict {
    pub(super) fn new(samples: &[Sample], shop: &Shop, missing: Missing, is_in_order: bool) -> Self {
        let hours = |sample: &Sample| sample.at.as_secs_f64() / 3600.0;
        let of = |value: fn(&Sample) -> f64| samples.iter().map(|sample| (hours(sample), value(sample))).collect();
        let per_answer = |pair: &[Sample]| {
            let [before, after] = pair else { return None };
            let (bytes, answers) = (after.log_bytes - before.log_bytes, after.answers() - before.answers());
            Some((hours(after), bytes as f64 / answers.max(1) as f64))
        };
        let log: Vec<_> = samples.windows(2).filter_map(per_answer).collect();
        let values: [Vec<(f64, f64)>; 4] =
            [of(|sample| sample.memory_mib), of(|sample| sample.handles), of(|sample| sample.threads), log];
        Self {
            lines: MARGINS.iter().zip(&values).map(|(margin, values)| Line::new(margin, values)).collect(),
            most_memory_mib: samples.iter().map(|sample| sample.memory_mib).fold(0.0, f64::max),
            unexpected: shop.unexpected(),
            answers: samples.last().map_or(0, Sample::answers),
            missing,
            is_in_order,
        }
    }

    fn unexpected(&self) -> usize {
        self.unexpected.values().map(|(times, _)| times).sum()
    }

    pub(super) fn is_good(&self) -> bool {
        self.lines.iter().all(Line::is_flat)
            && self.most_memory_mib <= MOST_MEMORY_MIB
            && self.unexpected() * ONE_UNEXPECTED_IN <= self.answers
            && self.missing.events + self.missing.sessions == 0
            && self.is_in_order
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heading = ["first quarter", "last quarter", "slope an hour", "at most"];
        let [first, last, slope, most] = heading;
        writeln!(f, "{:<22} {first:>14} {last:>14} {slope:>14} {most:>14}", "")?;
        for line in &self.lines {
            let Line { margin, first, last, slope_per_hour } = line;
            let most = first * (1.0 + margin.part) + margin.besides;
            let flat = if line.is_flat() { "flat" } else { "NOT FLAT" };
            writeln!(f, "{:<22} {first:>14.1} {last:>14.1} {slope_per_hour:>+14.1} {most:>14.1}  {flat}", margin.name)?;
        }
        let met = if self.most_memory_mib <= MOST_MEMORY_MIB { "" } else { " NOT MET" };
        writeln!(f, "\nMemory: {:.1} MiB at most, of {MOST_MEMORY_MIB}.{met}", self.most_memory_mib)?;
        let Missing { events, of_events, sessions, of_sessions } = self.missing;
        writeln!(f, "Missing or doubled: {events} of {of_events} events, {sessions} of {of_sessions} sessions.")?;
        writeln!(f, "Unexpected: {} of {} answers.", self.unexpected(), self.answers)?;
        for (what, (times, example)) in &self.unexpected {
            writeln!(f, "  {times} × {what}: {example}")?;
        }
        write!(f, "{}", if self.is_in_order { "It ended in order." } else { "It did NOT END in order." })
    }
}

/// Zero where there is nothing.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// How much the values rise with one more of what they stand over, by least squares.
fn slope(values: &[(f64, f64)]) -> f64 {
    let count = values.len().max(1) as f64;
    let (at, of) = values.iter().fold((0.0, 0.0), |(at, of), (x, y)| (at + x / count, of + y / count));
    let (above, below) = values
        .iter()
        .fold((0.0, 0.0), |(above, below), (x, y)| (above + (x - at) * (y - of), below + (x - at).powi(2)));
    if below > 0.0 { above / below } else { 0.0 }
}
