//! What is due, and the one button. On a phone both stay in reach below whatever is scrolled.
//!
//! The button never freezes: while an order is sent a press changes nothing, and on the way to the payment page a press
//! goes there again.

use leptos::prelude::*;
use wire::Money;

use super::live::IS_SERVED;
use super::node::{Node, node, without_scripts};
use super::price_summary::row;
use crate::checkout::Checkout;
use crate::form::quote::{CodeState, QuoteDesk};
use crate::submit::Phase;
use crate::text::{self, Text};

/// The total, what is charged later, and the form's submit button, with what is happening below it.
#[component]
pub fn PayBar(
    /// The checkout that is paid.
    checkout: Checkout,
) -> Node {
    let asking = move || !IS_SERVED && checkout.desk.with(|desk| desk.code() == CodeState::Asking);
    let under_way = move || {
        checkout.submission.with(|submission| match submission.phase() {
            Phase::Judging { slow: true } => Some(Text::CodeChecking),
            Phase::Sending { slow: true } => Some(Text::PaySending),
            Phase::Leaving(_) => Some(Text::PayLeaving),
            Phase::Ready | Phase::Judging { .. } | Phase::Sending { .. } | Phase::Failed(_) => None,
        })
    };
    let label = move || {
        // Without scripts the code is sent again as long as it stands in its field.
        let without_code = !IS_SERVED && checkout.desk.with(QuoteDesk::goes_on_without);
        under_way().unwrap_or_else(|| if without_code { Text::PayWithoutCode } else { checkout.pay() })
    };
    let waits = move || matches!(under_way(), Some(Text::CodeChecking | Text::PaySending));
    let address = move || {
        checkout.submission.with(|submission| match submission.phase() {
            Phase::Leaving(address) => address.clone(),
            Phase::Ready | Phase::Judging { .. } | Phase::Sending { .. } | Phase::Failed(_) => String::new(),
        })
    };
    let total = row(
        "total",
        Box::new(|| Text::DueToday.say()),
        Box::new(move || currency(checkout)),
        Box::new(move || today(checkout)),
    );
    // Spoken when it changes.
    let total = node("dl", "price-summary")
        .with("aria-live", "polite")
        .with("aria-atomic", "true")
        .following("aria-busy", Box::new(move || Some(asking().to_string())))
        .holding([total]);
    let is_away = move || !address().is_empty();
    let later = node("p", "price-summary__later").said(Box::new(move || later(checkout).unwrap_or_default()));
    // Not `disabled`: that would drop the focus and take the button out of reach of a screen reader.
    let pay = node("button", "pay-button")
        .with("id", "pay")
        .with("part", "pay")
        .with("type", "submit")
        .with("aria-live", "polite")
        .following("aria-disabled", Box::new(move || Some(waits().to_string())))
        .following("data-busy", Box::new(move || Some(under_way().is_some().to_string())))
        .said(Box::new(move || label().say()));
    let assurance = move || if checkout.offline.get() { Text::Offline } else { Text::Assurance }.say();
    let assurance = node("p", "checkout__assurance").with("role", "status").holding([
        node("span", "").while_it("hidden", Box::new(is_away)).said(Box::new(assurance)),
        node("a", "")
            .while_it("hidden", Box::new(move || !is_away()))
            .following("href", Box::new(move || Some(address())))
            .text(Text::PayAgainLink.say()),
    ]);
    node("div", "checkout__pay")
        .holding([node("div", "pay-bar").holding([total, later, pay])])
        .holding(without_scripts("checkout__assurance", &|| Text::PriceLater.say()))
        .holding([assurance])
}

/// What is due today.
fn today(checkout: Checkout) -> String {
    match checkout.price() {
        Some(price) if price.due.is_free() => Text::Free.say(),
        Some(price) => checkout.money(price.total),
        None => Text::NoAmount.say(),
    }
}

/// The currency of what is due; nothing where nothing ever is.
fn currency(checkout: Checkout) -> String {
    let price = checkout.price().filter(|price| !price.due.is_free());
    price.map(|price| price.total.currency.as_str().to_owned()).unwrap_or_default()
}

/// What is charged after today.
fn later(checkout: Checkout) -> Option<String> {
    let price = checkout.price()?;
    let money = |amount_minor| checkout.money(Money { amount_minor, ..price.total });
    Some(text::charges(&price.product, &price.due, &money, &|date| checkout.day(date)))
}
