//! The payment page's markup.

use maud::{Markup, html};

use super::controls::{Control, custom, select};
use super::document::{Appearance, document};
use super::form::Problems;
use super::{CARD, places};
use crate::addresses;
use crate::clock::{day, iso};
use crate::entity::{BillingType, Buyer, Checkout, Product, Step, TaxMode};
use crate::forecast::Charges;
use crate::switches::PaymentPage;
use crate::world::World;

/// The country that a page which asks everything at once takes the buyer to be in; Creem goes by the network's address.
const HERE: &str = "US";

/// The page of a session that can be paid.
pub(super) fn checkout(look: &Appearance, world: &World, checkout: &Checkout, problems: &Problems) -> Markup {
    let product = world.product_of(checkout);
    let single = world.switches.payment_page == PaymentPage::Single;
    let scripts = html! {
        @if single || checkout.step == Step::Card { script type="module" src=(look.asset("pay.js")) {} }
    };
    document(
        look,
        &format!("Pay for {}", product.name),
        scripts,
        html! {
            form class="checkout" method="post" novalidate {
                // The Enter key in any field presses the form's first button: it means onward.
                button type="submit" name="action" value="onward" hidden { "Continue" }
                aside class="summary" aria-label="Order summary" { (summary(look, world, checkout, problems)) }
                main class="steps" {
                    h1 { "Checkout" }
                    @if !single { (steps(checkout)) }
                    (alert(problems))
                    @match (checkout.step, single) {
                        (_, true) => { (details(checkout, HERE, problems)) (card(look, world, checkout)) },
                        (Step::Details, false) => { (details(checkout, "", problems)) (onward()) },
                        (Step::Address, false) => { (known(checkout)) (address(checkout, problems)) (onward()) },
                        (Step::Card, false) => {
                            (known(checkout))
                            @if world.needs_card(checkout) { (card_holder(checkout, problems)) }
                            (card(look, world, checkout))
                        },
                    }
                    button class="quiet" type="submit" name="action" value="fill" { "Fill test data" }
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
            // Focused, so that it is seen below a long summary, and read aloud though the page is new.
            div class="alert" role="alert" id="payment-error" tabindex="-1" autofocus {
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

fn summary(look: &Appearance, world: &World, checkout: &Checkout, problems: &Problems) -> Markup {
    let product = world.product_of(checkout);
    let price = world.price(checkout);
    let show = |amount| look.money(product.currency, amount);
    let discount = world.discount_in(checkout);
    let to_come = world.charges_to_come(checkout);
    html! {
        @if let Some(image) = &product.image_url { img class="picture" src=(image) alt=""; }
        h2 { (product.name) }
        p class="price" {
            span id="total" { (show(price.total)) }
            @if let Some(words) = period(product, price.total, &to_come) { " " span class="period" { (words) } }
        }
        p class="muted" { (product.description) }
        dl class="lines" {
            div {
                dt { (product.name) @if product.trial_period_days.is_some() { ", trial" } @if checkout.units > 1 { " × " (checkout.units) } }
                dd { (show(price.subtotal)) }
            }
            @if let Some(discount) = discount {
                div {
                    dt {
                        span class="tag" { (discount.code) }
                        button class="link" type="submit" name="action" value="remove" aria-label={ "Remove " (discount.code) } { "Remove" }
                    }
                    dd { (show(-price.discount)) }
                }
            }
            div { dt { "Tax" } dd { @if product.tax_mode == TaxMode::Inclusive { "included" } @else { (show(price.tax)) } } }
            div class="sum" {
                dt { @if product.billing_type == BillingType::Recurring { "Due today" } @else { "Total" } }
                dd { (show(price.total)) }
            }
        }
        (later(look, product, &to_come))
        @if discount.is_none() { (discount_entry(problems)) }
    }
}

/// What the price is for: each period, or only the beginning where other payments follow.
fn period(product: &Product, today: i64, to_come: &[Charges]) -> Option<String> {
    let words = product.rhythm_words()?;
    Some(match product.trial_period_days {
        Some(days) => format!("for {days} days"),
        None if to_come.first().is_some_and(|charges| charges.amount == today) => words,
        None => "today".to_owned(),
    })
}

/// What is charged after today, and when.
fn later(look: &Appearance, product: &Product, to_come: &[Charges]) -> Markup {
    let Some(words) = product.rhythm_words() else { return html! {} };
    html! {
        ul class="later" aria-label="Later payments" {
            @for charges in to_come {
                li data-times=[charges.times] {
                    "then " span { (look.money(product.currency, charges.amount)) } " "
                    @match charges.times {
                        None => { (words) " from " },
                        Some(1) => "once, on ",
                        Some(times) => { (words) ", " (times) " times from " },
                    }
                    time datetime=(day(&iso(charges.from))) { (day(&iso(charges.from))) }
                }
            }
        }
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

fn details(checkout: &Checkout, here: &str, problems: &Problems) -> Markup {
    let buyer = &checkout.buyer;
    let email = Control {
        kind: "email",
        autocomplete: "email",
        readonly: checkout.email_locked,
        hint: checkout.email_locked.then_some("Given by the merchant; it cannot be changed here."),
        ..Control::text("email", "Email", &buyer.email)
    };
    let name = Control { autocomplete: "name", ..Control::text("name", "Full name", &buyer.name) };
    html! {
        (email.show(problems))
        (name.show(problems))
        (countries(buyer, here, problems))
        @for field in &checkout.custom_fields { (custom(field, problems)) }
    }
}

fn onward() -> Markup {
    html! { button class="main" type="submit" name="action" value="continue" { "Continue to payment" } }
}

/// The countries; where nobody has chosen one, the buyer may be taken to be in one.
fn countries(buyer: &Buyer, here: &str, problems: &Problems) -> Markup {
    let all = places::COUNTRIES.iter().copied();
    let chosen = if buyer.country.is_empty() { here } else { &buyer.country };
    select("country", "Billing country", "country", "Choose a country", all, chosen, problems)
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
        (countries(buyer, "", problems))
        (line.show(problems))
        (city.show(problems))
        div class="pair" {
            (code.show(problems))
            (select("state", "State", "address-level1", "Choose a state", states, &buyer.state, problems))
        }
    }
}

fn card_holder(checkout: &Checkout, problems: &Problems) -> Markup {
    let name = checkout.buyer.card_holder.as_str();
    Control { autocomplete: "cc-name", ..Control::text("cardHolderName", "Name on card", name) }.show(problems)
}

fn card(look: &Appearance, world: &World, checkout: &Checkout) -> Markup {
    if !world.needs_card(checkout) {
        return html! {
            p { "Nothing to pay: no card is needed." }
            button class="main" type="submit" name="action" value="pay" { "Complete order" }
        };
    }
    let frame = look.address(&[addresses::checkout(&checkout.product_id, &checkout.id).as_str(), CARD].concat());
    html! {
        iframe name="card" title="Secure payment input frame" src=(frame) {}
        button class="main" type="submit" name="action" value="pay" { "Pay" }
    }
}

/// What the buyer has said so far, with the way back.
fn known(checkout: &Checkout) -> Markup {
    html! {
        div class="known" {
            span { (checkout.buyer.email) br; span class="muted" { (checkout.buyer.name) } }
            button class="link" type="submit" name="action" value="edit" { "Edit" }
        }
    }
}
