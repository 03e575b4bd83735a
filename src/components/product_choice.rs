//! The choice of the product. With a single product there is nothing to choose, and it is only shown; plans of one
//! product stand side by side under its name.

use leptos::prelude::*;
use wire::{Product, plans};

use super::live::{self, IS_SERVED};
use super::parts::{Button, Line, is_enter};
use crate::checkout::{Catalog, Checkout};
use crate::draft::Draft;
use crate::notation;
use crate::text::{self, Text};

/// With more products than this they can be found by typing.
const FIND_FROM: usize = 8;

/// The products as a radio group.
#[component]
pub fn ProductChoice(
    /// The checkout whose product is chosen.
    checkout: Checkout,
) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let message = move || checkout.catalog.with(|catalog| wanted.with(|wanted| message(catalog, wanted)));
    let cards = move || checkout.catalog.with(|catalog| cards(checkout, &sold(checkout, catalog), wanted));
    let few = move || checkout.catalog.with(|catalog| sold(checkout, catalog).len() <= FIND_FROM);
    let failed = move || checkout.catalog.with(|catalog| *catalog == Catalog::Failed);
    let must_choose = move || checkout.draft.with(Draft::must_choose);
    view! {
        <fieldset class="product-choice" id="products" aria-describedby="products-error">
            <legend class="product-choice__legend">{Text::Product.say()}</legend>
            <input
                class="product-choice__filter"
                type="search"
                aria-label=Text::ProductsFind.say()
                placeholder=Text::ProductsFind.say()
                hidden=live::flag(move || IS_SERVED || few())
                on:input:target=move |event| wanted.set(notation::folded(event.target().value().trim()))
                on:keydown=move |event| if is_enter(&event) { event.prevent_default() }
            />
            <div class="product-choice__options">
                <Line
                    class="product-choice__wait"
                    role="status"
                    text=live::said(move || message().map(Text::say).unwrap_or_default())
                    hidden=live::flag(move || message().is_none())
                />
                <Button
                    class="button"
                    text=live::said(|| Text::TryAgain.say())
                    hidden=live::flag(move || !failed())
                    press=Box::new(move || checkout.load_products())
                />
                {cards}
            </div>
            <Line
                class="field__error"
                id="products-error"
                text=live::said(move || if must_choose() { Text::ErrorProductUnknown.say() } else { String::new() })
                hidden=live::flag(move || !must_choose())
            />
        </fieldset>
    }
}

/// The products to choose from; only the one that an intent fixes, if it does.
fn sold(checkout: Checkout, catalog: &Catalog) -> Vec<Product> {
    let Catalog::Ready(products) = catalog else { return Vec::new() };
    if !checkout.is_locked("product_id") {
        return products.clone();
    }
    let fixed = |product: &&Product| checkout.draft.with_untracked(|draft| draft.product_id == product.id.as_str());
    products.iter().filter(fixed).cloned().collect()
}

fn message(catalog: &Catalog, wanted: &str) -> Option<Text> {
    match catalog {
        Catalog::Loading => Some(Text::ProductsLoading),
        Catalog::Ready(products) if products.is_empty() => Some(Text::ProductsNone),
        Catalog::Ready(products) => {
            let none = !products.iter().any(|product| holds(&notation::folded(&product.name), wanted));
            none.then_some(Text::ProductsNoMatch)
        }
        Catalog::Failed => Some(Text::ProductsFailed),
    }
}

/// Whether `part` is in `text`. Over bytes: `str::contains` would weigh 2 kB in the page.
fn holds(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|seen| seen == part.as_bytes())
}

fn cards(checkout: Checkout, products: &[Product], wanted: RwSignal<String>) -> Vec<AnyView> {
    // The only one that is left is not chosen for a buyer who came for another.
    let single = products.len() == 1 && !checkout.draft.with_untracked(Draft::must_choose);
    let offers = plans::offers(products);
    let cards = offers.into_iter().map(|offer| {
        let name = notation::folded(&offer[0].name);
        let unwanted = live::flag(move || wanted.with(|wanted| !holds(&name, wanted)));
        if let [product] = offer.as_slice() {
            return card(checkout, product, Look { single, plan_of: &[] }, unwanted);
        }
        let plans: Vec<AnyView> = offer
            .iter()
            .map(|plan| card(checkout, plan, Look { single, plan_of: &offer }, live::flag(|| false)))
            .collect();
        let name = offer[0].name.clone();
        let label = name.clone();
        view! {
            <div class="product-plans" role="group" aria-label=label hidden=unwanted>
                <span class="product-card__name">{name}</span>
                <div class="product-plans__choices">{plans}</div>
            </div>
        }
        .into_any()
    });
    cards.collect()
}

/// How a card stands among the others.
#[derive(Clone, Copy)]
struct Look<'a> {
    single: bool,
    /// The plans among which it is one; empty for a product of its own.
    plan_of: &'a [&'a Product],
}

fn card(checkout: Checkout, product: &Product, look: Look<'_>, unwanted: live::LiveFlag) -> AnyView {
    let is_plan = !look.plan_of.is_empty();
    let id = product.id.as_str().to_owned();
    let chosen = {
        let id = id.clone();
        move || checkout.draft.with(|draft| draft.product_id == id)
    };
    let amount = if product.price == 0 { Text::Free.say() } else { checkout.money(product.unit_price()) };
    let trial_price = product.trial_charge().map(|amount| checkout.money(amount));
    let trial = text::trial(product, trial_price.as_deref());
    let saving = plans::saving_percent(product, look.plan_of).map(text::saving);
    let small = |class: &'static str, text: String| {
        let absent = text.is_empty();
        view! { <span class=class hidden=absent>{text}</span> }
    };
    let image = product.image_url.clone().map(|address| {
        view! { <img class="product-card__image" src=address alt="" loading="lazy" width="48" height="48" /> }
    });
    view! {
        <label
            class=if is_plan { "product-card product-card--plan" } else { "product-card" }
            data-single=look.single.to_string()
            hidden=unwanted
        >
            <input
                type=if look.single { "hidden" } else { "radio" }
                name="product_id"
                id=["product-", &id].concat()
                value=id.clone()
                required=!look.single
                checked=live::served(|| !look.single && chosen())
                prop:checked=live::flag(chosen)
                on:change=move |_| checkout.edit(|draft| draft.product_id.clone_from(&id))
            />
            <span class="product-card__body">
                {image}
                {small("product-card__name", if is_plan { text::plan_name(product) } else { product.name.clone() })}
                {small("product-card__description", product.description.clone())}
                {small("product-card__trial", trial.unwrap_or_default())}
                {small("product-card__saving", saving.unwrap_or_default())}
            </span>
            <span class="product-card__price">
                <span class="product-card__amount" translate="no">{amount}</span>
                {small("product-card__period", text::period(product).unwrap_or_default())}
            </span>
        </label>
    }
    .into_any()
}
