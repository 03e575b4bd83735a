//! The built page: its shell, completed for each request with what the app draws, in the shop's name and theme; and the
//! studio, in which a theme is tried.
//!
//! What the page looks like is the app's; here is only what it is asked to draw, and what fills the shell's hooks.

mod around;
mod assets;
mod embedded;
mod language;
mod manner;
mod memory;
mod rewrite;
mod sheet;
pub(crate) mod shop;
pub(crate) mod studio;
pub(crate) mod theme;

use axum::Extension;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use checkout_app::served::{self, ServedForm};
use jiff::Timestamp;
use url::Url;
use wire::link::Parameter;
use wire::{Link, PageData, Returned};

pub use assets::Assets;
pub use embedded::snippet;
pub(crate) use embedded::{loader, loader_name};
pub use language::OwnSentences;
pub(crate) use manner::{Manner, passed_on};
pub(crate) use sheet::InlineStyle;

use crate::error::ProxyError;
use around::Around;
use assets::Served;
use language::Languages;
use shop::{Offers, Picture, Shop};
use theme::{FontFile, Theme};

/// What the merchant makes of the page: its look, its words, and whose shop it says it is.
#[derive(Clone, Debug, Default)]
pub struct PageConfig {
    /// The merchant's colours, corners and font.
    pub theme: Theme,
    /// The merchant's own sentences.
    pub sentences: OwnSentences,
    /// What is said of each product.
    pub offers: Offers,
    /// Whose shop it is.
    pub shop: Shop,
}

/// What one answer shows.
pub(crate) struct View<'a> {
    pub(crate) data: &'a PageData,
    pub(crate) screen: Screen<'a>,
    pub(crate) place: Place<'a>,
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
pub(crate) enum Place<'a> {
    /// At the root of the public address.
    Root,
    /// In answer to `api/checkouts`.
    BelowApi,
    /// So many levels below the public address.
    Below(usize),
    /// In an element of another site's page. This is the public address.
    Elsewhere(&'a str),
}

impl Place<'_> {
    /// What leads from there to the public address; empty at it.
    fn base(self) -> String {
        match self {
            Self::Root => String::new(),
            Self::BelowApi => "../".to_owned(),
            Self::Below(levels) => "../".repeat(levels),
            Self::Elsewhere(public_url) => public_url.to_owned(),
        }
    }
}

/// A completed page.
pub(crate) struct Page {
    html: String,
    /// The policy's leave for the sheet in it.
    style: Option<InlineStyle>,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        (self.style.map(Extension), Html(self.html)).into_response()
    }
}

/// The pages and the files beside them.
pub(crate) struct Pages {
    files: Served,
    languages: Languages,
    theme: Theme,
    shop: Shop,
    /// Where the sandbox beside us is.
    sandbox: Option<Url>,
}

impl Pages {
    pub(crate) fn new(assets: &Assets, page: &PageConfig, sandbox: Option<Url>) -> Self {
        Self {
            files: Served::new(assets),
            languages: Languages::new(&page.sentences),
            theme: page.theme.clone(),
            shop: page.shop.clone(),
            sandbox,
        }
    }

    /// How a buyer with this link and this browser gets the page.
    pub(crate) fn manner(&self, asked: &[(String, String)], headers: &HeaderMap, now: Timestamp) -> Manner<'_> {
        Manner::new(&self.languages, &self.theme, asked, headers, now)
    }

    /// The page, completed.
    pub(crate) fn render(&self, view: &View<'_>) -> Result<Page, ProxyError> {
        let shell = self.files.shell()?;
        if let Place::Elsewhere(base) = view.place {
            let html = embedded::fragment(&shell, &drawn(view), base, view);
            return Ok(Page { html, style: None });
        }
        let around = Around::new(&self.shop, self.sandbox.as_ref(), view);
        let font = view.manner.font_file.as_ref().map(|font| font.rule(&view.place.base())).unwrap_or_default();
        let sheet = [font.as_str(), &shell.sheet, around.sheet(), &view.manner.theme_css].concat();
        let html = rewrite::complete(&shell.html, &sheet, &drawn(view), &around, view)
            .map_err(|error| ProxyError::internal(format_args!("the page cannot be completed: {error}")))?;
        Ok(Page { html, style: Some(InlineStyle::of(&sheet)) })
    }

    /// Whether the pages and the files beside them are the same as long as we run.
    pub(crate) fn never_change(&self) -> bool {
        matches!(self.files, Served::Memory { .. })
    }

    /// The shop's picture at a path, if one is there.
    pub(crate) fn picture_at(&self, path: &str) -> Option<&Picture> {
        self.shop.picture_at(path)
    }

    /// The shop's font, if it is at this path.
    pub(crate) fn font_at(&self, path: &str) -> Option<&FontFile> {
        self.theme.font_file().filter(|font| font.address() == path.trim_start_matches('/'))
    }

    /// A file beside the page, as it is.
    pub(crate) async fn file(&self, request: Request) -> Response {
        self.files.file(request).await
    }
}

/// The screen, drawn by the app itself.
fn drawn(view: &View<'_>) -> String {
    let (data, speech) = (view.data, view.manner.speech());
    let is_embedded = matches!(view.place, Place::Elsewhere(_));
    match view.screen {
        Screen::Checkout { hidden } => {
            let base = view.place.base();
            let form =
                ServedForm { base, hidden: hidden.to_vec(), came_back: view.place == Place::BelowApi, is_embedded };
            served::checkout(data, form, speech)
        }
        Screen::Status(returned) => {
            let link = Link::parse(&returned.query);
            served::status(data, returned, link.get(Parameter::Locale), is_embedded, speech)
        }
        Screen::NotFound => {
            let base = view.place.base();
            let checkout_url = if base.is_empty() { "./".to_owned() } else { base };
            served::not_found(checkout_url, data.shop_url.clone(), speech)
        }
    }
}

/// Text where no quotation mark can end it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
