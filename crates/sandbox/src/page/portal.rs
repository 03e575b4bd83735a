//! The customer portal behind a billing link: what they are subscribed to, with the ways to cancel and to go on.

use axum::extract::{Form, Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::document::{Appearance, Scene, document, message};
use super::{answer, see_other};
use crate::Sandbox;
use crate::clock::{day, iso};
use crate::entity::{Ending, Order, State as Life, Subscription};
use crate::world::World;
use crate::world::addresses;
use crate::world::switches::CancelMode;

/// What a press asks for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wish {
    /// At the end of the paid period.
    Cancel,
    /// After a pause, or after all.
    Resume,
}

/// A press on the page.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Press {
    subscription: String,
    action: Wish,
}

/// `GET …/my-orders/login/{token}`
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let world = sandbox.world();
    let look = Appearance::read(&sandbox, query);
    match world.portals.get(&token) {
        Some(customer_id) => answer(StatusCode::OK, page(&look, &world, customer_id)),
        None => answer(StatusCode::NOT_FOUND, message(&look, &Scene::NoPortal)),
    }
}

/// `POST …/my-orders/login/{token}`
pub(super) async fn submit(
    State(sandbox): State<Sandbox>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    Form(press): Form<Press>,
) -> Response {
    let mut world = sandbox.world();
    let look = Appearance::read(&sandbox, query);
    let customer = world.portals.get(&token).cloned();
    let own =
        world.subscriptions.get(&press.subscription).filter(|known| Some(&known.customer_id) == customer.as_ref());
    let Some(id) = own.map(|known| known.id.clone()) else {
        return answer(StatusCode::NOT_FOUND, message(&look, &Scene::NoPortal));
    };
    // A press that came too late changes nothing; the page shows how things are.
    let _ = match press.action {
        Wish::Cancel => world.cancel(&id, CancelMode::Scheduled, Ending::Cancel),
        Wish::Resume => world.resume(&id),
    };
    sandbox.wake();
    see_other(&look.address(&addresses::portal(&token)))
}

fn page(look: &Appearance, world: &World, customer_id: &str) -> Markup {
    let customer = world.customers.get(customer_id);
    let own: Vec<&Subscription> = world.subscriptions.of(customer_id).collect();
    let orders: Vec<&Order> = world.orders.of(customer_id).rev().collect();
    document(
        look,
        "Your orders",
        html! {},
        html! {
            main class="portal" {
                h1 { "Your orders" }
                p class="muted" { (customer.map_or("", |known| known.email.as_str())) }
                h2 { "Subscriptions" }
                @if own.is_empty() { p class="muted" { "None." } }
                @for subscription in own { (card(look, world, subscription)) }
                h2 { "Payments" }
                @if orders.is_empty() { p class="muted" { "None." } }
                ul class="payments" {
                    @for order in orders {
                        li {
                            span { (day(&order.created_at)) " " (world.products.get(&order.product).map_or("", |own| own.name.as_str())) }
                            span { (look.money(order.currency, order.amount_paid)) }
                        }
                    }
                }
            }
        },
    )
}

fn card(look: &Appearance, world: &World, subscription: &Subscription) -> Markup {
    let product = world.products.get(subscription.product_id()).expect("products stay");
    let heading = format!("subscription-{}", subscription.id);
    let action = match subscription.state {
        Life::Trialing | Life::Active => Some(("cancel", "Cancel subscription")),
        Life::ScheduledCancel(_) => Some(("resume", "Keep subscription")),
        Life::Paused => Some(("resume", "Resume subscription")),
        Life::PastDue { .. } | Life::Unpaid | Life::Canceled(_) => None,
    };
    html! {
        section class="plan" aria-labelledby=(heading) data-status=(subscription.state.status()) {
            h3 id=(heading) { (product.name) }
            p {
                (look.money(product.currency, subscription.subtotal()))
                @if let Some(words) = product.rhythm_words() { " " (words) }
            }
            p class="muted" { (standing(look, world, subscription)) }
            @if let Some((action, words)) = action {
                form method="post" {
                    input type="hidden" name="subscription" value=(subscription.id);
                    button class="quiet" type="submit" name="action" value=(action) { (words) }
                }
            }
        }
    }
}

/// Where the subscription stands, in a sentence.
fn standing(look: &Appearance, world: &World, subscription: &Subscription) -> String {
    let end = iso(subscription.period_end);
    let end = day(&end);
    let next = || {
        let product = world.products.get(subscription.product_id()).expect("products stay");
        look.money(product.currency, world.price_of_next(subscription).total)
    };
    match subscription.state {
        Life::Trialing => format!("Trial until {end}, then {}.", next()),
        Life::Active => format!("Active. The next payment is on {end}: {}.", next()),
        Life::ScheduledCancel(Ending::Cancel) => format!("Ends on {end}."),
        Life::ScheduledCancel(Ending::Pause) => format!("Pauses on {end}."),
        Life::PastDue { .. } => "The last payment failed. It is tried again.".to_owned(),
        Life::Unpaid => "Unpaid.".to_owned(),
        Life::Paused => "Paused. Nothing is charged.".to_owned(),
        Life::Canceled(_) => "Ended.".to_owned(),
    }
}
