//! Which of Creem's products the merchant chose to sell, and which of those Creem was never heard of.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use wire::{Product, ProductId};

/// The choice; none means all.
#[derive(Debug)]
pub(super) struct Chosen {
    ids: Vec<ProductId>,
    /// Those that were in no list so far; known once there was a list.
    unheard: Mutex<Option<Vec<ProductId>>>,
}

impl Chosen {
    pub(super) fn new(ids: Vec<ProductId>) -> Self {
        Self { ids, unheard: Mutex::default() }
    }

    /// What is sold of a list, in the merchant's order. What is not in the first one is told as an error, because it was
    /// set wrongly; what goes later was taken off the shelf.
    pub(super) fn of(&self, list: impl Iterator<Item = Product>) -> Vec<Product> {
        if self.ids.is_empty() {
            return list.collect();
        }
        let mut by_id: HashMap<_, _> = list.map(|product| (product.id.clone(), product)).collect();
        let mut unheard = self.unheard.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = unheard.is_none();
        let unheard = unheard.get_or_insert_with(|| self.ids.clone());
        unheard.retain(|id| !by_id.contains_key(id));
        for id in unheard.iter().filter(|_| is_first) {
            tracing::error!(
                product = id.as_str(),
                "CHECKOUT_PRODUCTS names a product that Creem does not know or sell; test and live mode have different ids"
            );
        }
        self.ids.iter().filter_map(|id| by_id.remove(id)).collect()
    }

    /// Those that were in no list so far.
    pub(super) fn unheard_of(&self) -> Vec<ProductId> {
        self.unheard.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }
}
