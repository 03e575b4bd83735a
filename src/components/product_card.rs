//! One offer: a product as a card, or the plans of one with its name once.

use wire::{Field, Money, Product, plans};

use super::node::{Node, node};
use crate::checkout::Checkout;
use crate::live::Live;
use crate::notation;
use crate::text::{self, Text};

/// How an offer stands among the others.
#[derive(Clone, Copy)]
pub struct Look {
    /// Nothing else is for sale, so that there is nothing to choose.
    pub is_single: bool,
    /// It is what the page is about.
    pub is_alone: bool,
}

/// An offer. What the buyer looks for by typing hides the others, but never what is chosen.
pub fn offer(checkout: Checkout, products: &[&Product], look: Look, wanted: Live<String>) -> Node {
    let first = products[0];
    let name = notation::folded(&first.name);
    let ids: Vec<String> = products.iter().map(|product| product.id.as_str().to_owned()).collect();
    let offer = if let [product] = products {
        card(checkout, product, look, &[])
    } else {
        let plan = Look { is_single: false, is_alone: false };
        let plans = products.iter().map(|product| card(checkout, product, plan, products));
        let body =
            [small("product-card__name", first.name.clone()), small("product-card__description", short(first, look))];
        node("div", "product-plans")
            .with("role", "group")
            .with("aria-label", &first.name)
            .holding(picture(first))
            .holding([
                node("span", "product-card__body").holding(body),
                node("div", "product-plans__choices").holding(plans),
            ])
    };
    let unwanted = move || {
        wanted.with(|wanted| !notation::holds(&name, wanted)) && !checkout.chosen.with(|chosen| ids.contains(chosen))
    };
    offer.with("part", "product").with("data-alone", look.is_alone.to_string()).while_it("hidden", Box::new(unwanted))
}

/// A product, or one of the plans of its offer.
fn card(checkout: Checkout, product: &Product, look: Look, plan_of: &[&Product]) -> Node {
    let is_plan = !plan_of.is_empty();
    let id = product.id.as_str();
    let amount = if product.price == 0 { Text::Free.say() } else { checkout.money(product.unit_price()) };
    let saving = plans::saving_percent(product, plan_of).map(text::saving);
    let monthly = plans::monthly(product).filter(|_| is_plan);
    let monthly = monthly.map(|amount_minor| checkout.money(Money { amount_minor, ..product.unit_price() }));
    let is_chosen = checkout.draft.with_untracked(|draft| draft.product_id == id);
    let choice = node("input", "")
        .with("type", if look.is_single { "hidden" } else { "radio" })
        .with("name", Field::Product.name())
        .with("id", ["product-", id].concat())
        .with("value", id)
        .when(!look.is_single, "required")
        .when(!look.is_single && is_chosen, "checked");
    let (name, description) =
        if is_plan { (text::plan_name(product), "") } else { (product.name.clone(), short(product, look)) };
    node("label", if is_plan { "product-card product-card--plan" } else { "product-card" })
        .with("data-single", look.is_single.to_string())
        .holding([choice])
        .holding(picture(product).filter(|_| !is_plan))
        .holding([
            node("span", "product-card__body").holding([
                small("product-card__name", name),
                small("product-card__saving", product.badge.clone().or(saving).unwrap_or_default()),
                small("product-card__description", description),
            ]),
            node("span", "product-card__price").holding([
                node("span", "product-card__amount").with("translate", "no").text(amount),
                small("product-card__period", text::period(product).unwrap_or_default()),
                small("product-card__trial", checkout.trial(product).unwrap_or_default()),
                small("product-card__monthly", monthly.map(|amount| text::monthly(&amount)).unwrap_or_default()),
            ]),
        ])
}

/// The description as words; what the page is about has more than those below it.
fn short(product: &Product, look: Look) -> &str {
    if look.is_alone && !product.description_html.is_empty() { "" } else { &product.description }
}

fn small(class: &'static str, words: impl Into<String>) -> Node {
    let words = words.into();
    node("span", class).when(words.is_empty(), "hidden").text(words)
}

/// A picture that does not come keeps its room.
fn picture(product: &Product) -> Option<Node> {
    let address = product.image_url.as_ref()?;
    let picture = node("img", "product-card__picture").with("alt", "").with("loading", "lazy");
    Some(picture.with("width", "56").with("height", "56").with("src", address))
}
