//! The style sheet inside a page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The style sheet inside a page, as the page's policy names it: by its hash, so that no other is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InlineStyle(pub(crate) String);

impl InlineStyle {
    /// Of the text between `<style>` and `</style>`.
    pub(crate) fn of(sheet: &str) -> Self {
        Self(format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(sheet))))
    }
}
