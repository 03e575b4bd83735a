//! What the page says around its mount point: in the title, on the tab, above the screen and below it.

use checkout_app::served::{self, Logo};
use checkout_app::status::Tracking;
use checkout_app::text::{self, Text};
use url::Url;

use super::shop::Shop;
use super::{Screen, View, escaped};

/// How it looks; only where there is something to see.
const SHEET: &str = include_str!("../../../../style/components/shop.css");

/// What is said of the shop in one answer; texts that are HTML are so already.
pub(super) struct Around {
    /// The title, with the shop's name in it.
    pub(super) title: String,
    /// What the app keeps behind the titles that it sets, as the inside of an attribute.
    pub(super) title_end: String,
    /// The shop's sign, HTML.
    pub(super) sign: String,
    /// The shop's own pages, HTML.
    pub(super) links: String,
    /// The way to what the sandbox tells of this sale, HTML; empty towards Creem.
    pub(super) story: String,
    /// The tab's icon: where it is below the public address, and what it is.
    pub(super) icon: Option<(String, &'static str)>,
}

impl Around {
    /// The style sheet of what it draws.
    pub(super) fn sheet(&self) -> &'static str {
        if self.sign.is_empty() && self.links.is_empty() { "" } else { SHEET }
    }

    pub(super) fn new(shop: &Shop, sandbox: Option<&Url>, view: &View<'_>) -> Self {
        let language = view.manner.language;
        let title_end = shop.name.as_ref().map(|name| [" · ", name].concat()).unwrap_or_default();
        let base = view.place.base();
        Self {
            title: [named(view).unwrap_or_else(|| language.say(title(view))), &title_end].concat(),
            // Quotation marks are the writer's to escape.
            title_end: escaped(&title_end),
            sign: sign(shop, view, &base),
            links: links(shop, view),
            story: sandbox.map(|sandbox| story(sandbox, view)).unwrap_or_default(),
            icon: shop.icon.as_ref().map(|icon| (icon.address().to_owned(), icon.media_type())),
        }
    }
}

/// The product that a link sells.
fn named<'v>(view: &View<'v>) -> Option<&'v str> {
    let linked = view.data.values.product_id.as_str();
    let product = view.data.products.iter().find(|product| product.id.as_str() == linked)?;
    matches!(view.screen, Screen::Checkout { .. }).then_some(product.name.as_str())
}

/// What the screen is called.
fn title(view: &View<'_>) -> Text {
    match view.screen {
        Screen::Checkout { .. } => Text::Checkout,
        Screen::Status(returned) => text::status_title(Tracking::new(returned.clone(), view.data).screen()),
        Screen::NotFound => Text::NotFoundTitle,
    }
}

fn sign(shop: &Shop, view: &View<'_>, base: &str) -> String {
    let Some(name) = &shop.name else { return String::new() };
    let logos = [&shop.logo, &shop.logo_dark].map(|picture| {
        picture.as_ref().map(|picture| Logo {
            address: [base, picture.address()].concat(),
            size: (picture.size().width, picture.size().height),
        })
    });
    let url = shop.url.as_ref().map(Url::to_string);
    served::shop_sign(name.clone(), url, logos, view.manner.speech())
}

fn links(shop: &Shop, view: &View<'_>) -> String {
    let links = [
        (Text::Support, &shop.support),
        (Text::Terms, &shop.terms),
        (Text::Privacy, &shop.privacy),
        (Text::Refunds, &shop.refunds),
    ];
    let links: Vec<_> = links.into_iter().filter_map(|(text, url)| Some((text, url.as_ref()?.to_string()))).collect();
    if links.is_empty() { String::new() } else { served::shop_links(links, view.manner.speech()) }
}

/// The way to the sandbox's side of what the page shows, for the developer who tries it; not a sentence of the page's.
fn story(sandbox: &Url, view: &View<'_>) -> String {
    let session = match view.screen {
        Screen::Status(returned) => returned.checkout_id.as_ref(),
        Screen::Checkout { .. } | Screen::NotFound => None,
    };
    let (path, words) = match session {
        Some(id) => (["sessions/", id.as_str()].concat(), "This sale in the sandbox"),
        None => (String::new(), "Open the sandbox"),
    };
    let address = sandbox.join(&path).map_or_else(|_| String::new(), String::from);
    format!(r#"<p class="mode-notice" lang="en" translate="no"><a href="{address}">{words}</a></p>"#)
}
