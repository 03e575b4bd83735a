//! The sandbox's clock: it runs like any other, can be moved forward, and can be held so that two runs agree to the byte.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Furthest the clock may be ahead of real time, in seconds: ten years, so that dates stay inside what a calendar can say.
const MAX_OFFSET_SECONDS: u64 = 10 * 366 * 24 * 60 * 60;

/// An instant, and since when the clock has been running from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    base: Timestamp,
    /// `None` while it is held.
    since: Option<Instant>,
}

impl Default for Clock {
    /// Running, at real time.
    fn default() -> Self {
        Self { base: Timestamp::now(), since: Some(Instant::now()) }
    }
}

impl Clock {
    /// Now, here.
    pub(crate) fn now(self) -> Timestamp {
        let passed = self.since.map_or(Duration::ZERO, |since| since.elapsed());
        later(self.base, passed)
    }

    /// Whether it stands still.
    pub(crate) fn is_frozen(self) -> bool {
        self.since.is_none()
    }

    /// Holds it, or lets it run on from where it is.
    pub(crate) fn freeze(&mut self, frozen: bool) {
        self.base = self.now();
        self.since = (!frozen).then(Instant::now);
    }

    /// Puts it to an instant, at most ten years ahead of real time; it runs or stands as before.
    pub(crate) fn set(&mut self, to: Timestamp) {
        self.base = to.min(later(Timestamp::now(), Duration::from_secs(MAX_OFFSET_SECONDS)));
        self.since = self.since.map(|_| Instant::now());
    }
}

/// An instant and some time after it.
pub(crate) fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A date as Creem's entities carry it: ISO 8601, milliseconds, UTC.
pub(crate) fn iso(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The day of such a date.
pub(crate) fn day(date: &str) -> &str {
    date.split_once('T').map_or(date, |(day, _)| day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_clock_stands_still_and_runs_on_from_there() {
        let mut clock = Clock::default();
        clock.freeze(true);
        let at: Timestamp = "2026-12-01T00:00:00Z".parse().expect("a date");
        clock.set(at);
        assert_eq!((clock.now(), clock.is_frozen()), (at, true));
        clock.freeze(false);
        assert!(clock.now() >= at && !clock.is_frozen());
    }
}
