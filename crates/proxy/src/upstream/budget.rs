//! How much we ask of Creem: one budget for all buyers together, in shares by what a call is for.
//!
//! Whatever else is asked, there is something left to open sessions with: a quote, a look-up or a list of products can
//! come later or be shown from memory, a sale cannot. Each process counts for itself.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::Quota;

use crate::clock::Clock;
use crate::limits::{Bucket, BucketClock, bucket};

/// What a call to Creem is for, which decides how much of the budget it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A session is opened, or what its opening needs is checked: may use all of it.
    Create,
    /// The price before paying, as the buyer types: half.
    Quote,
    /// A returned URL with a right signature is confirmed, of which there is one for each payment: a fifth.
    Return,
    /// The list of products is read: a tenth.
    Products,
    /// A session is looked up because nothing was heard of it: a tenth.
    LookUp,
    /// What the ledger knows is compared with what Creem knows: a tenth, and only while half the budget is idle.
    Reconcile,
}

/// The budget of one process.
#[derive(Debug)]
pub(crate) struct Budget(Option<Buckets>);

#[derive(Debug)]
struct Buckets {
    overall: Bucket,
    quote: Bucket,
    returns: Bucket,
    products: Bucket,
    look_up: Bucket,
    reconcile: Bucket,
    /// Runs dry while more than half the budget is used, by whomever.
    idle_half: Bucket,
    clock: BucketClock,
}

impl Budget {
    /// A budget of so many calls a minute; without a limit when there is none.
    pub(crate) fn new(per_minute: Option<NonZeroU32>, clock: &Clock) -> Self {
        Self(per_minute.map(|all| {
            let clock = BucketClock::new(clock);
            let share = |part: u32| {
                let calls = NonZeroU32::new(all.get() / part).unwrap_or(NonZeroU32::MIN);
                bucket(Quota::per_minute(calls), &clock)
            };
            Buckets {
                overall: share(1),
                quote: share(2),
                returns: share(5),
                products: share(10),
                look_up: share(10),
                reconcile: share(10),
                idle_half: share(2),
                clock,
            }
        }))
    }

    /// Takes one call from the share of its purpose, or says how long there is none in it.
    pub(crate) fn take_share(&self, purpose: Purpose) -> Result<(), Duration> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        match purpose {
            Purpose::Create => Ok(()),
            Purpose::Quote => buckets.take(&buckets.quote),
            Purpose::Return => buckets.take(&buckets.returns),
            Purpose::Products => buckets.take(&buckets.products),
            Purpose::LookUp => buckets.take(&buckets.look_up),
            Purpose::Reconcile => buckets.take(&buckets.reconcile),
        }
    }

    /// Takes one call, or says how long there is none.
    fn take(&self, purpose: Purpose) -> Result<(), Duration> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        if purpose == Purpose::Reconcile {
            buckets.take(&buckets.idle_half)?;
        }
        // The share of products is counted by lists, in [`crate::upstream`]: by calls, a shop with more pages of them
        // than its share has calls could never read one to its end.
        if purpose != Purpose::Products {
            self.take_share(purpose)?;
        }
        buckets.take(&buckets.overall)?;
        if purpose != Purpose::Reconcile {
            // Once dry it cannot run drier.
            let _ = buckets.idle_half.check();
        }
        Ok(())
    }
}

impl Buckets {
    fn take(&self, bucket: &Bucket) -> Result<(), Duration> {
        bucket.check().map_err(|later| later.wait_time_from(self.clock.read()))
    }
}

/// The budget as a client for one purpose sees it.
#[derive(Debug)]
pub(crate) struct Spending {
    pub(crate) budget: Arc<Budget>,
    pub(crate) purpose: Purpose,
}

impl creem::Budget for Spending {
    fn take(&self) -> Result<(), Duration> {
        self.budget.take(self.purpose)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use creem::Budget as _;
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    /// A budget, and what moves its clock, in seconds.
    fn budget(per_minute: u32) -> (Arc<Budget>, Arc<AtomicI64>) {
        let moved = Arc::new(AtomicI64::new(0));
        let by = Arc::clone(&moved);
        let start = Timestamp::now();
        let clock = Clock::from_fn(move || start + SignedDuration::from_secs(by.load(Ordering::Relaxed)));
        (Arc::new(Budget::new(NonZeroU32::new(per_minute), &clock)), moved)
    }

    /// How many of many calls for one purpose may leave at once.
    fn taken(budget: &Arc<Budget>, purpose: Purpose) -> usize {
        let spending = Spending { budget: Arc::clone(budget), purpose };
        (0..1000).filter(|_| spending.take().is_ok()).count()
    }

    // One bucket for everything was used up by whoever asked most, and then nobody could buy.
    #[test]
    fn whatever_else_is_asked_sessions_can_be_opened() {
        let (budget, _) = budget(100);
        assert_eq!(taken(&budget, Purpose::Quote), 50);
        assert_eq!(taken(&budget, Purpose::Return), 20);
        assert_eq!(taken(&budget, Purpose::LookUp), 10);
        assert_eq!(taken(&budget, Purpose::Reconcile), 0, "most of the budget is used");
        assert_eq!(taken(&budget, Purpose::Create), 20);
    }

    #[test]
    fn creations_may_use_all_of_it_and_nobody_more() {
        let (budget, _) = budget(100);
        assert_eq!(taken(&budget, Purpose::Create), 100);
        assert_eq!(taken(&budget, Purpose::Quote), 0);
    }

    #[test]
    fn the_smallest_share_is_one() {
        let (budget, _) = budget(5);
        for (purpose, share) in [(Purpose::LookUp, 1), (Purpose::Return, 1), (Purpose::Quote, 2)] {
            assert_eq!(taken(&budget, purpose), share, "{purpose:?}");
        }
    }

    #[test]
    fn comparing_waits_until_half_the_budget_is_idle() {
        let (budget, moved) = budget(100);
        assert_eq!(taken(&budget, Purpose::Reconcile), 10);
        assert_eq!(taken(&budget, Purpose::Create), 90);
        moved.fetch_add(12, Ordering::Relaxed);
        assert_eq!(taken(&budget, Purpose::LookUp), 10, "ten more are left");
        assert_eq!(taken(&budget, Purpose::Reconcile), 0, "but others may need them");
        moved.fetch_add(60, Ordering::Relaxed);
        assert_eq!(taken(&budget, Purpose::Reconcile), 10);
    }

    #[test]
    fn who_has_to_wait_is_told_how_long_by_the_bucket() {
        let (budget, moved) = budget(100);
        let look_up = Spending { budget: Arc::clone(&budget), purpose: Purpose::LookUp };
        assert_eq!(taken(&budget, Purpose::LookUp), 10);
        assert_eq!(look_up.take().expect_err("nothing is left").as_secs_f64().ceil(), 6.0);
        moved.fetch_add(6, Ordering::Relaxed);
        assert!(look_up.take().is_ok());
    }
}
