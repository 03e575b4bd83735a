//! The checkout: the form, and beside or below it the price and the button.

use leptos::prelude::*;
use wire::routes;

use crate::checkout::Checkout;
use crate::components::live::IS_SERVED;
use crate::components::node::{Node, node};
use crate::components::{
    ConsentLine, ConsentLineProps, DiscountField, DiscountFieldProps, EmailField, EmailFieldProps, FormNotice,
    FormNoticeProps, PayBar, PayBarProps, PriceSummary, PriceSummaryProps, ProductChoice, ProductChoiceProps, TaxLine,
    TaxLineProps, UnitsField, UnitsFieldProps,
};
use crate::text::Text;

/// The checkout screen, as it is served and as it lives.
#[component]
pub fn CheckoutScreen(
    /// What the screen shows and changes.
    checkout: Checkout,
    /// Where the proxy is, from the page's address.
    base: String,
    /// Whether it stands in somebody else's page, whose main part is another.
    is_embedded: bool,
    /// What travels unseen with the served form, with its names; the live one sends it by itself.
    unseen: Vec<(String, String)>,
) -> Node {
    let asked = node("p", "checkout__asked")
        .while_it("hidden", Box::new(move || checkout.asked().is_none()))
        .said(Box::new(move || checkout.asked().unwrap_or_default()));
    // One that came with the link counts, and is shown, also where nobody is asked.
    let no_codes = checkout.settings.with_untracked(|settings| settings.no_codes);
    let has_code = !no_codes || checkout.draft.with_untracked(|draft| !draft.discount_code.is_empty());
    let asks_units = checkout.draft.with_untracked(|draft| draft.units.is_some());
    let fields = node("div", "checkout__fields")
        .holding([ProductChoice(ProductChoiceProps { checkout })])
        .holding(asks_units.then(|| UnitsField(UnitsFieldProps { checkout })));
    let lines = node("div", "checkout__lines")
        .holding([PriceSummary(PriceSummaryProps { checkout })])
        .holding(has_code.then(|| DiscountField(DiscountFieldProps { checkout })))
        .holding([TaxLine(TaxLineProps { checkout })]);
    let summary = node("section", "checkout__summary")
        .with("part", "summary")
        .with("aria-label", Text::Summary.say())
        .holding([EmailField(EmailFieldProps { checkout }), lines, asked])
        .holding(ConsentLine(ConsentLineProps { checkout }))
        .holding([PayBar(PayBarProps { checkout })]);
    let unseen = unseen
        .into_iter()
        .map(|(name, value)| node("input", "").with("type", "hidden").with("name", name).with("value", value));
    let press = move |event: leptos::ev::Event| {
        event.prevent_default();
        checkout.press();
    };
    let form = node("form", "checkout__form")
        .with("method", "post")
        .with("action", [&base, routes::CHECKOUTS].concat())
        .when(!IS_SERVED, "novalidate")
        .on("submit", Box::new(press))
        .holding([
            node("h1", "unseen").text(Text::Checkout.say()),
            FormNotice(FormNoticeProps { checkout }),
            fields,
            summary,
        ])
        .holding(unseen);
    node(if is_embedded { "div" } else { "main" }, "checkout").holding([form])
}
