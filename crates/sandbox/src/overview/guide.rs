//! The beginning of the page: what to call the sandbox with, what to try, and the cards that do what they say.

use maud::{Markup, html};

use super::parts::{Tone, button, choice, control, copied, field, live, pill, section};
use crate::clock::iso;
use crate::entity::card::{Decline, TEST_CARDS};
use crate::world::World;
use crate::world::addresses;
use crate::{API_KEY, Options, WEBHOOK_SECRET};

/// Where the clock's buttons go, and what they say.
const LEAPS: [(&str, u64); 4] = [("30 seconds", 30), ("1 hour", 3600), ("1 day", 86_400), ("31 days", 31 * 86_400)];

/// What a program needs.
pub(super) fn head(options: &Options) -> Markup {
    let base = options.public_url.as_str().trim_end_matches('/');
    html! {
        header class="hero" {
            h1 { "Your sandbox" }
            p class="muted" { "Creem on this machine: nothing here costs money, and nothing is kept when it ends." }
            dl class="keys" {
                div { dt { "API address" } dd { (copied(base)) } }
                div { dt { "API key" } dd { (copied(API_KEY)) } }
                div { dt { "Webhook secret" } dd { (copied(WEBHOOK_SECRET)) } }
                div { dt { "API description" } dd { a href="openapi.json" { "openapi.json" } } }
            }
        }
    }
}

/// What to try, in the order of a sale.
pub(super) fn steps(world: &World, options: &Options) -> Markup {
    let product = world.products.iter().find(|product| product.rhythm().is_some()).or(world.products.iter().next());
    let code = world.discounts.iter().find(|code| product.is_some_and(|own| code.judge(own, world.now()).is_ok()));
    let card = TEST_CARDS[0].0;
    let (shop, words) = match (&options.shop_url, product) {
        (Some(shop), _) => (Some(shop.to_string()), "Open your checkout"),
        (None, Some(product)) => (Some(addresses::product(&product.id)[1..].to_owned()), "Open a payment link"),
        (None, None) => (None, ""),
    };
    let content = html! {
        ol class="steps-to-try" {
            li {
                strong { "Buy something." } " "
                @if let Some(shop) = &shop { a class="go" href=(shop) target="_blank" { (words) } }
                @if let Some(code) = code { span { "The code " (copied(&code.code)) " takes something off." } }
            }
            li { strong { "Pay." } span { "The card " (copied(card)) " pays, with any date to come and any code. " a href="#cards" { "Others" } " fail." } }
            li { strong { "See what happened." } span { "The sale is under " a href="#checkouts" { "Checkouts" } ", what your server was sent under " a href="#events" { "Events" } "." } }
            li { strong { "Let time pass." } span { "After 31 days a subscription renews: " a href="#time" { "move the clock" } "." } }
            @if let Some(studio) = options.shop_url.as_ref().and_then(|shop| shop.join("studio").ok()) {
                li { strong { "Make it yours." } span { "Try a look, and make links with their QR code, in the " a href=(studio) target="_blank" { "studio" } "." } }
            }
            li { strong { "Make it fail." } span { "Let a " a href="#faults" { "call" } ", a card or a " a href="#deliveries" { "delivery" } " go wrong, and see what your shop does." } }
        }
    };
    section("try", "Try it", "", &content)
}

/// The clock, and the way back to the beginning.
pub(super) fn time(world: &World) -> Markup {
    let frozen = world.clock.is_frozen();
    let (freeze, words) = if frozen { ("false", "Let it run") } else { ("true", "Hold it") };
    let now = iso(world.now());
    let content = html! {
        (live("now", &html! {
            p class="clock" {
                time datetime=(now) { (now[..19].replace('T', " ")) } span class="muted" { " UTC" }
                @if frozen { span class="pill" data-tone="plain" { "held" } }
            }
        }))
        div class="controls" {
            @for (label, seconds) in LEAPS {
                (button("clock", "/#time", ("advance_seconds", &seconds.to_string()), &format!("+ {label}"), label))
            }
            (live("freeze", &button("clock", "/#time", ("freeze", freeze), words, &format!("{words}: the clock"))))
            details class="sure" {
                summary class="quiet" { "Reset …" }
                div class="sheet" {
                    p { "Forget every sale, customer and event, and begin again with the seed?" }
                    (button("reset", "/", ("sure", "yes"), "Reset everything", "Reset everything"))
                }
            }
        }
    };
    section("time", "Time", "Everything due on the way happens in order, each at its own instant.", &content)
}

/// The cards, and what each says.
pub(super) fn cards() -> Markup {
    let card = |number: &str| {
        let groups: Vec<&str> = (0..number.len()).step_by(4).filter_map(|from| number.get(from..from + 4)).collect();
        copied(&groups.join(" "))
    };
    let content = html! {
        ul class="tiles" {
            @for (number, says) in TEST_CARDS {
                li {
                    (card(number))
                    (pill(says.err().map_or("paid", Decline::word), if says.is_ok() { Tone::Good } else { Tone::Bad }))
                }
            }
        }
    };
    section("cards", "Test cards", "Any date to come and any security code will do.", &content)
}

/// Sends an event that nothing caused.
pub(super) fn send_event(kinds: &[&str]) -> Markup {
    let options: Vec<(&str, &str)> = kinds.iter().map(|kind| (*kind, *kind)).collect();
    html! {
        details class="sheet-details" {
            summary { "Send an event" }
            form class="sheet" method="post" action=(control("events", "/#events")) {
                (choice("event-type", "type", "Type", &options, "checkout.completed"))
                (field("event-object", "About", &html! {
                    textarea id="event-object" name="object" rows="3" spellcheck="false"
                        placeholder="JSON; left empty, the latest of its kind" {}
                }))
                button class="quiet" { "Send" }
            }
        }
    }
}
