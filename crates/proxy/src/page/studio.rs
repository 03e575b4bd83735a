//! The page at `/studio`, which only a sandbox has: a look is tried on the real page and comes out as lines for
//! `checkout.toml`; a link is put together and comes out with its QR code.
//!
//! A plain form: what it asks for comes back in the page. The script asks while one chooses, and puts what comes back
//! into the page that is there.

mod link;
mod look;
mod parts;

use maud::{DOCTYPE, Markup, html};
use url::{Url, form_urlencoded};
use wire::Product;

use super::theme::{NAMES, Theme};
use crate::error::ProxyError;
use look::Tried;

/// How the page looks: in the checkout's own colours and sizes.
pub(crate) const SHEET: &str = concat!(include_str!("../../../../style/tokens.css"), include_str!("studio/studio.css"));

/// What keeps it as the form is.
pub(crate) const SCRIPT: &str = include_str!("studio/studio.js");

/// What the page is made of.
pub(crate) struct Studio<'a> {
    /// Where buyers find the page.
    pub(crate) public_url: &'a Url,
    /// The look that is set.
    pub(crate) own: &'a Theme,
    /// What can be sold.
    pub(crate) products: &'a [Product],
    /// The languages there are.
    pub(crate) languages: &'a [&'static str],
    /// What is wrong with a link.
    pub(crate) judge: &'a dyn Fn(&str) -> Result<(), ProxyError>,
}

/// What the form says, by name.
struct Asked(Vec<(String, String)>);

impl Asked {
    /// Reads a query; where there is none the form begins with the look that is set.
    fn read(query: Option<&str>, own: &Theme) -> Self {
        match query {
            Some(query) => Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()),
            None => Self(own.tokens().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        }
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// Those of these names that say something.
    fn said<'n>(&self, names: &'n [&'n str]) -> impl Iterator<Item = (&'n str, &str)> {
        names.iter().map(|name| (*name, self.get(name))).filter(|(_, value)| !value.is_empty())
    }
}

impl Studio<'_> {
    /// The page for what its form asks for.
    pub(crate) fn page(&self, query: Option<&str>) -> Markup {
        let asked = Asked::read(query, self.own);
        let tried = Tried::read(&asked);
        let address = link::address(self.public_url, &asked);
        let linked = address.query().unwrap_or_default();
        let query = form_urlencoded::Serializer::new(linked.to_owned()).extend_pairs(asked.said(&NAMES)).finish();
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { "Studio" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="studio.css";
                    script type="module" src="studio.js" {}
                }
                body {
                    main {
                        header {
                            h1 { "Studio" }
                            p { "Try a look on the real page and copy its lines; put a link together and print its code. Nothing here is kept, and only a sandbox has this page." }
                        }
                        form action="studio" {
                            (look::fields(&asked, &tried))
                            (link::fields(&asked, self.products, self.languages))
                            button { "Show" }
                        }
                        (preview(&format!("./?{query}")))
                        div class="results" {
                            (tried.lines())
                            (tried.contrasts())
                            (link::outcome(&address, (self.judge)(linked).err().as_ref()))
                        }
                    }
                    p id="said" role="status" {}
                }
            }
        }
    }
}

/// The real page, as a phone has it or as wide as there is room.
fn preview(address: &str) -> Markup {
    html! {
        section class="preview" aria-labelledby="preview-title" {
            h2 id="preview-title" { "Preview" }
            div class="widths" role="group" aria-label="Width" {
                @for (value, words) in [("wide", "Wide"), ("phone", "Phone")] {
                    label { input type="radio" name="width" value=(value) checked[value == "wide"]; (words) }
                }
            }
            iframe src=(address) title="The checkout in this look" {}
        }
    }
}
