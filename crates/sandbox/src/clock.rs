//! The sandbox's clock: real time plus an offset that only grows. Everything that happens here is dated by it.

use std::time::Duration;

use jiff::Timestamp;

/// Furthest the clock may be moved, in seconds: ten years, so that dates stay inside what a calendar can say.
pub(crate) const MAX_OFFSET_SECONDS: u64 = 10 * 366 * 24 * 60 * 60;

/// Real time, moved forward.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    offset: Duration,
}

impl Clock {
    /// Now, here.
    pub(crate) fn now(self) -> Timestamp {
        Timestamp::now().checked_add(self.offset).unwrap_or(Timestamp::MAX)
    }

    /// Moves the clock; stops at [`MAX_OFFSET_SECONDS`] ahead of real time.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.offset = self.offset.saturating_add(by).min(Duration::from_secs(MAX_OFFSET_SECONDS));
    }
}

/// A date as Creem's entities carry it: ISO 8601, milliseconds, UTC.
pub(crate) fn iso(at: Timestamp) -> String {
    format!("{at:.3}")
}
