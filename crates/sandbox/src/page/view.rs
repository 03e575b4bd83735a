//! The payment page's markup.

use maud::{Markup, html};

use super::controls::{Control, custom, select};
use super::document::{Appearance, document};
use super::form::Problems;
use super::words::{
    ADDRESS, APPLY, CARD_HOLDER, CHECKOUT, CHOOSE_COUNTRY, CHOOSE_STATE, CITY, CODE, COMPLETE, COUNTRY, DETAILS,
    DUE_TODAY, EDIT, EMAIL, EMAIL_LOCKED, FAILED, FOR_DAYS, INCLUDED, LATER, NAME, NO_CARD, ONWARD, PAY, PAY_FOR,
    PAYMENT, PROBLEMS, REMOVE, STATE, STREET, SUMMARY, TAX, THEN, THEN_ONCE, THEN_TIMES, TODAY, TOTAL, TRIAL, Words,
    ZIP,
};
use super::{CARD, places};
use crate::clock::{day, iso};
use crate::entity::{BillingType, Buyer, Checkout, Product, Step, TaxMode};
use crate::payments::forecast::Charges;
use crate::world::World;
use crate::world::addresses;
use crate::world::switches::PaymentPage;

/// The country that a page which asks everything at once takes the buyer to be in; Creem goes by the network's address.
const HERE: &str = "US";

/// The page of a session that can be paid.
pub(super) fn checkout(look: &Appearance, world: &World, checkout: &Checkout, problems: &Problems) -> Markup {
    let product = world.product_of(checkout);
    let single = world.switches.payment_page == PaymentPage::Single;
    let words = look.words;
    let scripts = html! {
        @if single || checkout.step == Step::Card { script type="module" src=(look.asset("pay.js")) {} }
    };
    document(
        look,
        &words.fill(PAY_FOR, &[("product", &product.name)]),
        scripts,
        html! {
            form class="checkout" method="post" novalidate {
                // The Enter key in any field presses the form's first button: it means onward.
                button type="submit" name="action" value="onward" hidden { (words.say(ONWARD)) }
                aside class="summary" aria-label=(words.say(SUMMARY)) { (summary(look, world, checkout, problems)) }
                main class="steps" {
                    h1 { (words.say(CHECKOUT)) }
                    @if !single { (steps(checkout, words)) }
                    (alert(problems, words))
                    @match (checkout.step, single) {
                        (_, true) => { (details(checkout, HERE, problems, words)) (card(look, world, checkout)) },
                        (Step::Details, false) => { (details(checkout, "", problems, words)) (onward(words)) },
                        (Step::Address, false) => { (known(checkout, words)) (address(checkout, problems, words)) (onward(words)) },
                        (Step::Card, false) => {
                            (known(checkout, words))
                            @if world.needs_card(checkout) { (card_holder(checkout, problems, words)) }
                            (card(look, world, checkout))
                        },
                    }
                    button class="quiet" type="submit" name="action" value="fill" lang="en" { "Fill test data" }
                    p class="small" lang="en" dir="ltr" { "Test cards only. Nothing is charged." }
                }
            }
        },
    )
}

/// Where the buyer is; the address only where one is asked for.
fn steps(checkout: &Checkout, words: Words) -> Markup {
    let now = checkout.step;
    let mut all = vec![(Step::Details, DETAILS), (Step::Address, ADDRESS), (Step::Card, PAYMENT)];
    all.retain(|(step, _)| *step != Step::Address || places::needs_address(&checkout.buyer.country));
    html! {
        ol class="progress" {
            @for (step, word) in all {
                li aria-current=[(step == now).then_some("step")] data-done[now > step] { (words.say(word)) }
            }
        }
    }
}

fn alert(problems: &Problems, words: Words) -> Markup {
    html! {
        @if let Some(sentence) = &problems.payment {
            // Focused, so that it is seen below a long summary, and read aloud though the page is new.
            div class="alert" role="alert" id="payment-error" tabindex="-1" autofocus {
                strong { (words.say(FAILED)) } " " (sentence)
            }
        } @else if problems.count() > 0 {
            div class="alert" role="alert" { (words.say(PROBLEMS)) }
        }
    }
}

fn summary(look: &Appearance, world: &World, checkout: &Checkout, problems: &Problems) -> Markup {
    let product = world.product_of(checkout);
    let price = world.price(checkout);
    let show = |amount| look.money(product.currency, amount);
    let discount = world.discount_in(checkout);
    let to_come = world.charges_to_come(checkout);
    let words = look.words;
    let what = match product.trial_period_days {
        Some(_) => words.fill(TRIAL, &[("product", &product.name)]),
        None => product.name.clone(),
    };
    html! {
        @if let Some(image) = &product.image_url { img class="picture" src=(image) alt=""; }
        h2 { (product.name) }
        p class="price" {
            span id="total" { (show(price.total)) }
            @if let Some(words) = period(look.words, product, price.total, &to_come) { " " span class="period" { (words) } }
        }
        p class="muted" dir="auto" { (product.description) }
        dl class="lines" {
            div {
                dt { (what) @if checkout.units > 1 { " × " (checkout.units) } }
                dd { (show(price.subtotal)) }
            }
            @if let Some(discount) = discount {
                div {
                    dt {
                        span class="tag" { (discount.code) }
                        button class="link" type="submit" name="action" value="remove" aria-label={ (words.say(REMOVE)) " " (discount.code) } { (words.say(REMOVE)) }
                    }
                    dd { (show(-price.discount)) }
                }
            }
            div { dt { (words.say(TAX)) } dd { @if product.tax_mode == TaxMode::Inclusive { (words.say(INCLUDED)) } @else { (show(price.tax)) } } }
            div class="sum" {
                dt { (words.say(if product.billing_type == BillingType::Recurring { DUE_TODAY } else { TOTAL })) }
                dd { (show(price.total)) }
            }
        }
        (later(look, product, &to_come))
        @if discount.is_none() { (discount_entry(problems, words)) }
    }
}

