//! The frame of every page, and the pages that are one message.

use maud::{DOCTYPE, Markup, html};
use url::form_urlencoded;

use super::words::{
    ALREADY, ALREADY_MORE, BACK, EXPIRED, EXPIRED_MORE, NOT_FOUND, NOT_FOUND_MORE, RECEIVED, RETURN, RETURNING, THANKS,
    Words,
};

use crate::Sandbox;
use crate::entity::Currency;

/// Seconds the confirmation is shown before the buyer goes back to the merchant.
const RETURN_AFTER_SECONDS: u32 = 3;

/// Languages that write 1.234,56 and not 1,234.56.
const COMMA_LANGUAGES: [&str; 12] = ["de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "cs", "tr"];

/// How a page looks and where its addresses start.
pub(crate) struct Appearance {
    theme: Option<&'static str>,
    /// Whether amounts have a decimal comma and the currency behind them.
    comma: bool,
    pub(super) words: Words,
    base: String,
    query: Option<String>,
}

impl Appearance {
    /// As the page's query asks: `theme=light|dark`, and `locale`, which words and amounts follow.
    pub(crate) fn read(sandbox: &Sandbox, query: Option<String>) -> Self {
        let asked = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let theme = asked("theme").and_then(|theme| ["light", "dark"].into_iter().find(|known| *known == theme));
        let locale = asked("locale").unwrap_or_default();
        let language = locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let comma = COMMA_LANGUAGES.contains(&language.as_str());
        let base = sandbox.options().public_url.path().trim_end_matches('/').to_owned();
        Self { theme, comma, words: Words::of(&locale), base, query }
    }

    /// A file of the pages.
    pub(super) fn asset(&self, name: &str) -> String {
        format!("{}/_sandbox/{name}", self.base)
    }

    /// An amount in minor units as the page's language writes it.
    pub(crate) fn money(&self, currency: Currency, amount_minor: i64) -> String {
        if self.comma { currency.show_with_comma(amount_minor) } else { currency.show(amount_minor) }
    }

    /// A path of ours, with the query the buyer came with.
    pub(super) fn address(&self, path: &str) -> String {
        match &self.query {
            Some(query) => format!("{}{path}?{query}", self.base),
            None => format!("{}{path}", self.base),
        }
    }
}

/// Pages that are one message.
pub(super) enum Scene<'a> {
    /// Just paid.
    Paid(Done<'a>),
    /// Opened again after paying.
    AlreadyPaid(Option<&'a str>),
    /// Its time is over; where the merchant is, if that is known.
    Expired(Option<&'a str>),
    /// No session of this name.
    NotFound,
    /// A payment link to what is not sold.
    NotSold,
    /// A link to the customer portal that nobody was given.
    NoPortal,
    /// Nothing at all.
    Nowhere,
}

/// What a payment led to.
#[derive(Clone, Copy)]
pub(super) struct Done<'a> {
    pub(super) checkout_id: &'a str,
    pub(super) order_id: &'a str,
    /// Where the buyer goes next, if anywhere.
    pub(super) redirect_url: Option<&'a str>,
    /// The page is shown within another one, which leads on by itself once it is told.
    pub(super) framed: bool,
}

/// A whole page.
pub(crate) fn document(look: &Appearance, title: &str, head: Markup, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(look.words.code()) dir=(look.words.direction()) data-theme=[look.theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href={ (look.base) "/_sandbox/style.css" };
                link rel="icon" href="data:,";
                script type="module" src=(look.asset("messages.js")) {}
                (head)
            }
            body {
                header class="banner" lang="en" dir="ltr" { strong { "Sandbox" } " – no real money" }
                (body)
            }
        }
    }
}

/// A page inside another page.
pub(super) fn frame(look: &Appearance, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(look.words.code()) dir=(look.words.direction()) data-theme=[look.theme] class="framed" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href={ (look.base) "/_sandbox/style.css" };
                link rel="icon" href="data:,";
            }
            body { main { (body) } }
        }
    }
}

/// A page that is one message.
pub(super) fn message(look: &Appearance, scene: &Scene<'_>) -> Markup {
    let say = |word| look.words.say(word);
    let (title, sentence, mark) = match scene {
        Scene::Paid(Done { redirect_url: Some(_), .. }) => (say(RECEIVED), say(RETURNING), "paid"),
        Scene::Paid(_) => (say(RECEIVED), say(THANKS), "paid"),
        Scene::AlreadyPaid(_) => (say(ALREADY), say(ALREADY_MORE), "paid"),
        Scene::Expired(_) => (say(EXPIRED), say(EXPIRED_MORE), "closed"),
        Scene::NotFound => (say(NOT_FOUND), say(NOT_FOUND_MORE), "closed"),
        Scene::NotSold => ("Product not found", "Nothing is sold at this address.", "closed"),
        Scene::NoPortal => {
            ("This link is not valid", "It opens nobody’s orders. Ask the shop for a new link to yours.", "closed")
        }
        Scene::Nowhere => ("Page not found", "There is nothing at this address of the sandbox.", "closed"),
    };
    let done = match scene {
        Scene::Paid(done) => Some(done),
        Scene::AlreadyPaid(_)
        | Scene::Expired(_)
        | Scene::NotFound
        | Scene::NotSold
        | Scene::NoPortal
        | Scene::Nowhere => None,
    };
    let overview = [&look.base, "/"].concat();
    let link = match scene {
        Scene::Paid(done) => done.redirect_url.map(|to| (to, say(RETURN))),
        Scene::AlreadyPaid(to) => to.map(|to| (to, say(RETURN))),
        Scene::Expired(to) => to.map(|to| (to, say(BACK))),
        Scene::NotSold | Scene::Nowhere => Some((overview.as_str(), "To the sandbox’s overview")),
        Scene::NotFound | Scene::NoPortal => None,
    };
    let head = match done.filter(|done| !done.framed).and_then(|done| done.redirect_url) {
        Some(to) => html! { meta http-equiv="refresh" content={ (RETURN_AFTER_SECONDS) ";url=" (to) }; },
        None => html! {},
    };
    document(
        look,
        title,
        head,
        html! {
            main class="message" data-scene=(mark) data-checkout-id=[done.map(|done| done.checkout_id)]
                data-order-id=[done.map(|done| done.order_id)] data-redirect-url=[done.and_then(|done| done.redirect_url)] {
                span class="mark" aria-hidden="true" {}
                h1 { (title) }
                p role="status" { (sentence) }
                @if let Some((to, words)) = link {
                    a class="button" id=[(words == say(RETURN)).then_some("return-link")] href=(to)
                        target=[done.is_some_and(|done| done.framed).then_some("_top")] { (words) }
                }
            }
        },
    )
}
