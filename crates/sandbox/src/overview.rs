//! The page at `/`: what is in the sandbox and what one can do with it. Plain forms, no script.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

use crate::clock::iso;
use crate::entity::{Checkout, CheckoutState};
use crate::page::{self, Appearance, document};
use crate::webhooks::{Delivery, DeliveryStatus, Event};
use crate::world::World;
use crate::{API_KEY, Sandbox, WEBHOOK_SECRET};

/// How many rows of each kind are shown, newest first.
const ROWS: usize = 50;

/// Where the clock's buttons go, and what they say.
const LEAPS: [(&str, u64); 4] = [("30 seconds", 30), ("1 hour", 3600), ("1 day", 86_400), ("31 days", 31 * 86_400)];

/// The overview's route.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new().route("/", get(show))
}

async fn show(State(sandbox): State<Sandbox>, RawQuery(query): RawQuery) -> Response {
    let mut world = sandbox.world();
    world.expire_sessions();
    let look = Appearance::read(&sandbox, query);
    let body = html! {
        main class="overview" {
            h1 { "Creem sandbox" }
            p class="muted" {
                "API key " code { (API_KEY) } ", webhook secret " code { (WEBHOOK_SECRET) } ", webhooks to "
                @match &sandbox.options().webhook_url {
                    Some(url) => code { (url) },
                    None => "nowhere (they are kept)",
                }
            }
            div class="controls" {
                span { "It is " (iso(world.now())) ". Move the clock by" }
                @for (label, seconds) in LEAPS {
                    form method="post" action="_sandbox/clock" {
                        button class="quiet" name="advance_seconds" value=(seconds) { (label) }
                    }
                }
                form method="post" action="_sandbox/reset" { button class="quiet" name="sure" value="yes" { "Reset" } }
            }
            (sessions(&world, &sandbox))
            (events(&world))
            (requests(&world))
        }
    };
    page::answer(StatusCode::OK, document(&look, "Creem sandbox", html! {}, body))
}

fn table(title: &str, columns: &[&str], rows: &[Markup]) -> Markup {
    html! {
        section {
            h2 { (title) }
            @if rows.is_empty() { p class="muted" { "None yet." } } @else {
                div class="scroll" tabindex="0" role="region" aria-label=(title) {
                    table {
                        thead { tr { @for column in columns { th scope="col" { (column) } } } }
                        tbody { @for row in rows { tr { (row) } } }
                    }
                }
            }
        }
    }
}

fn sessions(world: &World, sandbox: &Sandbox) -> Markup {
    let row = |checkout: &Checkout| {
        let product = world.product_of(checkout);
        let url = World::checkout_url(&sandbox.options().public_url, checkout);
        html! {
            td { a href=(url) { code { (checkout.id) } } }
            td { (checkout.request_id.as_deref().unwrap_or("–")) }
            td { (product.name) @if checkout.units > 1 { " × " (checkout.units) } }
            td { (product.currency.show(world.price(checkout).total)) }
            td { (checkout.state.status()) }
            td {
                @if checkout.state == CheckoutState::Pending {
                    form method="post" action={ "_sandbox/checkouts/" (checkout.id) "/pay" } {
                        button class="quiet" name="card" value="4111111111111111" aria-label={ "Pay " (checkout.id) } { "Pay" }
                    }
                }
            }
        }
    };
    let rows: Vec<Markup> = world.checkouts.iter().rev().take(ROWS).map(row).collect();
    table("Checkouts", &["Checkout", "Reference", "Product", "Total", "Status", ""], &rows)
}

fn events(world: &World) -> Markup {
    let row = |event: &Event| {
        html! {
            td { code { (event.id) } }
            td { (event.kind) }
            td { (iso(event.created_at)) }
            td { @for delivery in &event.deliveries { (progress(delivery)) " " } }
            td {
                form method="post" action={ "_sandbox/events/" (event.id) "/resend" } {
                    button class="quiet" name="again" value="yes" aria-label={ "Resend " (event.id) } { "Resend" }
                }
            }
        }
    };
    let rows: Vec<Markup> = world.events.iter().rev().take(ROWS).map(row).collect();
    table("Events", &["Event", "Type", "Created", "Deliveries", ""], &rows)
}

fn progress(delivery: &Delivery) -> Markup {
    let word = match delivery.status() {
        DeliveryStatus::Waiting => "waiting",
        DeliveryStatus::Delivered => "delivered",
        DeliveryStatus::GivenUp => "given up",
    };
    html! { span class="tag" { (word) ", " (delivery.attempts.len()) " tried" } }
}

fn requests(world: &World) -> Markup {
    let rows: Vec<Markup> = world
        .requests
        .iter()
        .rev()
        .take(ROWS)
        .map(|request| {
            html! {
                td { (iso(request.at)) }
                td { code { (request.method) } }
                td { code { (request.uri) } }
                td { @match request.status { Some(status) => (status), None => "–" } }
            }
        })
        .collect();
    table("Requests", &["At", "Method", "Path", "Status"], &rows)
}
