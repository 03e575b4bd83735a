//! What is for sale and which discounts exist, as Creem says, remembered for half a minute; and what a choice would cost.
//!
//! A thousand simultaneous readers make one call. Products that are known but old are shown while newer ones are
//! fetched, so a slow or failing Creem does not keep anyone from seeing the page. Of a sandbox nothing is remembered:
//! who makes a product there looks for it at once.

mod chosen;
mod description;
pub(crate) mod empty_shop;
mod product;
pub(crate) mod quotes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use creem::{ApiError, Discount};
use jiff::Timestamp;
use moka::future::Cache;
use wire::{ErrorCode, Field, MAX_DISCOUNT_CODE_CHARS, Product, ProductId, code};

use crate::Config;
use crate::clock::Clock;
use crate::error::ProxyError;
use crate::page::shop::Offers;
use crate::text::log::sanitized;
use crate::upstream::Upstream;
use crate::upstream::budget::Purpose;
use chosen::Chosen;

/// How long products are shown while Creem does not answer.
const STALE_AT_MOST: Duration = Duration::from_secs(600);

/// Discount codes that are remembered, existing or not.
const MAX_DISCOUNTS: u64 = 10_000;

/// How old the list of codes may be. Only their spelling is taken from it.
const SPELLINGS_AT_MOST: Duration = Duration::from_secs(300);

/// Pages of that list that are read, of 100 codes each.
const PAGES_OF_CODES: u32 = 5;

