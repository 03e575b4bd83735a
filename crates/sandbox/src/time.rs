//! Time passes: what is on the schedule happens when it is due, whoever looks and whoever does not.

use jiff::Timestamp;

use crate::clock::Clock;
use crate::world::World;
use crate::world::schedule::Timer;

impl World {
    /// Moves the clock and lets everything happen that is due by then, in order, each at its own instant.
    pub(crate) fn run_until(&mut self, target: Timestamp) {
        let running: Option<Clock> = (!self.clock.is_frozen()).then_some(self.clock);
        self.clock.freeze(true);
        while let Some((at, timer)) = self.schedule.take(target) {
            self.clock.set(at.max(self.clock.now()));
            self.fire(&timer, at);
        }
        self.clock.set(target.max(self.clock.now()));
        self.clock.freeze(running.is_none());
    }

    /// Lets happen what has become due since anybody looked.
    pub(crate) fn catch_up(&mut self) {
        let now = self.now();
        if self.schedule.next().is_some_and(|at| at <= now) {
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
