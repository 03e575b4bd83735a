//! The payment page's markup.

use maud::{Markup, html};

use super::controls::{Control, custom, select};
use super::document::{Appearance, document};
use super::form::Problems;
use super::places;
use crate::entity::{BillingType, Checkout, Discount, Duration, Product, Step, TaxMode};
use crate::world::{Price, World};

/// The page of a session that can be paid.
pub(super) fn checkout(look: &Appearance, world: &World, checkout: &Checkout, problems: &Problems) -> Markup {
    let product = world.product_of(checkout);
    let price = world.price(checkout);
    document(
        look,
        &format!("Pay for {}", product.name),
        html! {},
        html! {
            form id="edit-form" method="post" { input type="hidden" name="action" value="edit"; }
            form id="remove-form" method="post" { input type="hidden" name="action" value="remove"; }
            form class="checkout" method="post" novalidate {
                aside class="summary" aria-label="Order summary" { (summary(world, checkout, price, problems)) }
                main class="steps" {
                    h1 { "Checkout" }
                    (steps(checkout))
                    (alert(problems))
                    @match checkout.step {
                        Step::Details => (details(checkout, problems)),
                        Step::Address => { (known(checkout)) (address(checkout, problems)) },
                        Step::Card => { (known(checkout)) (card(price, problems)) },
                    }
                    p class="small" { "Test cards only. Nothing is charged." }
                }
            }
        },
    )
}

/// Where the buyer is; the address only where one is asked for.
fn steps(checkout: &Checkout) -> Markup {
    let now = checkout.step;
    let mut all = vec![(Step::Details, "Details"), (Step::Address, "Address"), (Step::Card, "Payment")];
    all.retain(|(step, _)| *step != Step::Address || places::needs_address(&checkout.buyer.country));
    html! {
        ol class="progress" {
            @for (step, word) in all {
                li aria-current=[(step == now).then_some("step")] data-done[now > step] { (word) }
            }
        }
    }
}

fn alert(problems: &Problems) -> Markup {
    html! {
        @if let Some(sentence) = &problems.payment {
            div class="alert" role="alert" id="payment-error" {
                strong { "Payment failed. " } (sentence)
            }
        } @else if problems.count() > 0 {
            div class="alert" role="alert" {
                @if problems.count() == 1 { "One answer needs your attention." }
                @else { (problems.count()) " answers need your attention." }
            }
        }
    }
}

fn summary(world: &World, checkout: &Checkout, price: Price, problems: &Problems) -> Markup {
    let product = world.product_of(checkout);
    let show = |amount| product.currency.show(amount);
    let discount = checkout.discount_id.as_deref().and_then(|id| world.discounts.get(id));
    html! {
        @if let Some(image) = &product.image_url { img class="picture" src=(image) alt=""; }
        h2 { (product.name) }
        p class="price" {
            span id="total" { (show(price.total)) }
            @if let Some(words) = period(product, discount, price) { " " span class="period" { (words) } }
        }
        p class="muted" { (product.description) }
        dl class="lines" {
            div {
                dt { (product.name) @if checkout.units > 1 { " × " (checkout.units) } }
                dd { (show(price.subtotal)) }
            }
            @if let Some(discount) = discount {
                div {
                    dt {
                        span class="tag" { (discount.code) }
                        button class="link" type="submit" form="remove-form" aria-label={ "Remove " (discount.code) } { "Remove" }
                    }
                    dd { (show(-price.discount)) }
                }
            }
            div { dt { "Tax" } dd { @if product.tax_mode == TaxMode::Inclusive { "included" } @else { (show(0)) } } }
            div class="sum" {
                dt { @if product.billing_type == BillingType::Recurring { "Due today" } @else { "Total" } }
                dd { (show(price.total)) }
            }
        }
        @if discount.is_none() { (discount_entry(problems)) }
    }
}

/// How often the price is paid; said in full when only the first payment is reduced.
fn period(product: &Product, discount: Option<&Discount>, price: Price) -> Option<String> {
    let words = product.billing_period.words()?;
    match discount.map(|discount| discount.duration) {
        Some(Duration::Once) => Some(format!("today, then {} {words}", product.currency.show(price.subtotal))),
        Some(Duration::Repeating) => Some(format!("{words} at first, then {}", product.currency.show(price.subtotal))),
        Some(Duration::Forever) | None => Some(words.to_owned()),
    }
}

fn discount_entry(problems: &Problems) -> Markup {
    let entry = Control { autocomplete: "off", ..Control::text("discount_code", "Discount code", "") };
    html! {
        div class="discount" {
            (entry.show(problems))
            button class="quiet" type="submit" name="action" value="apply" { "Apply" }
        }
    }
}

fn details(checkout: &Checkout, problems: &Problems) -> Markup {
    let buyer = &checkout.buyer;
    let email = Control {
        kind: "email",
        autocomplete: "email",
        readonly: checkout.email_locked,
        hint: checkout.email_locked.then_some("Given by the merchant; it cannot be changed here."),
        ..Control::text("email", "E-mail", &buyer.email)
    };
    let name = Control { autocomplete: "name", ..Control::text("name", "Full name", &buyer.name) };
    let countries = places::COUNTRIES.iter().copied();
    html! {
        (email.show(problems))
        (name.show(problems))
        (select("country", "Billing country", "country", "Choose a country", countries, &buyer.country, problems))
        @for field in &checkout.custom_fields { (custom(field, problems)) }
        button class="main" type="submit" name="action" value="continue" { "Continue to payment" }
    }
}

fn address(checkout: &Checkout, problems: &Problems) -> Markup {
    let buyer = &checkout.buyer;
    let line = Control {
        autocomplete: "address-line1",
        ..Control::text("addressLine1", "Street address", &buyer.address_line1)
    };
    let city = Control { autocomplete: "address-level2", ..Control::text("city", "City", &buyer.city) };
    let code = Control { autocomplete: "postal-code", ..Control::text("postalCode", "ZIP code", &buyer.postal_code) };
    let states = places::STATES.iter().map(|state| (*state, *state));
    html! {
        (line.show(problems))
        (city.show(problems))
        div class="pair" {
            (code.show(problems))
            (select("state", "State", "address-level1", "Choose a state", states, &buyer.state, problems))
        }
        button class="main" type="submit" name="action" value="continue" { "Continue to payment" }
    }
}

fn card(price: Price, problems: &Problems) -> Markup {
    if price.total == 0 {
        return html! {
            p { "Nothing to pay: no card is needed." }
            button class="main" type="submit" name="action" value="pay" { "Complete order" }
        };
    }
    let holder = Control { autocomplete: "cc-name", ..Control::text("cardHolderName", "Name on card", "") };
    let digits = |name, label, autocomplete, hint| Control {
        autocomplete,
        input_mode: Some("numeric"),
        hint,
        ..Control::text(name, label, "")
    };
    html! {
        (holder.show(problems))
        (digits("cardNumber", "Card number", "cc-number", Some("Pays: 4111 1111 1111 1111")).show(problems))
        div class="pair" {
            (digits("expirationDate", "Expires (MM/YY)", "cc-exp", None).show(problems))
            (digits("cvv", "Security code", "cc-csc", None).show(problems))
        }
        button class="main" type="submit" name="action" value="pay" { "Pay" }
    }
}

/// What the buyer has said so far, with the way back.
fn known(checkout: &Checkout) -> Markup {
    html! {
        div class="known" {
            span { (checkout.buyer.email) br; span class="muted" { (checkout.buyer.name) } }
            button class="link" type="submit" form="edit-form" { "Edit" }
        }
    }
}
