//! The built page: its shell, completed for each request with what the app draws.
//!
//! What the page looks like is the app's; here is only what it is asked to draw, and what fills the shell's hooks.

mod around;
mod assets;
mod language;
mod manner;
mod memory;
mod rewrite;

use axum::Extension;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use checkout_app::served::{self, ServedForm};
use jiff::Timestamp;
use wire::link::Parameter;
use wire::{Link, PageData, Returned};

pub use assets::Assets;
pub use language::OwnSentences;
pub(crate) use manner::{Manner, passed_on};

use crate::config::PageConfig;
use crate::error::ProxyError;
use crate::security::InlineStyle;
use crate::shop::{Picture, Shop};
use crate::theme::Theme;
use around::Around;
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
    /// That nothing is there.
    NotFound,
}

/// Under which address the page comes, because its own addresses are relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the root of the public address.
    Root,
    /// In answer to `api/checkouts`.
    BelowApi,
    /// So many levels below the public address.
    Below(usize),
}

impl Place {
    /// What leads from there to the public address; empty at it.
    fn way_up(self) -> String {
        let levels = match self {
            Self::Root => 0,
            Self::BelowApi => 1,
            Self::Below(levels) => levels,
        };
        "../".repeat(levels)
    }
}

/// A completed page.
pub(crate) struct Page {
    html: String,
    style: InlineStyle,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        (Extension(self.style), Html(self.html)).into_response()
    }
}

/// The pages and the files beside them.
pub(crate) struct Pages {
    files: Served,
    languages: Languages,
    theme: Theme,
    shop: Shop,
}

impl Pages {
    pub(crate) fn new(assets: &Assets, page: &PageConfig) -> Self {
        let languages = Languages::new(&page.sentences);
        Self { files: Served::new(assets), languages, theme: page.theme.clone(), shop: page.shop.clone() }
    }

    /// How a buyer with this link and this browser gets the page.
    pub(crate) fn manner(&self, asked: &[(String, String)], headers: &HeaderMap, now: Timestamp) -> Manner<'_> {
        Manner::new(&self.languages, &self.theme, asked, headers, now)
    }

    /// The page, completed.
    pub(crate) fn render(&self, view: &View<'_>) -> Result<Page, ProxyError> {
        let shell = self.files.shell()?;
        let around = Around::new(&self.shop, view);
        let sheet = [shell.sheet.as_str(), around.sheet(), &view.manner.theme_css].concat();
        let html = rewrite::complete(&shell.html, &sheet, &drawn(view), &around, view)
            .map_err(|error| ProxyError::internal(format_args!("the page cannot be completed: {error}")))?;
        Ok(Page { html, style: InlineStyle::of(&sheet) })
    }

    /// The shop's picture at a path, if one is there.
    pub(crate) fn picture_at(&self, path: &str) -> Option<&Picture> {
        self.shop.picture_at(path)
    }

    /// A file beside the page, as it is.
    pub(crate) async fn file(&self, request: Request) -> Response {
        self.files.file(request).await
    }
}

/// The screen, drawn by the app itself.
fn drawn(view: &View<'_>) -> String {
    let (data, speech) = (view.data, view.manner.speech());
    match view.screen {
        Screen::Checkout { hidden } => {
            let base = view.place.way_up();
            let form = ServedForm { base, hidden: hidden.to_vec(), came_back: view.place == Place::BelowApi };
            served::checkout(data, form, speech)
        }
        Screen::Status(returned) => {
            let link = Link::parse(&returned.query);
            served::status(data, returned, link.get(Parameter::Locale), speech)
        }
        Screen::NotFound => {
            let way_up = view.place.way_up();
            let checkout_url = if way_up.is_empty() { "./".to_owned() } else { way_up };
            served::not_found(checkout_url, data.shop_url.clone(), speech)
        }
    }
}
