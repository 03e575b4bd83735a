//! Whose shop it is: what a page says of it besides what it sells.
//!
//! How it is said is the page's; here is what there is to say, and the pictures that are served for it.

pub(crate) mod file;
mod offer;
mod picture;

use url::Url;
use wire::Consent;

pub use offer::{Offer, Offers};
pub use picture::Picture;

/// What the merchant says of the shop. Nothing of it is needed.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    /// Its name, as buyers know it.
    pub name: Option<String>,
    /// Its picture in the header.
    pub logo: Option<Picture>,
    /// The same for dark pages; the other one where there is none.
    pub logo_dark: Option<Picture>,
    /// The sign on the browser's tab.
    pub icon: Option<Picture>,
    /// Where the shop is, for the way back.
    pub url: Option<Url>,
    /// Where buyers find help: a page or an e-mail address.
    pub support: Option<Url>,
    /// The terms of sale.
    pub terms: Option<Url>,
    /// What becomes of buyers' data.
    pub privacy: Option<Url>,
    /// When and how money is given back.
    pub refunds: Option<Url>,
    /// How buyers agree to the terms.
    pub consent: ConsentKind,
    /// Whether nobody is asked for a discount code.
    pub no_codes: bool,
}

/// How buyers agree to the terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsentKind {
    /// Nothing is said of it.
    #[default]
    None,
    /// The page says that paying is agreeing.
    Notice,
    /// The page asks for a tick, and no session is opened without.
    Required,
}

impl Shop {
    /// What the page says of it.
    pub(crate) fn consent(&self) -> Option<Consent> {
        let text = |url: &Option<Url>| url.as_ref().map(Url::to_string);
        (self.consent != ConsentKind::None).then(|| Consent {
            required: self.consent == ConsentKind::Required,
            terms: text(&self.terms),
            privacy: text(&self.privacy),
        })
    }

    /// The picture at a path below the public address, if one is there.
    pub(crate) fn picture_at(&self, path: &str) -> Option<&Picture> {
        let pictures = [&self.logo, &self.logo_dark, &self.icon].into_iter().flatten();
        pictures.into_iter().find(|picture| picture.address() == path.trim_start_matches('/'))
    }
}
