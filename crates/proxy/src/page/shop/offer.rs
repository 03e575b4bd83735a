//! What the merchant says of one product, besides what Creem knows of it.

use std::collections::BTreeMap;

use url::Url;
use wire::Product;

/// The merchant's words about each product, by its id.
pub type Offers = BTreeMap<String, Offer>;

/// What is said of a product. Nothing of it is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// What is in it, each in a few words.
    pub includes: Vec<String>,
    /// A word beside its name.
    pub badge: Option<String>,
    /// What it is called among the plans of its product.
    pub label: Option<String>,
    /// What is said once it is paid.
    pub after_text: Option<String>,
    /// Where the buyer goes on once it is paid.
    pub after_url: Option<Url>,
}

impl Offer {
    /// The product with what is said before it is paid.
    pub(crate) fn shown_on(&self, product: Product) -> Product {
        let Self { includes, badge, label, after_text: _, after_url: _ } = self.clone();
        Product { includes, badge, label, ..product }
    }
}
