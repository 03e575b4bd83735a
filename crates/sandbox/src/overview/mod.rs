//! The page at `/`: what is in the sandbox and what one can do with it, with a page for each session, event and request.
//! Plain forms, no script.

mod curl;
mod detail;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

use crate::clock::iso;
use crate::entity::{Checkout, CheckoutState, Endpoint, State as Life, Subscription, Transaction, TransactionStatus};
use crate::page::{self, Appearance, document};
use crate::requests::Request;
use crate::webhooks::{Delivery, DeliveryStatus, Event};
use crate::world::World;
use crate::{API_KEY, Sandbox, WEBHOOK_SECRET};

/// How many rows of each kind are shown, newest first.
const ROWS: usize = 50;

/// Where the clock's buttons go, and what they say.
const LEAPS: [(&str, u64); 4] = [("30 seconds", 30), ("1 hour", 3600), ("1 day", 86_400), ("31 days", 31 * 86_400)];

/// The overview's routes.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(show))
        .route("/sessions/{id}", get(detail::session))
        .route("/events/{id}", get(detail::event))
        .route("/requests/{number}", get(detail::request))
}

async fn show(State(sandbox): State<Sandbox>, RawQuery(query): RawQuery) -> Response {
    let world = sandbox.world();
    let look = Appearance::read(&sandbox, query);
    let body = html! {
        main class="overview" {
            h1 { "Creem sandbox" }
            p class="muted" {
                "API key " code { (API_KEY) } ", webhook secret " code { (WEBHOOK_SECRET) }
            }
            (time(&world))
            (sessions(&world))
            (subscriptions(&world))
            (payments(&world))
            (table("Events", &["Event", "Type", "Created", "Deliveries", ""], &rows(world.events.iter(), event_row)))
            (table("Requests", &["Request", "At", "Method", "Path", "Status"], &rows(world.requests.iter(), request_row)))
            (endpoints(&world))
        }
    };
    page::answer(StatusCode::OK, document(&look, "Creem sandbox", html! {}, body))
}

fn time(world: &World) -> Markup {
    let frozen = world.clock.is_frozen();
    let (freeze, words) = if frozen { ("false", "Let it run") } else { ("true", "Hold it") };
    html! {
        div class="controls" {
            span { "It is " (iso(world.now())) @if frozen { ", and stands still" } ". Move the clock by" }
            @for (label, seconds) in LEAPS { (button("_sandbox/clock", "advance_seconds", &seconds.to_string(), label, label)) }
            (button("_sandbox/clock", "freeze", freeze, words, &format!("{words}: the clock")))
            (button("_sandbox/reset", "sure", "yes", "Reset", "Reset"))
        }
    }
}

/// The latest of a kind, newest first.
fn rows<'a, T: 'a>(items: impl DoubleEndedIterator<Item = &'a T>, row: impl Fn(&T) -> Markup) -> Vec<Markup> {
    items.rev().take(ROWS).map(row).collect()
}

fn table(title: &str, columns: &[&str], rows: &[Markup]) -> Markup {
    html! {
        section {
            h2 { (title) }
            @if rows.is_empty() { p class="muted" { "None yet." } } @else {
                div class="scroll" tabindex="0" role="region" aria-label=(title) {
                    table {
                        thead { tr { @for column in columns {
                            @if column.is_empty() { td {} } @else { th scope="col" { (column) } }
                        } } }
                        tbody { @for row in rows { tr { (row) } } }
                    }
                }
            }
        }
    }
}

/// A control as a form of one button.
fn button(action: &str, name: &str, value: &str, words: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            button class="quiet" name=(name) value=(value) aria-label=(label) { (words) }
        }
    }
}

