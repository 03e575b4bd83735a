//! How much may be asked of us: a token bucket for each client, so many places for what happens at once, as many file
//! handles as the system gives; and who a client is.
//!
//! Each process counts for itself; with several replicas a client gets that many times as much, which bounds it still.
//! How much we ask of Creem is in [`crate::upstream::budget`].

pub(crate) mod handles;
pub(crate) mod peer;
pub(crate) mod places;

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use wire::{ErrorCode, RequestId};

use crate::clock::Clock;
use crate::error::ProxyError;
use peer::network;

/// How many sessions a client may open at once, however few a minute it may.
const CREATE_BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

/// How many sessions a client may open under one reference an hour: a buyer who goes back and forth needs a few.
const PER_REFERENCE: NonZeroU32 = NonZeroU32::new(50).expect("fifty is not zero");

/// How many checks pass between two purges of idle clients.
const TIDY_EVERY: u32 = 4096;

/// The limits, per minute; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitSettings {
    /// Sessions one client may open.
    pub create: Option<NonZeroU32>,
    /// Quotes one client may ask for, so that a discount code cannot be guessed.
    pub quote: Option<NonZeroU32>,
    /// Calls to Creem, of all clients together.
    pub upstream: Option<NonZeroU32>,
}

impl LimitSettings {
    /// What holds unless something else is set.
    pub const DEFAULT: Self =
        Self { create: NonZeroU32::new(20), quote: NonZeroU32::new(60), upstream: NonZeroU32::new(100) };
}

/// The proxy's clock, as the buckets read it.
#[derive(Clone, Debug)]
pub(crate) struct BucketClock(Clock);

impl BucketClock {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self(clock.clone())
    }

    /// The time.
    pub(crate) fn read(&self) -> Nanos {
        Nanos::new(u64::try_from(self.0.now().as_nanosecond()).unwrap_or_default())
    }
}

impl governor::clock::Clock for BucketClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.read()
    }
}

/// Buckets, one for each key.
type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, BucketClock, governor::middleware::NoOpMiddleware<Nanos>>;

/// A bucket that everybody takes from.
pub(crate) type Bucket = RateLimiter<NotKeyed, InMemoryState, BucketClock, governor::middleware::NoOpMiddleware<Nanos>>;

/// A full bucket.
pub(crate) fn bucket(quota: Quota, clock: &BucketClock) -> Bucket {
    RateLimiter::direct_with_clock(quota, clock.clone())
}

/// What one client may ask of us.
#[derive(Debug)]
pub(crate) struct Limits {
    create: Option<Keyed<IpAddr>>,
    quote: Option<Keyed<IpAddr>>,
    /// Sessions under one reference, which a merchant has to look through.
    reference: Option<Keyed<(IpAddr, RequestId)>>,
    /// The attempts under way in this process, each with its number of senders.
    under_way: Mutex<HashMap<(IpAddr, String), usize>>,
    asked: AtomicU32,
    clock: BucketClock,
}

/// What an attempt to open a session costs its sender. The attempt is under way until this is dropped.
#[derive(Debug)]
pub(crate) struct AttemptCost<'a> {
    limits: &'a Limits,
    of: (IpAddr, String),
    is_paid: bool,
}

impl Limits {
    pub(crate) fn new(settings: &LimitSettings, clock: &Clock) -> Self {
        let clock = BucketClock::new(clock);
        let per_client = |quota: Quota| RateLimiter::dashmap_with_clock(quota, clock.clone());
        let per_reference = |quota: Quota| RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self {
            create: settings.create.map(|most| per_client(Quota::per_minute(most).allow_burst(CREATE_BURST.min(most)))),
            quote: settings.quote.map(|most| per_client(Quota::per_minute(most))),
            reference: settings.create.map(|_| per_reference(Quota::per_hour(PER_REFERENCE))),
            under_way: Mutex::default(),
            asked: AtomicU32::new(0),
            clock,
        }
    }

    /// Takes what opening a session costs, whether it succeeds or not.
    pub(crate) fn creation(&self, client: IpAddr) -> Result<(), ProxyError> {
        self.take(self.create.as_ref(), &network(client), "calls")
    }

