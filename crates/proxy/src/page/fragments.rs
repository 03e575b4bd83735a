//! The pieces of HTML that are written into the page, in its language. Everything in them is escaped.

use maud::{Markup, html};
use wire::words::{self, Words};
use wire::{Money, Payment, Product, Returned, StatusScreen, plans};

use super::language::Language;

/// The choices of the product fieldset, with one of them chosen; the same elements as the app makes, so that nothing
/// moves when it takes over.
pub(super) fn product_cards(products: &[Product], chosen: &str, language: &Language) -> Markup {
    let chosen = products.iter().find(|product| product.id.as_str() == chosen).or(products.first());
    let is_chosen = |product: &Product| chosen.is_some_and(|chosen| chosen.id == product.id);
    html! {
        @for offer in plans::offers(products) {
            @if let [product] = offer.as_slice() {
                (card(product, &[], is_chosen(product), products.len() == 1, language))
            } @else {
                div.product-plans role="group" aria-label=(offer[0].name) {
                    span.product-card__name { (offer[0].name) }
                    div.product-plans__choices {
                        @for plan in &offer { (card(plan, &offer, is_chosen(plan), false, language)) }
                    }
                }
            }
        }
    }
}

/// One product, or one of the plans of an offer.
fn card(product: &Product, plan_of: &[&Product], chosen: bool, single: bool, language: &Language) -> Markup {
    let is_plan = !plan_of.is_empty();
    let name = if is_plan { words::plan_name(product, language) } else { product.name.clone() };
    let trial_price = words::trial_price(product).map(|price| price.plain());
    html! {
        label.product-card.product-card--plan[is_plan] data-single=(single) {
            input #{ "product-" (product.id) } type="radio" name="product_id" value=(product.id) required
                checked[chosen];
            span.product-card__body {
                @if let Some(address) = &product.image_url {
                    img.product-card__image src=(address) alt="" loading="lazy" width="48" height="48";
                }
                span.product-card__name { (name) }
                @if !product.description.is_empty() {
                    span.product-card__description { (product.description) }
                }
                @if let Some(trial) = words::trial(product, trial_price.as_deref(), language) {
                    span.product-card__trial { (trial) }
                }
                @if let Some(percent) = plans::saving_percent(product, plan_of) {
                    span.product-card__saving { (words::saving(percent, language)) }
                }
            }
            span.product-card__price {
                span.product-card__amount translate="no" { (product.unit_price().plain()) }
                @if let Some(period) = words::period(product, language) {
                    span.product-card__period { (period) }
                }
            }
        }
    }
}

/// The style sheet that makes the page the merchant's.
pub(super) fn stylesheet(address: &str) -> Markup {
    html! { link rel="stylesheet" href=(address); }
}

/// What travels with the form unseen.
pub(super) fn hidden_inputs(pairs: &[(String, String)]) -> Markup {
    html! {
        @for (name, value) in pairs {
            input type="hidden" name=(name) value=(value);
        }
    }
}

/// The way to the shop, for a link that cannot be mended here.
pub(super) fn to_shop(shop_url: &str, language: &Language) -> Markup {
    html! { a.button href=(shop_url) { (language.say(StatusScreen::WAYS_BACK[0])) } }
}

/// The status screen, with the way on from it.
pub(super) fn status(
    screen: StatusScreen,
    payment: Option<&Payment>,
    returned: &Returned,
    shop_url: Option<&str>,
    language: &Language,
) -> Markup {
    let say = |english: &str| language.say(english);
    let reference = payment.map(|payment| &payment.request_id).or(returned.request_id.as_ref());
    let amount =
        payment.and_then(|payment| Some(Money { amount_minor: payment.amount?, currency: payment.currency? }.plain()));
    let order = payment.and_then(|payment| payment.order_id.as_deref());
    html! {
        main.status data-payment-status=(screen.as_str()) {
            div.status__mark aria-hidden="true" {}
            div.status__words {
                h1.status__title { (say(screen.title())) }
                p.status__lead { (say(screen.lead())) }
                p.status__hint {
                    @if screen == StatusScreen::Paid { (say("You can close this page.")) }
                    // Where nothing goes on asking, the buyer has to.
                    @if screen == StatusScreen::Verifying { noscript { (say(StatusScreen::Unreachable.lead())) } }
                }
            }
            dl.status__details {
                @if let Some(reference) = reference {
                    div {
                        dt { (say("Reference")) }
                        dd.status__reference translate="no" { (reference) }
                        // The room of the app's button, which needs scripts.
                        dd.status__copy { button.button type="button" disabled { (say("Copy")) } }
                    }
                }
                @if let Some(amount) = amount {
                    div { dt { (say("Amount")) } dd translate="no" { (amount) } }
                }
                @if let Some(order) = order {
                    div { dt { (say("Order")) } dd.status__reference translate="no" { (order) } }
                }
            }
            div.status__actions {
                @if screen.may_change() {
                    a.button href={ "?" (returned.query) } { (say("Check again")) }
                }
                @if let Some((address, label)) = screen.way_back(shop_url) {
                    a.button href=(address) { (say(label)) }
                }
            }
        }
    }
}
