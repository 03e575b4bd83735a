//! The frame of every page, and the pages that are one message.

use maud::{DOCTYPE, Markup, html};
use url::form_urlencoded;

use crate::Sandbox;

/// Seconds the confirmation is shown before the buyer goes back to the merchant.
const RETURN_AFTER_SECONDS: u32 = 3;

/// How a page looks and where its addresses start.
pub(crate) struct Appearance {
    theme: Option<&'static str>,
    base: String,
    query: Option<String>,
}

impl Appearance {
    /// As the page's query asks: `theme=light|dark`. `locale` is taken and changes nothing; the page is in English.
    pub(crate) fn read(sandbox: &Sandbox, query: Option<String>) -> Self {
        let asked = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
        let theme = asked.filter(|(name, _)| name == "theme").find_map(|(_, value)| match value.as_ref() {
            "light" => Some("light"),
            "dark" => Some("dark"),
            _ => None,
        });
        let base = sandbox.options().public_url.path().trim_end_matches('/').to_owned();
        Self { theme, base, query }
    }

    /// A path of ours, with the query the buyer came with.
    pub(super) fn address(&self, path: &str) -> String {
        match &self.query {
            Some(query) => format!("{}/{path}?{query}", self.base),
            None => format!("{}/{path}", self.base),
        }
    }
}

/// Pages that are one message.
pub(super) enum Scene<'a> {
    /// Just paid; where the buyer goes next, if anywhere.
    Paid(Option<&'a str>),
    /// Opened again after paying.
    AlreadyPaid(Option<&'a str>),
    Expired,
    NotFound,
}

/// A whole page.
pub(crate) fn document(look: &Appearance, title: &str, head: Markup, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[look.theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href={ (look.base) "/_sandbox/style.css" };
                link rel="icon" href="data:,";
                (head)
            }
            body {
                p class="banner" { strong { "Sandbox" } " – no real money" }
                (body)
            }
        }
    }
}

/// A page that is one message.
pub(super) fn message(look: &Appearance, scene: &Scene<'_>) -> Markup {
    let (title, sentence, mark) = match scene {
        Scene::Paid(Some(_)) => ("Payment received", "Returning to merchant …", "paid"),
        Scene::Paid(None) => ("Payment received", "Thank you. You can close this page.", "paid"),
        Scene::AlreadyPaid(_) => ("Already paid", "This checkout is already paid. Nothing more is charged.", "paid"),
        Scene::Expired => {
            ("Checkout expired", "This checkout can no longer be paid. Start again at the shop.", "closed")
        }
        Scene::NotFound => ("Checkout not found", "There is no checkout at this address.", "closed"),
    };
    let link = match scene {
        Scene::Paid(to) | Scene::AlreadyPaid(to) => *to,
        Scene::Expired | Scene::NotFound => None,
    };
    let head = match scene {
        Scene::Paid(Some(to)) => html! {
            meta http-equiv="refresh" content={ (RETURN_AFTER_SECONDS) ";url=" (to) };
        },
        Scene::Paid(None) | Scene::AlreadyPaid(_) | Scene::Expired | Scene::NotFound => html! {},
    };
    document(
        look,
        title,
        head,
        html! {
            main class="message" data-scene=(mark) {
                span class="mark" aria-hidden="true" {}
                h1 { (title) }
                p role="status" { (sentence) }
                @if let Some(to) = link {
                    a class="button" id="return-link" href=(to) { "Return to merchant" }
                }
            }
        },
    )
}
