//! The choice of the product. What the link is about stands alone, with everything else folded below it; plans of one
//! product stand side by side under its name. With a single product there is nothing to choose, and it is only shown.

use leptos::prelude::*;
use wire::link::Parameter;
use wire::{Product, plans};

use super::live::{self, IS_SERVED};
use super::node::node;
use super::parts::{Button, Line, Problem, is_enter};
use super::product_card::{Look, offer};
use crate::checkout::{Catalog, Checkout};
use crate::draft::Draft;
use crate::notation;
use crate::text::Text;

/// With more offers than this they can be found by typing.
const FIND_FROM: usize = 8;

/// The products as a radio group.
#[component]
pub fn ProductChoice(
    /// The checkout whose product is chosen.
    checkout: Checkout,
) -> impl IntoView {
    let must_choose = move || checkout.draft.with(Draft::must_choose);
    // Of any of the radio buttons in it; what is looked for is no product.
    let choose = move |event| {
        let id = event_target_value(&event);
        if checkout.is_sold(&id) {
            checkout.edit(|draft| draft.product_id = id);
        }
    };
    view! {
        <fieldset class="product-choice" id="products" aria-describedby="products-error" on:change=choose>
            <legend class="product-choice__legend">{Text::ProductChoose.say()}</legend>
            {move || checkout.catalog.with(|catalog| offers(checkout, catalog))}
            <Problem
                id="products-error"
                text=live::said(move || if must_choose() { Text::ErrorProductUnknown.say() } else { String::new() })
                hidden=live::flag(move || !must_choose())
            />
        </fieldset>
    }
}

impl Checkout {
    fn is_sold(self, id: &str) -> bool {
        self.catalog.with_untracked(|catalog| match catalog {
            Catalog::Ready(products) => products.iter().any(|product| product.id.as_str() == id),
            Catalog::Loading | Catalog::Failed => false,
        })
    }
}

/// What is offered: the one thing that the link is about, or the only one there is, and below it all others.
fn offers(checkout: Checkout, catalog: &Catalog) -> impl IntoView + use<> {
    let products: &[Product] = if let Catalog::Ready(products) = catalog { products } else { &[] };
    let linked = checkout.settings.with_value(|settings| settings.link.text(Parameter::ProductId).to_owned());
    let mut others = plans::offers(products);
    // The only one that is left does not stand for another that the buyer came for.
    let alone = match others.len() {
        1 if linked.is_empty() => Some(0),
        _ => others.iter().position(|offer| offer.iter().any(|product| product.id.as_str() == linked)),
    };
    let alone = alone.map(|at| others.remove(at));
    if checkout.is_locked("product_id") {
        others.clear();
    }
    let chosen = checkout.draft.with_untracked(|draft| draft.product_id.clone());
    let is_chosen = |offer: &Vec<&Product>| offer.iter().any(|product| product.id.as_str() == chosen);
    let is_alone = alone.is_some();
    let unfolded = !alone.as_ref().is_some_and(is_chosen);
    let wanted = RwSignal::new(String::new());
    let message = {
        let problem = problem(catalog);
        let names: Vec<String> = products.iter().map(|product| notation::folded(&product.name)).collect();
        move || problem.or_else(|| wanted.with(|wanted| no_match(&names, wanted)))
    };
    let told = message.clone();
    let look = Look { is_single: is_alone && others.is_empty(), is_alone };
    let hero = alone.map(|products| offer(checkout, &products, look, wanted));
    let hero = node("div", "product-choice__alone").holding(hero);
    let look = Look { is_single: false, is_alone: false };
    let (none, few) = (others.is_empty(), others.len() <= FIND_FROM);
    let cards = others.iter().map(|products| offer(checkout, products, look, wanted));
    let cards = node("div", "product-choice__options").holding(cards);
    view! {
        {hero}
        <details class="product-choice__others" id="others" open=unfolded hidden=is_alone && none>
            <summary class="fold" hidden=!is_alone>
                {Text::ProductsOther.say()}
            </summary>
            <input
                class="field__input product-choice__filter"
                type="search"
                aria-label=Text::ProductsFind.say()
                placeholder=Text::ProductsFind.say()
                hidden=IS_SERVED || few
                on:input:target=move |event| wanted.set(notation::folded(event.target().value().trim()))
                on:keydown=move |event| if is_enter(&event) { event.prevent_default() }
            />
            <Line
                class="product-choice__wait"
                role="status"
                text=live::said(move || message().map(Text::say).unwrap_or_default())
                hidden=live::flag(move || told().is_none())
            />
            <Button
                class="button"
                text=live::said(|| Text::TryAgain.say())
                hidden=live::fixed(*catalog != Catalog::Failed)
                press=Box::new(move || checkout.load_products())
            />
            {cards}
        </details>
    }
}

/// Why there is nothing to choose from.
fn problem(catalog: &Catalog) -> Option<Text> {
    match catalog {
        Catalog::Loading => Some(Text::ProductsLoading),
        Catalog::Ready(products) => products.is_empty().then_some(Text::ProductsNone),
        Catalog::Failed => Some(Text::ProductsFailed),
    }
}

fn no_match(names: &[String], wanted: &str) -> Option<Text> {
    (!wanted.is_empty() && !names.iter().any(|name| holds(name, wanted))).then_some(Text::ProductsNoMatch)
}

/// Whether `part` is in `text`. Over bytes: `str::contains` would weigh 2 kB in the page.
pub fn holds(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|seen| seen == part.as_bytes())
}
