//! How much one client may ask of us: token buckets.
//!
//! Each process counts for itself; with several replicas a client gets that many times as much, which bounds it still.
//! How much we ask of Creem is in [`crate::budget`].

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use wire::ErrorCode;

use crate::clock::Clock;
use crate::error::ProxyError;
use crate::peer::network;

/// How many sessions a client may open at once, however few a minute it may.
const CREATE_BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

/// After how many questions the clients of long ago are forgotten.
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

type PerClient =
    RateLimiter<IpAddr, DashMapStateStore<IpAddr>, BucketClock, governor::middleware::NoOpMiddleware<Nanos>>;

/// A bucket that everybody takes from.
pub(crate) type Bucket = RateLimiter<NotKeyed, InMemoryState, BucketClock, governor::middleware::NoOpMiddleware<Nanos>>;

/// A full bucket.
pub(crate) fn bucket(quota: Quota, clock: &BucketClock) -> Bucket {
    RateLimiter::direct_with_clock(quota, clock.clone())
}

/// What one client may ask of us.
#[derive(Debug)]
pub(crate) struct Limits {
    create: Option<PerClient>,
    quote: Option<PerClient>,
    asked: AtomicU32,
    clock: BucketClock,
}

impl Limits {
    pub(crate) fn new(settings: &LimitSettings, clock: &Clock) -> Self {
        let clock = BucketClock::new(clock);
        let bucket = |quota: Quota| RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self {
            create: settings.create.map(|most| bucket(Quota::per_minute(most).allow_burst(CREATE_BURST.min(most)))),
            quote: settings.quote.map(|most| bucket(Quota::per_minute(most))),
            asked: AtomicU32::new(0),
            clock,
        }
    }

    /// Takes what trying to open a session costs, whatever becomes of it.
    pub(crate) fn creation(&self, client: IpAddr) -> Result<(), ProxyError> {
        self.create.as_ref().map_or(Ok(()), |buckets| self.take(buckets, client))
    }

    /// Takes what a quote costs.
    pub(crate) fn quote(&self, client: IpAddr) -> Result<(), ProxyError> {
        self.quote.as_ref().map_or(Ok(()), |buckets| self.take(buckets, client))
    }

    fn take(&self, buckets: &PerClient, client: IpAddr) -> Result<(), ProxyError> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            buckets.retain_recent();
        }
        buckets.check_key(&network(client)).map_err(|later| {
            let wait = later.wait_time_from(self.clock.read());
            ProxyError::new(ErrorCode::RateLimited, "too many calls; Retry-After says when to come again")
                .retry_after(wait)
        })
    }
}
