//! That buyers see a page without products: an error to whoever runs the shop, though each answer is a good one.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::ProxyError;

/// Tells of it once, and again only after there was something to buy.
#[derive(Debug, Default)]
pub(crate) struct EmptyShop {
    is_told: AtomicBool,
}

impl EmptyShop {
    /// Notes what a page shows, and why it shows no products.
    pub(crate) fn shown(&self, has_products: bool, error: Option<&ProxyError>) {
        if self.is_told.swap(!has_products, Ordering::Relaxed) || has_products {
            return;
        }
        let code = error.map(|error| error.code().as_str());
        let cause = error.map_or(Some("Creem has no active product that can be sold"), ProxyError::cause);
        tracing::error!(code, cause, "the page is served without products: nobody can buy anything");
    }
}
