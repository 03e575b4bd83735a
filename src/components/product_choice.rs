//! The choice of the product. With a single product there is nothing to choose, and it is only shown.

use leptos::prelude::*;
use wire::{ErrorCode, Money, Product};

use super::live;
use crate::checkout::{Catalog, Checkout};
use crate::draft::Field;
use crate::text::{self, Text};

/// The products as a radio group.
#[component]
pub fn ProductChoice(
    /// The checkout whose product is chosen.
    checkout: Checkout,
) -> impl IntoView {
    let message = move || checkout.catalog.with(message);
    let cards = move || {
        checkout.catalog.with(|catalog| match catalog {
            Catalog::Ready(products) => {
                products.iter().map(|product| card(checkout, product, products.len() == 1)).collect::<Vec<_>>()
            }
            Catalog::Loading | Catalog::Failed => Vec::new(),
        })
    };
    let failed = move || checkout.catalog.with(|catalog| *catalog == Catalog::Failed);
    let refused = move || checkout.refused(Field::Product);
    view! {
        <fieldset class="product-choice" id="products" aria-describedby="products-error">
            <legend class="product-choice__legend">{Text::Product.as_str()}</legend>
            <div class="product-choice__options">
                <p class="product-choice__wait" role="status" hidden=live::flag(move || message().is_none())>
                    {live::text(move || message().map_or("", Text::as_str))}
                </p>
                <button
                    class="button"
                    type="button"
                    hidden=live::flag(move || !failed())
                    on:click=move |_| checkout.load_products()
                >
                    {Text::TryAgain.as_str()}
                </button>
                {cards}
            </div>
            <p class="field__error" id="products-error" hidden=live::flag(move || !refused())>
                {live::text(move || if refused() { ErrorCode::ProductUnknown.sentence() } else { "" })}
            </p>
        </fieldset>
    }
}

fn message(catalog: &Catalog) -> Option<Text> {
    match catalog {
        Catalog::Loading => Some(Text::ProductsLoading),
        Catalog::Ready(products) => products.is_empty().then_some(Text::ProductsNone),
        Catalog::Failed => Some(Text::ProductsFailed),
    }
}

/// The same elements as in the served page, so that nothing moves when the app takes over.
fn card(checkout: Checkout, product: &Product, single: bool) -> impl IntoView + use<> {
    let id = product.id.as_str().to_owned();
    let chosen = {
        let id = id.clone();
        move || checkout.draft.with(|draft| draft.product_id == id)
    };
    let element_id = ["product-", &id].concat();
    let trial_price = product.trial_price.filter(|amount_minor| *amount_minor > 0);
    let trial_price = trial_price.map(|amount_minor| Money { amount_minor, currency: product.currency });
    let trial = text::trial(product, trial_price.map(|amount| checkout.money(amount)).as_deref());
    let small = |class: &'static str, text: String| {
        let absent = text.is_empty();
        view! { <span class=class hidden=absent>{text}</span> }
    };
    view! {
        <label class="product-card">
            <input
                type=if single { "hidden" } else { "radio" }
                name="product_id"
                id=element_id
                value=id.clone()
                required
                prop:checked=live::flag(chosen)
                on:change=move |_| checkout.edit(|draft| draft.product_id.clone_from(&id))
            />
            <span class="product-card__body">
                {small("product-card__name", product.name.clone())}
                {small("product-card__description", product.description.clone())}
                {small("product-card__trial", trial.unwrap_or_default())}
            </span>
            <span class="product-card__price">
                {small("product-card__amount", checkout.money(product.unit_price()))}
                {small("product-card__period", text::period(product).unwrap_or_default())}
            </span>
        </label>
    }
}
