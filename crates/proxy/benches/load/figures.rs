//! What was measured, as it is printed, and kept for `docs/performance.md`.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::Outcome;

/// One thing that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// What it was measured beside, in the same run.
    pub(crate) peer: Option<Peer>,
    pub(crate) goal: Option<Goal>,
}

/// Something that does the same.
#[derive(Debug, Serialize)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
}

/// What a figure should be; a ratio where there is a peer.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    pub(crate) fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { what: what.into(), value, unit, peer: None, goal: None }
    }

    pub(crate) fn beside(self, name: &'static str, value: f64) -> Self {
        Self { peer: Some(Peer { name, value }), ..self }
    }

    pub(crate) fn should_be(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }

    /// What the goal is about.
    fn judged(&self) -> f64 {
        self.peer.as_ref().map_or(self.value, |peer| self.value / peer.value)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<46} {:>10.*} {:<12}", self.what, digits(self.value), self.value, self.unit)?;
        if let Some(Peer { name, value }) = &self.peer {
            let what = format!("{name}: {value:.*}, ratio {:.2}", digits(*value), self.judged());
            write!(f, " {what:<38}")?;
        }
        match self.goal {
            Some(Goal::AtLeast(least)) => write!(f, " at least {least}: {}", verdict(self.judged() >= least)),
            Some(Goal::AtMost(most)) => write!(f, " at most {most}: {}", verdict(self.judged() <= most)),
            None => Ok(()),
        }
    }
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "NOT MET" }
}

/// Three figures of a number are as many as a noisy machine can tell.
fn digits(value: f64) -> usize {
    match value.abs() {
        large if large >= 100.0 => 0,
        middle if middle >= 10.0 => 1,
        _ => 2,
    }
}

/// Prints what was measured, and writes it where `cargo xtask bench` looks for it.
pub(crate) fn tell(name: &str, figures: &[Figure]) -> Outcome<()> {
    println!();
    figures.iter().for_each(|figure| println!("{figure}"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("figures");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("{name}.json")), serde_json::to_vec_pretty(figures)?)?;
    Ok(())
}

/// Not a number where nothing was measured.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    percentile(values, 50)
}

/// What so many of a hundred are below.
pub(crate) fn percentile(values: impl IntoIterator<Item = f64>, percent: usize) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get((values.len() * percent / 100).min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}