    /// Begins an attempt with a name. It costs nothing while another of this name is under way, nor when the ledger knows
    /// it; a failed one is known no more and costs again.
    pub(crate) fn attempt(&self, client: IpAddr, name: String, is_known: bool) -> Result<AttemptCost<'_>, ProxyError> {
        let of = (network(client), name);
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let is_paid = !is_known && !under_way.contains_key(&of);
        if is_paid {
            self.creation(client)?;
        }
        *under_way.entry(of.clone()).or_default() += 1;
        Ok(AttemptCost { limits: self, of, is_paid })
    }

    /// Counts a session under a reference that the client chose. One that a merchant signed is theirs to bound.
    pub(crate) fn reference(&self, client: IpAddr, request_id: &RequestId) -> Result<(), ProxyError> {
        let key = (network(client), request_id.clone());
        self.take(self.reference.as_ref(), &key, "sessions under this request_id")
    }

    /// Takes what a quote costs.
    pub(crate) fn quote(&self, client: IpAddr) -> Result<(), ProxyError> {
        self.take(self.quote.as_ref(), &network(client), "calls")
    }

    /// Purges idle clients from all buckets: whichever is asked most would else be the only one that is purged.
    fn tidy_now_and_then(&self) {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY != TIDY_EVERY - 1 {
            return;
        }
        tidy(self.create.as_ref());
        tidy(self.quote.as_ref());
        tidy(self.reference.as_ref());
    }

    /// Takes one from the bucket of a key, or says of what there are too many and when there is one again.
    fn take<K: Clone + Eq + Hash>(&self, buckets: Option<&Keyed<K>>, key: &K, what: &str) -> Result<(), ProxyError> {
        let Some(buckets) = buckets else { return Ok(()) };
        self.tidy_now_and_then();
        buckets.check_key(key).map_err(|later| {
            let wait = later.wait_time_from(self.clock.read());
            let message = format!("too many {what}; Retry-After says when to come again");
            ProxyError::new(ErrorCode::RateLimited, message).retry_after(wait)
        })
    }
}

fn tidy<K: Clone + Eq + Hash>(buckets: Option<&Keyed<K>>) {
    if let Some(buckets) = buckets {
        buckets.retain_recent();
        buckets.shrink_to_fit();
    }
}

impl AttemptCost<'_> {
    /// Whether this one has cost something.
    pub(crate) fn is_paid(&self) -> bool {
        self.is_paid
    }

    /// Takes the cost, unless that was taken: a sender who waited for a failed attempt makes it anew.
    pub(crate) fn pay(&mut self) -> Result<(), ProxyError> {
        if !self.is_paid {
            self.limits.creation(self.of.0)?;
            self.is_paid = true;
        }
        Ok(())
    }
}

impl Drop for AttemptCost<'_> {
    fn drop(&mut self) {
        let mut under_way = self.limits.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way.get_mut(&self.of) {
            Some(makers) if *makers > 1 => *makers -= 1,
            Some(_) | None => drop(under_way.remove(&self.of)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_costs_once_while_it_is_under_way_and_again_when_it_failed() {
        let settings = LimitSettings { create: NonZeroU32::new(3), ..LimitSettings::default() };
        let limits = Limits::new(&settings, &Clock::system());
        let client = IpAddr::from([192, 0, 2, 1]);
        let begin = |name: &str, is_known| limits.attempt(client, name.to_owned(), is_known);
        let first = begin("one", false).expect("the first");
        let mut others: Vec<_> = (0..9).map(|_| begin("one", false).expect("under way")).collect();
        assert!(first.is_paid() && others.iter().all(|other| !other.is_paid()));
        drop(first);
        let heir = &mut others[0];
        heir.pay().expect("the second");
        heir.pay().expect("paid for already");
        drop(others);
        drop(begin("one", true).expect("answered before"));
        drop(begin("one", false).expect("the third"));
        assert!(begin("one", false).is_err(), "it failed three times");
        assert!(limits.under_way.lock().expect("no panic").is_empty(), "nothing is left behind");
    }
}
