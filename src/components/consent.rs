//! What the buyer agrees to: said, or asked for by a box to tick.

use leptos::prelude::*;
use wire::Field;

use super::node::{Node, node};
use super::parts::problem;
use crate::checkout::Checkout;
use crate::form::draft::Draft;
use crate::text::Text;

/// The shop's terms, where it names them.
#[component]
pub fn ConsentLine(
    /// The checkout that is agreed to.
    checkout: Checkout,
) -> Option<Node> {
    let consent = checkout.settings.with_untracked(|settings| settings.consent.clone())?;
    let links = [(Text::Terms, consent.terms), (Text::Privacy, consent.privacy)];
    let links: Vec<Node> = links.into_iter().filter_map(|(label, url)| link(label, url?)).collect();
    let said = if consent.required { Text::ConsentBox } else { Text::ConsentNotice };
    let words = node("span", "").holding([node("span", "").text([&said.say(), " "].concat())]).holding(links);
    let is_ticked = checkout.draft.with_untracked(|draft| draft.consent == Some(true));
    let tick = move || checkout.edit(|draft: &mut Draft| draft.consent = draft.consent.map(|ticked| !ticked));
    let tick_box = node("input", "consent__box")
        .with("type", "checkbox")
        .with("name", Field::Consent.name())
        .with("id", Field::Consent.name())
        .with("value", "true")
        .with("aria-describedby", "consent-error")
        .when(true, "required")
        .when(is_ticked, "checked")
        .pressed(Box::new(tick));
    let line = node(if consent.required { "label" } else { "p" }, "consent");
    let line = line.holding(consent.required.then_some(tick_box)).holding([words]);
    let said = move || checkout.draft.with(Draft::consent_missing).then(|| Text::ConsentMissing.say());
    Some(node("div", "field").holding([line, problem("consent-error", said)]))
}

fn link(label: Text, url: String) -> Option<Node> {
    Some(
        node("a", "consent__link").with("href", url).with("target", "_blank").with("rel", "noopener").text(label.say()),
    )
}
