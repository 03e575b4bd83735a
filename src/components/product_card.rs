//! One offer: a product as a card, or the plans of one with its name once.

use leptos::prelude::*;
use wire::{Money, Product, plans};

use super::live::{self, LiveFlag};
use super::product_choice::holds;
use crate::checkout::Checkout;
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
pub fn offer(checkout: Checkout, products: &[&Product], look: Look, wanted: RwSignal<String>) -> AnyView {
    let name = notation::folded(&products[0].name);
    let ids: Vec<String> = products.iter().map(|product| product.id.as_str().to_owned()).collect();
    let unwanted = live::flag(move || {
        wanted.with(|wanted| !holds(&name, wanted)) && !checkout.draft.with(|draft| ids.contains(&draft.product_id))
    });
    let first = products[0];
    if let [product] = products {
        return card(checkout, product, look, unwanted, &[]);
    }
    let cards: Vec<AnyView> = products
        .iter()
        .map(|plan| card(checkout, plan, Look { is_single: false, ..look }, live::fixed(false), products))
        .collect();
    view! {
        <div
            class="product-plans"
            role="group"
            aria-label=first.name.clone()
            data-alone=look.is_alone.to_string()
            hidden=unwanted
        >
            {picture(first)}
            <span class="product-card__body">
                {small("product-card__name", first.name.clone())}
                {small("product-card__description", first.description.clone())}
            </span>
            <div class="product-plans__choices">{cards}</div>
        </div>
    }
    .into_any()
}

/// A product, or one of the plans of its offer.
fn card(checkout: Checkout, product: &Product, look: Look, unwanted: LiveFlag, plan_of: &[&Product]) -> AnyView {
    let is_plan = !plan_of.is_empty();
    let id = product.id.as_str().to_owned();
    let chosen = {
        let id = id.clone();
        move || checkout.draft.with(|draft| draft.product_id == id)
    };
    let amount = if product.price == 0 { Text::Free.say() } else { checkout.money(product.unit_price()) };
    let saving = plans::saving_percent(product, plan_of).map(text::saving);
    let monthly = plans::monthly(product).filter(|_| is_plan);
    let monthly = monthly.map(|amount_minor| checkout.money(Money { amount_minor, ..product.unit_price() }));
    let description = if is_plan { String::new() } else { product.description.clone() };
    view! {
        <label
            class=if is_plan { "product-card product-card--plan" } else { "product-card" }
            data-single=look.is_single.to_string()
            data-alone=(look.is_alone && !is_plan).to_string()
            hidden=unwanted
        >
            <input
                type=if look.is_single { "hidden" } else { "radio" }
                name="product_id"
                id=["product-", &id].concat()
                value=id.clone()
                required=!look.is_single
                checked=live::served(|| !look.is_single && chosen())
                prop:checked=live::flag(chosen)
                on:change=move |_| checkout.edit(|draft| draft.product_id.clone_from(&id))
            />
            {if is_plan { None } else { picture(product) }}
            <span class="product-card__body">
                {small("product-card__name", if is_plan { text::plan_name(product) } else { product.name.clone() })}
                {small("product-card__saving", saving.unwrap_or_default())}
                {small("product-card__description", description)}
            </span>
            <span class="product-card__price">
                <span class="product-card__amount" translate="no">{amount}</span>
                {small("product-card__period", text::period(product).unwrap_or_default())}
                {small("product-card__trial", checkout.trial(product).unwrap_or_default())}
                {small("product-card__monthly", monthly.map(|amount| text::monthly(&amount)).unwrap_or_default())}
            </span>
        </label>
    }
    .into_any()
}

fn small(class: &'static str, text: String) -> impl IntoView + use<> {
    let absent = text.is_empty();
    view! { <span class=class hidden=absent>{text}</span> }
}

/// A picture that does not come keeps its room.
fn picture(product: &Product) -> Option<impl IntoView + use<>> {
    let address = product.image_url.clone()?;
    Some(view! { <img class="product-card__picture" src=address alt="" loading="lazy" width="56" height="56" /> })
}