/// What the price is for: each period, or only the beginning where other payments follow.
fn period(words: Words, product: &Product, today: i64, to_come: &[Charges]) -> Option<String> {
    let rhythm = words.rhythm(product)?;
    Some(match product.trial_period_days {
        Some(days) => words.fill(FOR_DAYS, &[("days", &days.to_string())]),
        None if to_come.first().is_some_and(|charges| charges.amount == today) => rhythm,
        None => words.say(TODAY).to_owned(),
    })
}

/// What is charged after today, and when.
fn later(look: &Appearance, product: &Product, to_come: &[Charges]) -> Markup {
    let words = look.words;
    let Some(rhythm) = words.rhythm(product) else { return html! {} };
    let line = |charges: &Charges| {
        let from = iso(charges.from);
        let sentence = match charges.times {
            None => THEN,
            Some(1) => THEN_ONCE,
            Some(_) => THEN_TIMES,
        };
        words.fill_markup(sentence, |place| match place {
            "amount" => html! { span { (look.money(product.currency, charges.amount)) } },
            "times" => html! { (charges.times.unwrap_or(0)) },
            "date" => html! { time datetime=(day(&from)) { (day(&from)) } },
            _ => html! { (rhythm) },
        })
    };
    html! {
        ul class="later" aria-label=(words.say(LATER)) {
            @for charges in to_come { li data-times=[charges.times] { (line(charges)) } }
        }
    }
}

fn discount_entry(problems: &Problems, words: Words) -> Markup {
    let entry = Control { autocomplete: "off", ..Control::text("discount_code", words.say(CODE), "") };
    html! {
        div class="discount" {
            (entry.show(problems))
            button class="quiet" type="submit" name="action" value="apply" { (words.say(APPLY)) }
        }
    }
}

fn details(checkout: &Checkout, here: &str, problems: &Problems, words: Words) -> Markup {
    let buyer = &checkout.buyer;
    let email = Control {
        kind: "email",
        autocomplete: "email",
        readonly: checkout.email_locked,
        hint: checkout.email_locked.then_some(words.say(EMAIL_LOCKED)),
        ..Control::text("email", words.say(EMAIL), &buyer.email)
    };
    let name = Control { autocomplete: "name", ..Control::text("name", words.say(NAME), &buyer.name) };
    html! {
        (email.show(problems))
        (name.show(problems))
        (countries(buyer, here, problems, words))
        @for field in &checkout.custom_fields { (custom(field, words, problems)) }
    }
}

fn onward(words: Words) -> Markup {
    html! { button class="main" type="submit" name="action" value="continue" { (words.say(ONWARD)) } }
}

/// The countries; where nobody has chosen one, the buyer may be taken to be in one.
fn countries(buyer: &Buyer, here: &str, problems: &Problems, words: Words) -> Markup {
    let all = places::COUNTRIES.iter().copied();
    let chosen = if buyer.country.is_empty() { here } else { &buyer.country };
    let (label, prompt) = (words.say(COUNTRY), words.say(CHOOSE_COUNTRY));
    select("country", label, "country", prompt, all, chosen, problems)
}

fn address(checkout: &Checkout, problems: &Problems, words: Words) -> Markup {
    let buyer = &checkout.buyer;
    let line = Control {
        autocomplete: "address-line1",
        ..Control::text("addressLine1", words.say(STREET), &buyer.address_line1)
    };
    let city = Control { autocomplete: "address-level2", ..Control::text("city", words.say(CITY), &buyer.city) };
    let code =
        Control { autocomplete: "postal-code", ..Control::text("postalCode", words.say(ZIP), &buyer.postal_code) };
    let states = places::STATES.iter().map(|state| (*state, *state));
    html! {
        (countries(buyer, "", problems, words))
        (line.show(problems))
        (city.show(problems))
        div class="pair" {
            (code.show(problems))
            (select("state", words.say(STATE), "address-level1", words.say(CHOOSE_STATE), states, &buyer.state, problems))
        }
    }
}

fn card_holder(checkout: &Checkout, problems: &Problems, words: Words) -> Markup {
    let name = checkout.buyer.card_holder.as_str();
    Control { autocomplete: "cc-name", ..Control::text("cardHolderName", words.say(CARD_HOLDER), name) }.show(problems)
}

fn card(look: &Appearance, world: &World, checkout: &Checkout) -> Markup {
    let words = look.words;
    if !world.needs_card(checkout) {
        return html! {
            p { (words.say(NO_CARD)) }
            button class="main" type="submit" name="action" value="pay" { (words.say(COMPLETE)) }
        };
    }
    let frame = look.address(&[addresses::checkout(&checkout.product_id, &checkout.id).as_str(), CARD].concat());
    html! {
        iframe name="card" title="Secure payment input frame" src=(frame) {}
        button class="main" type="submit" name="action" value="pay" { (words.say(PAY)) }
    }
}

/// What the buyer has said so far, with the way back.
fn known(checkout: &Checkout, words: Words) -> Markup {
    html! {
        div class="known" {
            span { (checkout.buyer.email) br; span class="muted" { (checkout.buyer.name) } }
            button class="link" type="submit" name="action" value="edit" { (words.say(EDIT)) }
        }
    }
}