fn sessions(world: &World) -> Markup {
    let row = |checkout: &Checkout| {
        let product = world.product_of(checkout);
        html! {
            td { a href={ "sessions/" (checkout.id) } { code { (checkout.id) } } }
            td { (checkout.request_id.as_deref().unwrap_or("–")) }
            td { (product.name) @if checkout.units > 1 { " × " (checkout.units) } }
            td { (product.currency.show(world.price(checkout).total)) }
            td { (checkout.state.status()) }
            td {
                @if checkout.state == CheckoutState::Pending {
                    div class="controls" {
                        a href=(world.checkout_url(checkout)) aria-label={ "Open " (checkout.id) } { "Open" }
                        (button(&format!("_sandbox/checkouts/{}/pay", checkout.id), "card", "4111111111111111", "Pay", &format!("Pay {}", checkout.id)))
                    }
                }
            }
        }
    };
    let columns = ["Checkout", "Reference", "Product", "Total", "Status", ""];
    table("Checkouts", &columns, &rows(world.checkouts.iter(), row))
}

fn subscriptions(world: &World) -> Markup {
    let row = |subscription: &Subscription| {
        let card = format!("_sandbox/subscriptions/{}/card", subscription.id);
        let (number, words) = if subscription.card.is_ok() {
            ("4507990000000028", "Let the card fail")
        } else {
            ("4111111111111111", "Let the card pay")
        };
        html! {
            td { code { (subscription.id) } }
            td { (world.products.get(subscription.product_id()).map_or("", |product| product.name.as_str())) }
            td { (subscription.state.status()) }
            td { (subscription.due.map(iso).as_deref().unwrap_or("–")) }
            td {
                @if !matches!(subscription.state, Life::Canceled(_)) {
                    (button(&card, "card", number, words, &format!("{words}: {}", subscription.id)))
                }
            }
        }
    };
    let columns = ["Subscription", "Product", "Status", "Next", ""];
    table("Subscriptions", &columns, &rows(world.subscriptions.iter(), row))
}

fn payments(world: &World) -> Markup {
    let row = |payment: &Transaction| {
        let control = |what: &str| format!("_sandbox/transactions/{}/{what}", payment.id);
        let status = match payment.status {
            TransactionStatus::Paid => "paid",
            TransactionStatus::PartialRefund => "refunded in part",
            TransactionStatus::Refunded => "refunded",
            TransactionStatus::ChargedBack => "charged back",
        };
        html! {
            td { code { (payment.id) } }
            td { (payment.currency.show(payment.amount)) }
            td { (status) }
            td {
                @if payment.left() > 0 {
                    div class="controls" {
                        (button(&control("refund"), "sure", "yes", "Refund", &format!("Refund {}", payment.id)))
                        (button(&control("dispute"), "sure", "yes", "Dispute", &format!("Dispute {}", payment.id)))
                    }
                }
            }
        }
    };
    table("Payments", &["Transaction", "Amount", "Status", ""], &rows(world.transactions.iter(), row))
}

fn endpoints(world: &World) -> Markup {
    let row = |endpoint: &Endpoint| {
        html! {
            td { code { (endpoint.id) } }
            td { @if endpoint.url.is_empty() { "fetched" } @else { (endpoint.url) } }
            td { @if endpoint.events.is_empty() { "all events" } @else { (endpoint.events.join(", ")) } }
        }
    };
    let known = world.endpoints.iter().filter(|endpoint| !endpoint.removed);
    table("Webhook endpoints", &["Endpoint", "Address", "Events"], &rows(known, row))
}

fn event_row(event: &Event) -> Markup {
    html! {
        td { a href={ "events/" (event.id) } { code { (event.id) } } }
        td { (event.kind) }
        td { (iso(event.created_at)) }
        td { @for delivery in &event.deliveries { (progress(delivery)) " " } }
        td {
            (button(&format!("_sandbox/events/{}/resend", event.id), "again", "yes", "Resend", &format!("Resend {}", event.id)))
        }
    }
}

fn request_row(request: &Request) -> Markup {
    html! {
        td { a href={ "requests/" (request.number) } { "#" (request.number) } }
        td { (iso(request.at)) }
        td { code { (request.method) } }
        td { code { (request.uri) } }
        td { @match request.status { Some(status) => (status), None => "–" } }
    }
}

fn progress(delivery: &Delivery) -> Markup {
    let word = match delivery.status() {
        DeliveryStatus::Waiting => "waiting",
        DeliveryStatus::Delivered => "delivered",
        DeliveryStatus::GivenUp => "given up",
    };
    html! { span class="tag" { (word) ", " (delivery.attempts.len()) " tried" } }
}
