//! What is bought and what is known of its price: the rows of the order, whose total stands in the pay bar.

use leptos::prelude::*;
use wire::{BillingType, Product};

use super::live::{self, LiveText, Said};
use crate::checkout::Checkout;
use crate::text::{self, Text};

/// The product that is priced, with its plan and how many of it.
#[component]
pub fn PriceSummary(
    /// The checkout that is priced.
    checkout: Checkout,
) -> impl IntoView {
    let product = move || checkout.product();
    let name = move || {
        let count = checkout.draft.with(|draft| draft.count()).unwrap_or(1);
        product().map(|product| item_name(&product, count)).unwrap_or_default()
    };
    let amount = move || match checkout.price() {
        Some(price) if price.subtotal.amount_minor == 0 && price.product.price == 0 => Text::Free.say(),
        Some(price) => checkout.money(price.subtotal),
        None => Text::NoAmount.say(),
    };
    view! {
        <dl class="price-summary">
            <Item
                picture=live::text(move || product().and_then(|product| product.image_url).unwrap_or_default())
                name=live::said(name)
                detail=live::said(move || product().map(|product| checkout.detail(&product)).unwrap_or_default())
                amount=live::said(amount)
            />
        </dl>
    }
}

/// Whether tax is in the price or comes to it; nothing where nothing is ever charged.
#[component]
pub fn TaxLine(
    /// The checkout that is priced.
    checkout: Checkout,
) -> impl IntoView {
    let tax = move || {
        let price = checkout.price().filter(|price| !price.due.is_free())?;
        Some(text::tax(price.product.tax_mode))
    };
    view! {
        <dl class="price-summary" hidden=live::flag(move || tax().is_none())>
            <Row
                name="tax"
                label=live::said(|| Text::Tax.say())
                currency=live::said(String::new)
                amount=live::said(move || tax().unwrap_or_default())
            />
        </dl>
    }
}

/// One thing that is bought.
#[component]
pub fn Item(
    /// The address of its picture; empty where it has none.
    picture: LiveText,
    /// What it is called, with how many.
    name: Said,
    /// Its plan and its trial.
    detail: Said,
    /// What it costs.
    amount: Said,
) -> impl IntoView {
    view! {
        <div class="price-summary__line" data-line="item">
            <dt>
                <img class="price-summary__picture" src=picture alt="" width="40" height="40" />
                <span class="price-summary__name">{name}</span>
                <span class="price-summary__detail">{detail}</span>
            </dt>
            <dd translate="no">{amount}</dd>
        </div>
    }
}

/// A row with an amount. The total is spoken when it changes.
#[component]
pub fn Row(
    /// Which it is.
    name: &'static str,
    /// What it is called.
    label: Said,
    /// The currency's code, once, where it decides: `$` alone is the sign of a dozen currencies.
    currency: Said,
    /// The amount.
    amount: Said,
) -> impl IntoView {
    let spoken = (name == "total").then_some("polite");
    view! {
        <div class="price-summary__line" data-line=name aria-live=spoken aria-atomic="true">
            <dt>
                <span>{label}</span> " "
                <span class="price-summary__currency" translate="no">{currency}</span>
            </dt>
            <dd translate="no">{amount}</dd>
        </div>
    }
}

/// `Team × 3`.
#[must_use]
pub fn item_name(product: &Product, count: u32) -> String {
    if count == 1 { product.name.clone() } else { [&product.name, " ×\u{a0}", &count.to_string()].concat() }
}

impl Checkout {
    /// How often the product is paid, and its trial.
    fn detail(self, product: &Product) -> String {
        let plan = (product.billing_type == BillingType::Recurring).then(|| text::plan_name(product));
        let parts: Vec<String> = plan.into_iter().chain(self.trial(product)).collect();
        parts.join(" · ")
    }

    /// The trial of a product, if it has one.
    pub fn trial(self, product: &Product) -> Option<String> {
        let price = product.trial_charge().map(|amount| self.money(amount));
        text::trial(product, price.as_deref())
    }
}
