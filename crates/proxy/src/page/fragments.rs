//! The pieces of HTML that are written into the page, in its language. Everything in them is escaped.

use maud::{Markup, html};
use wire::words::{self, Words};
use wire::{ErrorCode, ErrorDetail, Money, PageMode, Payment, Product, Returned, StatusScreen, first_choice, plans};

use super::language::Language;

/// The choices of the product fieldset, with the one that the page starts with chosen; the same elements as the app
/// makes, so that nothing moves when it takes over.
pub(super) fn product_cards(products: &[Product], named: &str, language: &Language) -> Markup {
    let chosen = first_choice(products, named);
    let is_chosen = |product: &Product| chosen.is_some_and(|chosen| chosen.id == product.id);
    // A single product is only shown, unless the link named another one.
    let single = products.len() == 1 && chosen.is_some();
    html! {
        @for offer in plans::offers(products) {
            @if let [product] = offer.as_slice() {
                (card(product, &[], is_chosen(product), single, language))
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
                span.product-card__amount translate=[(product.price != 0).then_some("no")] {
                    @if product.price == 0 { (language.say(words::FREE)) } @else { (product.unit_price().plain()) }
                }
                @if let Some(period) = words::period(product, language) {
                    span.product-card__period { (period) }
                }
            }
        }
    }
}

/// Why the order cannot be made; the same elements as in the app. Where no real money moves, the person who integrates
/// reads it, and is told more.
pub(super) fn failure(error: &ErrorDetail, mode: PageMode, shop_url: Option<&str>, language: &Language) -> Markup {
    let needs_new_link =
        matches!(error.code, ErrorCode::IntentInvalid | ErrorCode::IntentMismatch | ErrorCode::IntentRequired);
    html! {
        p.notice__text {
            (language.say(error.code.sentence()))
            @if error.code.is_explained(mode) { " (" (error.message) ")" }
        }
        // What to tell the shop; a new link is all that an intent needs.
        @if error.code.is_of_the_link() && !needs_new_link {
            p.notice__trace { (language.say("Problem code:")) " " code translate="no" { (error.trace_id) } }
        }
        @if let Some(shop_url) = shop_url.filter(|_| needs_new_link) {
            a.button href=(shop_url) { (language.say(StatusScreen::WAYS_BACK[0])) }
        }
    }
}

/// What travels with the form unseen.
pub(super) fn hidden_inputs(pairs: &[(String, String)]) -> Markup {
    html! {
        @for (name, value) in pairs {
            input type="hidden" name=(name) value=(value);
        }
    }
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

/// The page at an address where nothing is, with the way to the shop, or to the checkout where no shop is known.
pub(super) fn not_found(way_up: &str, shop_url: Option<&str>, language: &Language) -> Markup {
    let say = |english: &str| language.say(english);
    let checkout = if way_up.is_empty() { "./" } else { way_up };
    let (address, label) = match shop_url {
        Some(address) => (address, "Back to the shop"),
        None => (checkout, "Back to the checkout"),
    };
    html! {
        main.status {
            div.status__words {
                h1.status__title { (say(words::NOT_FOUND)) }
                p.status__lead { (say(words::NOT_FOUND_LEAD)) }
            }
            div.status__actions { a.button href=(address) { (say(label)) } }
        }
    }
}
