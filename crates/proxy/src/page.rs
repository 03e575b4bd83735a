//! The built page: its shell, completed for each request.
//!
//! What the page looks like is the app's; here is only what fills its hooks.

mod assets;
mod counts;
mod fragments;
mod language;
mod manner;
mod memory;
mod rewrite;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use wire::{PageData, Returned};

pub use assets::Assets;
pub use language::OwnSentences;
pub(crate) use manner::{Manner, passed_on};

use crate::config::PageConfig;
use crate::error::ProxyError;
use crate::theme::Theme;
use assets::Served;
use language::Languages;

/// What one answer shows.
pub(crate) struct View<'a> {
    pub(crate) data: &'a PageData,
    pub(crate) screen: Screen<'a>,
    pub(crate) place: Place,
    pub(crate) manner: &'a Manner<'a>,
}

/// Which of the two screens.
pub(crate) enum Screen<'a> {
    /// The form.
    Checkout {
        /// What travels with it unseen.
        hidden: &'a [(String, String)],
    },
    /// What became of a payment.
    Status(&'a Returned),
}

/// Under which address the page comes, because its own addresses are relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the root of the public address.
    Root,
    /// In answer to `api/checkouts`.
    BelowApi,
}

/// The pages and the files beside them.
pub(crate) struct Pages {
    files: Served,
    languages: Languages,
    theme: Theme,
}

impl Pages {
    pub(crate) fn new(assets: &Assets, page: &PageConfig) -> Self {
        let languages = Languages::new(&page.sentences);
        Self { files: Served::new(assets), languages, theme: page.theme.clone() }
    }

    /// How a buyer with this link and this browser gets the page.
    pub(crate) fn manner(&self, asked: &[(String, String)], headers: &HeaderMap) -> Manner<'_> {
        Manner::new(&self.languages, &self.theme, asked, headers)
    }

    /// The page, completed.
    pub(crate) fn render(&self, view: &View<'_>) -> Result<String, ProxyError> {
        rewrite::complete(&self.files.shell()?, view)
            .map_err(|error| ProxyError::internal(format_args!("the page cannot be completed: {error}")))
    }

    /// A file beside the page, as it is.
    pub(crate) async fn file(&self, request: Request) -> Response {
        self.files.file(request).await
    }
}
