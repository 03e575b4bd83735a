//! What was measured, and against what.

use std::fmt;
use std::time::Duration;

use super::Peer;
use super::callers::Sample;

/// The samples of all rounds.
#[derive(Default)]
pub(crate) struct Table {
    samples: Vec<(Peer, Sample)>,
}

/// The rates of the first should be so many times those of the second.
const RATES: [(Peer, Peer, f64); 4] = [
    (Peer::OneAtATime, Peer::Sqlite, 0.5),
    (Peer::ThirtyTwo, Peer::Sqlite, 1.2),
    (Peer::Creation, Peer::Express, 3.0),
    (Peer::PostgresThirtyTwo, Peer::Pgbench, 0.5),
];

/// The slowest answer of a hundred may take so many times as long as the median.
const TAILS: [(Peer, f64); 3] = [(Peer::OneAtATime, 4.0), (Peer::ThirtyTwo, 4.0), (Peer::Creation, 6.0)];

impl Table {
    pub(crate) fn add(&mut self, peer: Peer, sample: Sample) {
        self.samples.push((peer, sample));
    }

    fn of(&self, peer: Peer) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(move |(of, _)| *of == peer).map(|(_, sample)| sample)
    }

    fn rate(&self, peer: Peer) -> f64 {
        median(self.of(peer).map(|sample| sample.per_second).collect())
    }

    /// The median of the ratios of each round: what slowed one down for a while slowed down the other too.
    fn ratio(&self, peer: Peer, to: Peer) -> f64 {
        median(self.of(peer).zip(self.of(to)).map(|(one, other)| one.per_second / other.per_second).collect())
    }

    /// How long the answer took that so many of a hundred were faster than; the median of all rounds.
    fn percentile(&self, peer: Peer, percent: usize) -> f64 {
        median(self.of(peer).filter_map(|sample| percentile(&sample.times, percent)).collect())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{:<48} {:>10} {:>10} {:>10}", "", "per second", "p50 ms", "p99 ms")?;
        for peer in Peer::ALL {
            let (p50, p99) = (self.percentile(peer, 50), self.percentile(peer, 99));
            let time = |ms: f64| if ms.is_nan() { String::new() } else { format!("{ms:.2}") };
            writeln!(f, "{:<48} {:>10.0} {:>10} {:>10}", peer.name(), self.rate(peer), time(p50), time(p99))?;
        }
        writeln!(f, "\n{:<80} {:>6} {:>8}", "", "ratio", "goal")?;
        for (peer, to, least) in RATES {
            let ratio = self.ratio(peer, to);
            goal(f, &format!("{} / {}", peer.name(), to.name()), ratio, format!(">= {least}"), ratio >= least)?;
        }
        for (peer, most) in TAILS {
            let ratio = self.percentile(peer, 99) / self.percentile(peer, 50);
            goal(f, &format!("{}: p99 / p50", peer.name()), ratio, format!("<= {most}"), ratio <= most)?;
        }
        Ok(())
    }
}

fn goal(f: &mut fmt::Formatter<'_>, what: &str, ratio: f64, wanted: String, is_met: bool) -> fmt::Result {
    writeln!(f, "{what:<80} {ratio:>6.2} {wanted:>8} {}", if is_met { "met" } else { "NOT MET" })
}

/// Not a number where nothing was measured.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn percentile(times: &[Duration], percent: usize) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() * percent / 100).map(|time| time.as_secs_f64() * 1000.0)
}
