//! The choice of the product. What the link is about stands alone, with everything else folded below it; plans of one
//! product stand side by side under its name. With a single product there is nothing to choose, and it is only shown.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use wire::link::Parameter;
use wire::{Field, Product, plans};

use super::live::IS_SERVED;
use super::node::{Node, node};
use super::parts::{button, is_enter, problem};
use super::product_card::{Look, offer};
use crate::checkout::{Catalog, Checkout};
use crate::form::draft::Draft;
use crate::notation;
use crate::signal::Live;
use crate::text::{self, Text};

/// With more offers than this they can be found by typing.
const FIND_FROM: usize = 8;

/// The products as a radio group.
#[component]
pub fn ProductChoice(
    /// The checkout whose product is chosen.
    checkout: Checkout,
) -> Node {
    let wrong = move || checkout.draft.with(Draft::product_problem).map(|problem| text::error(problem).say());
    // Of any of the radio buttons in it; what is looked for is no product.
    let choose = move |event: leptos::ev::Event| {
        let id = event_target_value(&event);
        if checkout.is_sold(&id) {
            checkout.edit(|draft| draft.product_id = id);
        }
    };
    node("fieldset", "product-choice")
        .with("id", "products")
        .with("aria-describedby", "products-error")
        .on("change", Box::new(choose))
        .holding([
            node("legend", "product-choice__legend").text(Text::ProductChoose.say()),
            problem("products-error", wrong),
            node("div", "product-choice__shown")
                .showing(Box::new(move || checkout.catalog.with(|catalog| offers(checkout, catalog)))),
        ])
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
fn offers(checkout: Checkout, catalog: &Catalog) -> Vec<Node> {
    let products: &[Product] = if let Catalog::Ready(products) = catalog { products } else { &[] };
    let linked = checkout.settings.with_untracked(|settings| settings.link.text(Parameter::ProductId).to_owned());
    let mut others = plans::offers(products);
    // The only one that is left does not stand for another that the buyer came for.
    let alone = match others.len() {
        1 if linked.is_empty() => Some(0),
        _ => others.iter().position(|offer| offer.iter().any(|product| product.id.as_str() == linked)),
    };
    let alone = alone.map(|at| others.remove(at));
    if checkout.is_locked(Field::Product) {
        others.clear();
    }
    let chosen = checkout.draft.with_untracked(|draft| draft.product_id.clone());
    let is_chosen = |offer: &Vec<&Product>| offer.iter().any(|product| product.id.as_str() == chosen);
    let is_alone = alone.is_some();
    let unfolded = !alone.as_ref().is_some_and(is_chosen);
    let wanted = Live::new(String::new());
    let message = {
        let unavailable = unavailable(catalog);
        let names: Vec<String> = products.iter().map(|product| notation::folded(&product.name)).collect();
        move || unavailable.or_else(|| wanted.with(|wanted| no_match(&names, wanted)))
    };
    let told = message.clone();
    let look = Look { is_single: is_alone && others.is_empty(), is_alone };
    let includes = alone.as_ref().and_then(|products| products.iter().find(|product| !product.includes.is_empty()));
    let includes = includes.map(|product| {
        let lines = product.includes.iter().map(|line| node("li", "").text(line));
        node("ul", "product-choice__includes").holding(lines)
    });
    let described = alone.as_ref().map(|products| products[0].description_html.clone());
    let described = described.filter(|html| !html.is_empty());
    let described = described.map(|html| node("div", "product-choice__text").markup(html));
    let hero = alone.map(|products| offer(checkout, &products, look, wanted));
    let hero = node("div", "product-choice__alone").holding(hero).holding(described).holding(includes);
    let look = Look { is_single: false, is_alone: false };
    let wait = node("p", "product-choice__wait")
        .with("role", "status")
        .while_it("hidden", Box::new(move || told().is_none()))
        .said(Box::new(move || message().map(Text::say).unwrap_or_default()));
    let again = button("button", Box::new(move || checkout.load_products()))
        .when(!matches!(catalog, Catalog::Failed), "hidden")
        .text(Text::TryAgain.say());
    let (none, few) = (others.is_empty(), others.len() <= FIND_FROM);
    let cards = others.iter().map(|products| offer(checkout, products, look, wanted));
    let cards = node("div", "product-choice__options").holding(cards);
    let filter = node("input", "field__input product-choice__filter")
        .with("part", "input")
        .with("type", "search")
        .with("aria-label", Text::ProductsFind.say())
        .with("placeholder", Text::ProductsFind.say())
        .when(IS_SERVED || few, "hidden")
        .on("input", Box::new(move |event| wanted.set(notation::folded(event_target_value(&event).trim()))))
        .on(
            "keydown",
            Box::new(|event| {
                if event.dyn_ref().is_some_and(is_enter) {
                    event.prevent_default();
                }
            }),
        );
    let fold = node("summary", "fold").when(!is_alone, "hidden").text(Text::ProductsOther.say());
    let others = node("details", "product-choice__others")
        .with("id", "others")
        .when(unfolded, "open")
        .when(is_alone && none, "hidden")
        .holding([fold, filter, wait, again, cards]);
    vec![hero, others]
}

/// Why there is nothing to choose from.
fn unavailable(catalog: &Catalog) -> Option<Text> {
    match catalog {
        Catalog::Loading => Some(Text::ProductsLoading),
        Catalog::Ready(products) => products.is_empty().then_some(Text::ProductsNone),
        Catalog::Failed => Some(Text::ProductsFailed),
    }
}

fn no_match(names: &[String], wanted: &str) -> Option<Text> {
    (!wanted.is_empty() && !names.iter().any(|name| notation::holds(name, wanted))).then_some(Text::ProductsNoMatch)
}
