//! The status screen: what the proxy says about the payment.

use leptos::prelude::*;

use crate::components::live::IS_SERVED;
use crate::components::node::{Node, node, without_scripts};
use crate::components::status_details::{Read, status_details, unknown, words};
use crate::signal::Live;
use crate::status::{Status, Tracking};
use crate::text::{self, Text};

/// What names the screen.
const TITLE: &str = "status-title";

/// The status screen of one payment, as it is served and as it lives.
#[component]
pub fn StatusScreen(
    /// The payment being followed.
    status: Status,
    /// In which language amounts are written.
    locale: Option<String>,
    /// The merchant's shop, where the way back leads.
    shop_url: Option<String>,
    /// The address under which the page asks again by being loaded; the live one asks by itself.
    here: Option<String>,
    /// Whether it stands in somebody else's page, whose main part is another.
    is_embedded: bool,
) -> Node {
    let tracking = status.tracking;
    let screen = move || status.screen();
    let gave_up = move || tracking.with(Tracking::gave_up);
    let back = if shop_url.is_some() { Text::BackToShop } else { Text::BackToCheckout };
    let address = move || {
        // Where the checkout is in somebody else's site, nobody here knows.
        let checkout = || (screen().leads_to_checkout() && !is_embedded).then(|| "./".to_owned());
        shop_url.clone().or_else(checkout)
    };
    // What is served does not promise to look again by itself.
    let hint = move || match screen() {
        screen if IS_SERVED && screen.may_change() => String::new(),
        screen => text::status_hint(screen, gave_up()),
    };
    let lead = move || match tracking.with(|tracking| tracking.receipt()?.email.clone()) {
        Some(email) if screen() == wire::StatusScreen::Paid => text::receipt_sent(&email),
        _ => text::status_lead(screen()).say(),
    };
    let unreachable = move || {
        let nobody_knows = screen() == wire::StatusScreen::Verifying;
        if nobody_knows { Text::StatusUnreachableLead.say() } else { String::new() }
    };
    // One region that is spoken whole: a change of state is one announcement.
    let said = node("div", "status__words").with("role", "status").with("aria-atomic", "true").holding([
        node("h1", "status__title").with("id", TITLE).said(Box::new(move || text::status_title(screen()).say())),
        node("p", "status__lead").said(Box::new(lead)),
        node("p", "status__hint").said(Box::new(hint)),
    ]);
    let again = node("button", "button button--primary")
        .with("type", "button")
        .while_it("hidden", Box::new(move || !gave_up()))
        .text(Text::CheckAgain.say())
        .pressed(Box::new(move || status.follow()));
    let reload = here.map(|here| node("a", "button").with("href", here).text(Text::CheckAgain.say()));
    let (is_nowhere, named) = (address.clone(), address.clone());
    let back = node("a", "button")
        .following("href", Box::new(address))
        .while_it("hidden", Box::new(move || is_nowhere().is_none()))
        .said(Box::new(move || named().map(|_| back.say()).unwrap_or_default()));
    let onward = [
        way(tracking, "button button--primary", Text::Next, |tracking| tracking.receipt()?.after_url.clone()),
        way(tracking, "button", Text::Manage, |tracking| tracking.receipt()?.portal_url.clone()),
        again,
    ];
    node(if is_embedded { "section" } else { "main" }, "status")
        .with("part", "status")
        .with("aria-labelledby", TITLE)
        .following("data-payment-status", Box::new(move || Some(screen().as_str().to_owned())))
        .following("data-gave-up", Box::new(move || Some(gave_up().to_string())))
        .holding([
            node("div", "status__mark").with("aria-hidden", "true"),
            said.holding(without_scripts("status__hint", &unreachable)),
            status_details(tracking, locale),
            node("p", "status__after").said(words(tracking, |tracking| tracking.receipt()?.after_text.clone())),
            node("div", "status__actions").holding(onward).holding(reload).holding([back]),
        ])
}

/// A link that looks like a button, while it leads somewhere.
fn way(tracking: Live<Tracking>, class: &'static str, label: Text, read: Read) -> Node {
    let link = node("a", class).while_it("hidden", unknown(tracking, read));
    link.following("href", Box::new(move || tracking.with(read))).text(label.say())
}
