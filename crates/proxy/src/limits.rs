//! How much one client may ask of us, and how much we ask of Creem: token buckets.
//!
//! Each process counts for itself; with several replicas a client gets that many times as much, which bounds it still.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use moka::future::Cache;
use wire::ErrorCode;

use crate::clock::Clock;
use crate::error::ProxyError;

/// How many sessions a client may open at once, however few a minute it may.
const CREATE_BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

/// After how many questions the clients of long ago are forgotten.
const TIDY_EVERY: u32 = 4096;

/// How long a repeated attempt costs nothing.
const ATTEMPT_PAID_FOR: Duration = Duration::from_secs(600);

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
struct BucketClock(Clock);

impl governor::clock::Clock for BucketClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(u64::try_from(self.0.now().as_nanosecond()).unwrap_or_default())
    }
}

type PerClient =
    RateLimiter<IpAddr, DashMapStateStore<IpAddr>, BucketClock, governor::middleware::NoOpMiddleware<Nanos>>;
type Overall = RateLimiter<NotKeyed, InMemoryState, BucketClock, governor::middleware::NoOpMiddleware<Nanos>>;

/// What one client may ask of us.
#[derive(Debug)]
pub(crate) struct Limits {
    create: Option<PerClient>,
    quote: Option<PerClient>,
    paid: Cache<(IpAddr, String), ()>,
    asked: AtomicU32,
    clock: BucketClock,
}

impl Limits {
    pub(crate) fn new(settings: &LimitSettings, clock: &Clock) -> Self {
        let clock = BucketClock(clock.clone());
        let bucket = |quota: Quota| RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self {
            create: settings.create.map(|most| bucket(Quota::per_minute(most).allow_burst(CREATE_BURST.min(most)))),
            quote: settings.quote.map(|most| bucket(Quota::per_minute(most))),
            paid: Cache::builder().max_capacity(100_000).time_to_live(ATTEMPT_PAID_FOR).build(),
            asked: AtomicU32::new(0),
            clock,
        }
    }

    /// Takes what opening a session costs; an attempt sent again costs nothing.
    pub(crate) async fn creation(&self, client: IpAddr, attempt: Option<&str>) -> Result<(), ProxyError> {
        let Some(buckets) = &self.create else { return Ok(()) };
        let Some(attempt) = attempt else { return self.take(buckets, client) };
        let attempt = (network(client), attempt.to_owned());
        if !self.paid.entry(attempt.clone()).or_insert(()).await.is_fresh() {
            return Ok(());
        }
        let taken = self.take(buckets, client);
        if taken.is_err() {
            self.paid.invalidate(&attempt).await;
        }
        taken
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
            let wait = later.wait_time_from(self.clock.now());
            ProxyError::new(ErrorCode::RateLimited, "too many calls; Retry-After says when to come again")
                .retry_after(wait)
        })
    }
}

/// What we ask of Creem.
#[derive(Debug)]
pub(crate) struct Budget {
    calls: Option<Overall>,
    clock: BucketClock,
}

impl Budget {
    pub(crate) fn new(settings: &LimitSettings, clock: &Clock) -> Self {
        let clock = BucketClock(clock.clone());
        let calls =
            settings.upstream.map(|most| RateLimiter::direct_with_clock(Quota::per_minute(most), clock.clone()));
        Self { calls, clock }
    }
}

impl creem::Budget for Budget {
    fn take(&self) -> Result<(), Duration> {
        let Some(calls) = &self.calls else { return Ok(()) };
        calls.check().map_err(|later| later.wait_time_from(self.clock.now()))
    }
}

/// Who counts as one client: an IPv4 address, or the network an IPv6 customer gets.
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_of_ipv6_is_one_client() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
