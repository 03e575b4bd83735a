//! What will happen by itself, and when: sessions and discounts end, subscriptions are charged,
//! refunds settle.
//!
//! Deliveries have a queue of their own in `webhooks`, because they wait for somebody else's answer.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::world::World;

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
pub(crate) struct Agenda {
    timers: BTreeMap<(Timestamp, u64), Timer>,
    made: u64,
}

impl Agenda {
    /// Adds a timer. There is no way to take one back: who is woken looks whether it still concerns them.
    pub(crate) fn add(&mut self, at: Timestamp, timer: Timer) {
        self.made += 1;
        self.timers.insert((at, self.made), timer);
    }

    /// When the next timer is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.timers.first_key_value().map(|((at, _), _)| *at)
    }

    fn take(&mut self, by: Timestamp) -> Option<(Timestamp, Timer)> {
        let first = self.timers.first_entry()?;
        let (at, _) = *first.key();
        (at <= by).then(|| (at, first.remove()))
    }
}

impl World {
    /// Moves the clock and lets everything happen that is due by then, in order, each at its own instant.
    pub(crate) fn run_until(&mut self, target: Timestamp) {
        let running: Option<Clock> = (!self.clock.is_frozen()).then_some(self.clock);
        self.clock.freeze(true);
        while let Some((at, timer)) = self.agenda.take(target) {
            self.clock.set(at.max(self.clock.now()));
            self.fire(&timer, at);
        }
        self.clock.set(target.max(self.clock.now()));
        self.clock.freeze(running.is_none());
    }

    /// Lets happen what has become due since anybody looked.
    pub(crate) fn catch_up(&mut self) {
        let now = self.now();
        if self.agenda.next().is_some_and(|at| at <= now) {
            self.run_until(now);
        }
    }

    fn fire(&mut self, timer: &Timer, at: Timestamp) {
        match timer {
            Timer::SessionEnds(id) => self.end_session(id),
            Timer::DiscountEnds(id) => self.end_discount(id),
            Timer::SubscriptionDue(id) => self.subscription_due(id, at),
            Timer::RefundSettles(id) => self.settle_refund(id),
        }
    }
}
