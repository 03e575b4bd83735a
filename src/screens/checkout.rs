//! The checkout: the form, and beside or below it the price and the button.

use leptos::prelude::*;
use wire::routes;

use crate::checkout::Checkout;
use crate::components::live::IS_SERVED;
use crate::components::node::node;
use crate::components::{
    ConsentLine, DiscountField, EmailField, FormNotice, PayBar, PriceSummary, ProductChoice, TaxLine, UnitsField,
};
use crate::text::Text;

/// The checkout screen, as it is served and as it lives.
#[component]
pub fn CheckoutScreen<V: IntoView + 'static>(
    /// What the screen shows and changes.
    checkout: Checkout,
    /// Where the proxy is, from the page's address.
    base: String,
    /// Whether it stands in somebody else's page, whose main part is another.
    is_embedded: bool,
    /// What travels unseen with the served form; the live one sends it by itself.
    unseen: V,
) -> impl IntoView {
    let asked = node("p", "checkout__asked")
        .while_it("hidden", Box::new(move || checkout.asked().is_none()))
        .said(Box::new(move || checkout.asked().unwrap_or_default()));
    let press = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        checkout.press();
    };
    // One that came with the link counts, and is shown, also where nobody is asked.
    let no_codes = checkout.settings.with_value(|settings| settings.no_codes);
    let has_code = !no_codes || checkout.draft.with_untracked(|draft| !draft.discount_code.is_empty());
    let asks_units = checkout.draft.with_untracked(|draft| draft.units.is_some());
    let form = view! {
        <form
            class="checkout__form"
            method="post"
            action=[&base, routes::CHECKOUTS].concat()
            novalidate=!IS_SERVED
            on:submit=press
        >
            <h1 class="unseen">{Text::Checkout.say()}</h1>
            <FormNotice checkout />
            <div class="checkout__fields">
                <ProductChoice checkout />
                {asks_units.then(|| view! { <UnitsField checkout /> })}
            </div>
            <section class="checkout__summary" part="summary" aria-label=Text::Summary.say()>
                <EmailField checkout />
                <div class="checkout__lines">
                    <PriceSummary checkout />
                    {has_code.then(|| view! { <DiscountField checkout /> })}
                    <TaxLine checkout />
                </div>
                {asked}
                <ConsentLine checkout />
                <PayBar checkout />
            </section>
            {unseen}
        </form>
    };
    let landmark = if is_embedded { "div" } else { "main" };
    leptos::html::custom(landmark).class("checkout").child(form)
}
