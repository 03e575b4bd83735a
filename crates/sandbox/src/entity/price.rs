//! Prices: what a product costs, kept under an id of its own so that a later change does not touch what was agreed.

use super::collection::Identified;

/// One price of one product.
#[derive(Clone, Debug)]
pub(crate) struct ProductPrice {
    pub(crate) id: String,
    pub(crate) product_id: String,
    /// Per unit and period, in minor units.
    pub(crate) amount: i64,
}

impl Identified for ProductPrice {
    fn id(&self) -> &str {
        &self.id
    }
}
