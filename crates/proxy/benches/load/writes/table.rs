//! What was measured, and against what: medians of all rounds.

use super::Peer;
use super::callers::Sample;
use crate::figures::{Figure, Goal, median, percentile};

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
const TAILS: [(Peer, Option<f64>); 5] = [
    (Peer::OneAtATime, Some(4.0)),
    (Peer::ThirtyTwo, Some(4.0)),
    (Peer::Creation, Some(6.0)),
    (Peer::Express, None),
    (Peer::PostgresThirtyTwo, None),
];

/// What is measured for itself.
const ALONE: [Peer; 2] = [Peer::Sandbox, Peer::PostgresOneAtATime];

impl Table {
    pub(crate) fn add(&mut self, peer: Peer, sample: Sample) {
        self.samples.push((peer, sample));
    }

    pub(crate) fn figures(&self) -> Vec<Figure> {
        let rate = |peer: Peer| Figure::new(peer.name(), self.rate(peer), "a second");
        let rates = RATES
            .into_iter()
            .map(|(peer, to, least)| rate(peer).beside(to.name(), self.rate(to)).should_be(Goal::AtLeast(least)));
        let alone = ALONE.into_iter().map(rate);
        let tails = TAILS.into_iter().map(|(peer, most)| {
            let figure = Figure::new(format!("{}, p99", peer.name()), self.percentile(peer, 99), "ms");
            let figure = figure.beside("median", self.percentile(peer, 50));
            match most {
                Some(most) => figure.should_be(Goal::AtMost(most)),
                None => figure,
            }
        });
        rates.chain(alone).chain(tails).collect()
    }

    fn of(&self, peer: Peer) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(move |(of, _)| *of == peer).map(|(_, sample)| sample)
    }

    /// How many a second.
    fn rate(&self, peer: Peer) -> f64 {
        median(self.of(peer).map(|sample| sample.per_second))
    }

    /// How long the answer took that so many of a hundred were faster than, in milliseconds.
    fn percentile(&self, peer: Peer, percent: usize) -> f64 {
        let each = |sample: &Sample| percentile(sample.times.iter().map(|time| time.as_secs_f64() * 1e3), percent);
        median(self.of(peer).map(each))
    }
}
