//! What is for sale and which discounts exist, as Creem says, remembered for half a minute.
//!
//! A thousand simultaneous readers make one call. Products that are known but old are shown while newer ones are
//! fetched, so a slow or failing Creem does not keep anyone from seeing the page.

mod product;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use creem::{ApiError, Discount};
use jiff::Timestamp;
use moka::future::Cache;
use wire::{ErrorCode, MAX_DISCOUNT_CODE_CHARS, Product, ProductId, code};

use crate::Config;
use crate::budget::Purpose;
use crate::clock::Clock;
use crate::error::ProxyError;
use crate::upstream::Upstream;

/// How old an answer may be before it is fetched anew, be it products, a discount or a failure.
const FRESH: Duration = Duration::from_secs(30);

/// How long products are shown while Creem does not answer.
const STALE_AT_MOST: Duration = Duration::from_secs(600);

/// Discount codes that are remembered, existing or not.
const MAX_DISCOUNTS: u64 = 10_000;

/// The sellable products and the discounts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Catalog {
    upstream: Upstream,
    chosen: Arc<[ProductId]>,
    clock: Clock,
    shelf: Cache<(), Shelf>,
    refreshing: Arc<tokio::sync::Mutex<()>>,
    failed: Arc<Mutex<Option<Failure>>>,
    discounts: Cache<String, Option<Arc<Discount>>>,
}

#[derive(Clone)]
struct Shelf {
    products: Arc<[Product]>,
    fetched_at: Timestamp,
}

/// Why the products could not be fetched. Remembered, because each view of the page would try again otherwise.
struct Failure {
    error: ProxyError,
    at: Timestamp,
}

impl Catalog {
    pub(crate) fn new(upstream: Upstream, config: &Config) -> Self {
        Self {
            upstream,
            chosen: config.products.clone().into(),
            clock: config.clock.clone(),
            shelf: Cache::builder().max_capacity(1).time_to_live(STALE_AT_MOST).build(),
            refreshing: Arc::default(),
            failed: Arc::default(),
            discounts: Cache::builder().max_capacity(MAX_DISCOUNTS).time_to_live(FRESH).build(),
        }
    }

    /// The sellable products, in the merchant's order.
    pub(crate) async fn products(&self) -> Result<Arc<[Product]>, ProxyError> {
        let shelf = self.shelf.try_get_with((), self.fetch()).await.map_err(|error| (*error).clone())?;
        if self.age(shelf.fetched_at) > FRESH && self.recent_failure().is_none() {
            self.refresh();
        }
        Ok(shelf.products)
    }

    /// One sellable product.
    pub(crate) async fn product(&self, id: &str) -> Result<Product, ProxyError> {
        let products = self.products().await?;
        products.iter().find(|product| product.id.as_str() == id).cloned().ok_or_else(not_sold)
    }

    /// The discount of a code, in one of its spellings; `None` when there is none.
    pub(crate) async fn discount(&self, purpose: Purpose, code: &str) -> Result<Option<Arc<Discount>>, ProxyError> {
        if code.chars().count() > MAX_DISCOUNT_CODE_CHARS {
            return Ok(None);
        }
        for spelling in code::spellings(code) {
            if let Some(found) = self.discount_spelled(purpose, &spelling).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn discount_spelled(&self, purpose: Purpose, code: &str) -> Result<Option<Arc<Discount>>, ProxyError> {
        let look_up = async {
            match self.upstream.discount(purpose, code).await {
                Ok(discount) => Ok(Some(Arc::new(discount))),
                Err(ApiError::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.discounts.try_get_with(code.to_owned(), look_up).await.map_err(|error| ProxyError::from(&*error))
    }

    async fn fetch(&self) -> Result<Shelf, ProxyError> {
        if let Some(error) = self.recent_failure() {
            return Err(error);
        }
        let fetched = self.list().await.map_err(|error| {
            let at = self.clock.now();
            Failure { error: error.into(), at }
        });
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(shelf) => {
                *failed = None;
                Ok(shelf)
            }
            Err(failure) => {
                let error = failure.error.clone().retry_after(FRESH);
                *failed = Some(failure);
                Err(error)
            }
        }
    }

    /// The failure that is not old enough to try again; its error says when it is.
    fn recent_failure(&self) -> Option<ProxyError> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = failed.as_ref()?;
        let left = FRESH.checked_sub(self.age(failure.at)).filter(|left| !left.is_zero())?;
        Some(failure.error.clone().retry_after(left))
    }

    fn age(&self, at: Timestamp) -> Duration {
        self.clock.now().duration_since(at).unsigned_abs()
    }

    async fn list(&self) -> Result<Shelf, ApiError> {
        let found = self.upstream.products().await?;
        let readable = found.into_iter().filter_map(product::sellable);
        let products = if self.chosen.is_empty() {
            readable.collect()
        } else {
            let mut by_id: HashMap<_, _> = readable.map(|product| (product.id.clone(), product)).collect();
            self.chosen.iter().filter_map(|id| by_id.remove(id)).collect()
        };
        Ok(Shelf { products, fetched_at: self.clock.now() })
    }

    /// Fetches in the background, unless that is under way.
    fn refresh(&self) {
        let Ok(turn) = Arc::clone(&self.refreshing).try_lock_owned() else { return };
        let catalog = self.clone();
        tokio::spawn(async move {
            match catalog.fetch().await {
                Ok(shelf) => catalog.shelf.insert((), shelf).await,
                Err(error) => tracing::warn!(
                    code = error.code().as_str(),
                    cause = error.cause(),
                    "the products shown are old: they could not be fetched"
                ),
            }
            drop(turn);
        });
    }
}

/// The refusal of a product that is not for sale.
pub(crate) fn not_sold() -> ProxyError {
    ProxyError::new(ErrorCode::ProductUnknown, "no such product is for sale here").in_field("product_id")
}
