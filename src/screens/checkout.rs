//! The checkout: the form, and beside or below it the price and the button.

use leptos::prelude::*;

use crate::checkout::Checkout;
use crate::components::live::IS_SERVED;
use crate::components::parts::Line;
use crate::components::{
    DiscountField, EmailField, FormNotice, PayBar, PriceSummary, ProductChoice, TaxLine, UnitsField, live,
};
use crate::text::Text;

/// The checkout screen, as it is served and as it lives.
#[component]
pub fn CheckoutScreen<V: IntoView + 'static>(
    /// What the screen shows and changes.
    checkout: Checkout,
    /// Where the proxy is, from the page's address.
    base: String,
    /// What travels unseen with the served form; the live one sends it by itself.
    unseen: V,
) -> impl IntoView {
    let press = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        checkout.press();
    };
    let asks_units = checkout.draft.with_untracked(|draft| draft.units.is_some());
    view! {
        <main class="checkout">
            <form
                class="checkout__form"
                method="post"
                action=[&base, "api/checkouts"].concat()
                novalidate=!IS_SERVED
                on:submit=press
            >
                <h1 class="unseen">{Text::Checkout.say()}</h1>
                <FormNotice checkout />
                <div class="checkout__fields">
                    <ProductChoice checkout />
                    {asks_units.then(|| view! { <UnitsField checkout /> })}
                </div>
                <section class="checkout__summary" aria-label=Text::Summary.say()>
                    <EmailField checkout />
                    <div class="checkout__lines">
                        <PriceSummary checkout />
                        <DiscountField checkout />
                        <TaxLine checkout />
                    </div>
                    <Line
                        class="checkout__asked"
                        text=live::said(move || checkout.asked().unwrap_or_default())
                        hidden=live::flag(move || checkout.asked().is_none())
                    />
                    <PayBar checkout />
                </section>
                {unseen}
            </form>
        </main>
    }
}
