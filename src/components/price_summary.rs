//! What is bought and what is known of its price: the rows of the order, whose total stands in the pay bar.

use leptos::prelude::*;
use wire::{BillingType, Product};

use super::live::LiveText;
use super::node::{Maybe, Node, node};
use crate::checkout::Checkout;
use crate::text::{self, Text};

/// The product that is priced, with its plan and how many of it.
#[component]
pub fn PriceSummary(
    /// The checkout that is priced.
    checkout: Checkout,
) -> Node {
    let product = move || checkout.product();
    let name = move || {
        let count = checkout.draft.with(|draft| draft.count());
        product().map(|product| item_name(&product, count)).unwrap_or_default()
    };
    let amount = move || match checkout.price() {
        Some(price) if price.subtotal.amount_minor == 0 && price.product.price == 0 => Text::Free.say(),
        Some(price) => checkout.money(price.subtotal),
        None => String::new(),
    };
    let detail = move || match product() {
        Some(product) => detail(&product, checkout.trial(&product)),
        None if checkout.offers_a_choice() => Text::NothingChosen.say(),
        None => String::new(),
    };
    node("dl", "price-summary").holding([item(
        Box::new(move || product().and_then(|product| product.image_url)),
        Box::new(name),
        Box::new(detail),
        Box::new(amount),
    )])
}

/// Whether tax is in the price or comes to it; nothing where nothing is ever charged.
#[component]
pub fn TaxLine(
    /// The checkout that is priced.
    checkout: Checkout,
) -> Node {
    let tax = move || {
        let price = checkout.price().filter(|price| !price.due.is_free())?;
        Some(text::tax(price.product.tax_mode))
    };
    let row =
        row("tax", Box::new(|| Text::Tax.say()), Box::new(String::new), Box::new(move || tax().unwrap_or_default()));
    node("dl", "price-summary").while_it("hidden", Box::new(move || tax().is_none())).holding([row])
}

/// One thing that is bought: its picture, what it is called, its plan and trial, and what it costs.
#[must_use]
pub fn item(picture: Maybe, name: LiveText, detail: LiveText, amount: LiveText) -> Node {
    let picture = node("img", "price-summary__picture")
        .with("alt", "")
        .with("width", "40")
        .with("height", "40")
        .following("src", picture);
    let words = [node("span", "price-summary__name").said(name), node("span", "price-summary__detail").said(detail)];
    node("div", "price-summary__line").with("data-line", "item").holding([
        node("dt", "").holding([picture]).holding(words),
        node("dd", "").with("translate", "no").said(amount),
    ])
}

/// A row with an amount and, once, where it decides, its currency's code: `$` alone is the sign of a dozen currencies.
#[must_use]
pub fn row(name: &'static str, label: LiveText, currency: LiveText, amount: LiveText) -> Node {
    node("div", "price-summary__line").with("data-line", name).holding([
        node("dt", "").holding([
            node("span", "").said(label),
            node("span", "").text(" "),
            node("span", "price-summary__currency").with("translate", "no").said(currency),
        ]),
        node("dd", "").with("translate", "no").said(amount),
    ])
}

/// `Team × 3`.
#[must_use]
pub fn item_name(product: &Product, count: Option<u32>) -> String {
    let count = count.filter(|count| *count > 1).map(|count| [" ×\u{a0}", &count.to_string()].concat());
    [product.name.as_str(), count.as_deref().unwrap_or_default()].concat()
}

/// How often a product is paid, and its trial.
#[must_use]
pub fn detail(product: &Product, trial: Option<String>) -> String {
    let plan = (product.billing_type == BillingType::Recurring).then(|| text::plan_name(product));
    match (plan, trial) {
        (Some(plan), Some(trial)) => [&plan, " · ", &trial].concat(),
        (plan, trial) => plan.or(trial).unwrap_or_default(),
    }
}

impl Checkout {
    /// The trial of a product, if it has one.
    pub fn trial(self, product: &Product) -> Option<String> {
        let price = product.trial_charge().map(|amount| self.money(amount));
        text::trial(product, price.as_deref())
    }
}