/// The sellable products and the discounts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Catalog {
    upstream: Upstream,
    chosen: Arc<Chosen>,
    /// What the merchant says of each product.
    offers: Arc<Offers>,
    clock: Clock,
    /// How old an answer may be before it is fetched anew, be it products, a discount or a failure.
    fresh_for: Duration,
    shelf: Cache<(), Shelf>,
    refreshing: Arc<tokio::sync::Mutex<()>>,
    failed: Arc<Mutex<Option<Failure>>>,
    discounts: Cache<String, Option<Arc<Discount>>>,
    /// How the merchant spells each code, by the code in lower case.
    spellings: Cache<(), Arc<HashMap<String, String>>>,
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
        let fresh_for = config.catalog_fresh_for;
        // What lives for no time is still shared by those who ask while it is fetched.
        let at_most = |limit: Duration| if fresh_for.is_zero() { Duration::ZERO } else { limit };
        Self {
            upstream,
            chosen: Arc::new(Chosen::new(config.products.clone())),
            offers: Arc::new(config.page.offers.clone()),
            clock: config.clock.clone(),
            fresh_for,
            shelf: Cache::builder().max_capacity(1).time_to_live(at_most(STALE_AT_MOST)).build(),
            refreshing: Arc::default(),
            failed: Arc::default(),
            discounts: Cache::builder().max_capacity(MAX_DISCOUNTS).time_to_live(fresh_for).build(),
            spellings: Cache::builder().max_capacity(1).time_to_live(at_most(SPELLINGS_AT_MOST)).build(),
        }
    }

    /// The sellable products, in the merchant's order.
    pub(crate) async fn products(&self) -> Result<Arc<[Product]>, ProxyError> {
        Ok(self.shelf().await?.products)
    }

    /// When the products were fetched that are shown now; `None` where none are, or none is remembered.
    pub(crate) async fn fetched_at(&self) -> Option<Timestamp> {
        if self.fresh_for.is_zero() {
            return None;
        }
        self.shelf().await.ok().map(|shelf| shelf.fetched_at)
    }

    async fn shelf(&self) -> Result<Shelf, ProxyError> {
        let shelf = self.shelf.try_get_with((), self.fetch()).await.map_err(|error| (*error).clone())?;
        if !self.fresh_for.is_zero() && self.age(shelf.fetched_at) > self.fresh_for && self.recent_failure().is_none() {
            self.refresh();
        }
        Ok(shelf)
    }

    /// The products that the merchant chose and Creem was never heard of.
    pub(crate) fn unheard_of(&self) -> Vec<ProductId> {
        self.chosen.unheard_of()
    }

    /// Fetches the products although they are not old: Creem has just said that one of them is another. Those that are
    /// known stay when that fails.
    pub(crate) async fn renew(&self) {
        let asked_at = self.clock.now();
        let _turn = self.refreshing.lock().await;
        let known = self.shelf.get(&()).await;
        if known.is_some_and(|shelf| shelf.fetched_at > asked_at) {
            return;
        }
        self.fetch_to_shelf().await;
    }

    /// One sellable product.
    pub(crate) async fn product(&self, id: &str) -> Result<Product, ProxyError> {
        let products = self.products().await?;
        products.iter().find(|product| product.id.as_str() == id).cloned().ok_or_else(not_sold)
    }

    /// The discount of a code, in one of its spellings; `None` when there is none.
    ///
    /// Where Creem is exact about case, it is looked for at last as the merchant's list of codes spells it.
    pub(crate) async fn discount(&self, purpose: Purpose, code: &str) -> Result<Option<Arc<Discount>>, ProxyError> {
        if code.chars().count() > MAX_DISCOUNT_CODE_CHARS {
            return Ok(None);
        }
        let tried = code::spellings(code);
        for spelling in &tried {
            if let Some(found) = self.discount_spelled(purpose, spelling).await? {
                return Ok(Some(found));
            }
        }
        if !code.chars().any(char::is_alphabetic) {
            return Ok(None);
        }
        let listed = self.spellings(purpose).await;
        let spelled = tried.iter().find_map(|spelling| listed.get(&spelling.to_lowercase()));
        match spelled.filter(|spelled| !tried.contains(spelled)) {
            Some(spelled) => self.discount_spelled(purpose, spelled).await,
            None => Ok(None),
        }
    }

    /// Forgets a discount, in the merchant's spelling: Creem has just said that it is another.
    pub(crate) async fn forget_discount(&self, code: &str) {
        for spelling in code::spellings(code) {
            self.discounts.invalidate(&spelling).await;
        }
    }

    /// How the merchant spells each code. Without the list there are only the spellings that were tried.
    async fn spellings(&self, purpose: Purpose) -> Arc<HashMap<String, String>> {
        let list = async {
            let codes = self.upstream.discount_codes(purpose, PAGES_OF_CODES).await.unwrap_or_else(|error| {
                tracing::debug!(cause = sanitized(error), "the discount codes could not be listed");
                Vec::new()
            });
            Arc::new(codes.into_iter().map(|code| (code.to_lowercase(), code)).collect())
        };
        self.spellings.get_with((), list).await
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
                let error = failure.error.clone().retry_after(self.fresh_for);
                *failed = Some(failure);
                Err(error)
            }
        }
    }

    /// The failure that is not old enough to try again; its error says when it is.
    fn recent_failure(&self) -> Option<ProxyError> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = failed.as_ref()?;
        let left = self.fresh_for.checked_sub(self.age(failure.at)).filter(|left| !left.is_zero())?;
        Some(failure.error.clone().retry_after(left))
    }

    fn age(&self, at: Timestamp) -> Duration {
        self.clock.now().duration_since(at).unsigned_abs()
    }

    async fn list(&self) -> Result<Shelf, ApiError> {
        let found = self.upstream.products().await?;
        let offered =
            found.into_iter().filter_map(product::sellable).map(|product| match self.offers.get(product.id.as_str()) {
                Some(offer) => offer.shown_on(product),
                None => product,
            });
        let products = self.chosen.of(offered).into();
        Ok(Shelf { products, fetched_at: self.clock.now() })
    }

    /// Fetches in the background, unless that is under way.
    fn refresh(&self) {
        let Ok(turn) = Arc::clone(&self.refreshing).try_lock_owned() else { return };
        let catalog = self.clone();
        tokio::spawn(async move {
            catalog.fetch_to_shelf().await;
            drop(turn);
        });
    }

    async fn fetch_to_shelf(&self) {
        match self.fetch().await {
            Ok(shelf) => self.shelf.insert((), shelf).await,
            Err(error) => tracing::warn!(
                code = error.code().as_str(),
                cause = error.cause(),
                "the products shown are old: they could not be fetched"
            ),
        }
    }
}

/// The refusal of a product that is not for sale.
pub(crate) fn not_sold() -> ProxyError {
    ProxyError::new(ErrorCode::ProductUnknown, "no such product is for sale here").in_field(Field::Product)
}
