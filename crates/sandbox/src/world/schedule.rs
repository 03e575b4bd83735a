//! What will happen by itself, and when: sessions and discounts end, subscriptions are charged,
//! refunds settle.
//!
//! Deliveries have a queue of their own in `webhooks`, because they wait for somebody else's answer.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// Something that happens at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// A session can no longer be paid.
    SessionEnds(String),
    /// A discount's last moment is over.
    DiscountEnds(String),
    /// A subscription's period, trial, retry or last chance is over.
    SubscriptionDue(String),
    /// The money of a refund has moved.
    RefundSettles(String),
}

/// The timers, by when; those of one instant in the order they were made.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    timers: BTreeMap<(Timestamp, u64), Timer>,
    made: u64,
}

impl Schedule {
    /// Adds a timer. There is no way to take one back: who is woken looks whether it still concerns them.
    pub(crate) fn add(&mut self, at: Timestamp, timer: Timer) {
        self.made += 1;
        self.timers.insert((at, self.made), timer);
    }

    /// When the next timer is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.timers.first_key_value().map(|((at, _), _)| *at)
    }

    /// The first timer that is due by then.
    pub(crate) fn take(&mut self, by: Timestamp) -> Option<(Timestamp, Timer)> {
        let first = self.timers.first_entry()?;
        let (at, _) = *first.key();
        (at <= by).then(|| (at, first.remove()))
    }
}
