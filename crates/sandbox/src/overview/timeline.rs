//! One sale as a story: opened, seen, declined, paid, what was told of it and what was answered.

use jiff::Timestamp;
use maud::{Markup, html};

use super::events::answer;
use super::parts::{Tone, pill, when};
use crate::entity::{Checkout, CheckoutState, Moment, Paid};
use crate::world::World;
use crate::world::deliveries::{Delivery, DeliveryStatus, Event};

/// Something of the story.
struct Line {
    at: Timestamp,
    tone: Tone,
    what: Markup,
}

/// The ids of everything that came of a session.
pub(super) fn ids_of(world: &World, checkout: &Checkout) -> Vec<String> {
    let mut ids = vec![checkout.id.clone()];
    if let CheckoutState::Completed(Paid { order_id, subscription_id, .. }) = &checkout.state {
        let subscription = subscription_id.as_deref();
        let own = world.transactions.iter().filter(|payment| {
            payment.order == *order_id || subscription.is_some_and(|id| payment.subscription.as_deref() == Some(id))
        });
        ids.extend(own.map(|payment| payment.id.clone()));
        ids.extend(subscription_id.clone());
        ids.push(order_id.clone());
    }
    ids
}

/// The events that tell of a session or of what came of it.
pub(super) fn events_of<'a>(world: &'a World, checkout: &Checkout) -> Vec<&'a Event> {
    let ids = ids_of(world, checkout);
    world.events.iter().filter(|event| ids.iter().any(|id| event.body.contains(id))).collect()
}

/// The story, in the order in which it happened.
pub(super) fn timeline(world: &World, checkout: &Checkout) -> Markup {
    let mut lines = vec![Line { at: checkout.created_at, tone: Tone::Plain, what: opened(checkout) }];
    lines.extend(checkout.moments.iter().map(|(at, moment)| of_moment(*at, *moment)));
    for event in events_of(world, checkout) {
        lines.push(Line {
            at: event.created_at,
            tone: Tone::Plain,
            what: html! { "Event " a href={ "events/" (event.id) } { (event.kind) } },
        });
        lines.extend(event.deliveries.iter().flat_map(|delivery| attempts(world, event, delivery)));
    }
    // Of the same instant, what was noted first is first.
    lines.sort_by_key(|line| line.at);
    html! {
        ol class="timeline" {
            @for line in &lines {
                li data-tone=[(line.tone != Tone::Plain).then_some(if line.tone == Tone::Good { "good" } else { "bad" })] {
                    (when(world, line.at)) span { (line.what) }
                }
            }
        }
    }
}

fn opened(checkout: &Checkout) -> Markup {
    html! {
        "Opened"
        @if let Some(reference) = &checkout.request_id { ", as " code { (reference) } }
    }
}

fn of_moment(at: Timestamp, moment: Moment) -> Line {
    let (tone, what) = match moment {
        Moment::PageSeen => (Tone::Plain, html! { "The buyer saw the payment page" }),
        Moment::Declined(decline) => (Tone::Bad, html! { "Not paid: " (decline.word()) }),
        Moment::Paid => (Tone::Good, html! { "Paid" }),
        Moment::Expired => (Tone::Bad, html! { "Expired" }),
        Moment::SentBack => (Tone::Good, html! { "The buyer was sent back to the shop" }),
    };
    Line { at, tone, what }
}

fn attempts<'a>(world: &'a World, event: &'a Event, delivery: &'a Delivery) -> impl Iterator<Item = Line> + 'a {
    let url = world.endpoints.get(&delivery.endpoint_id).map_or("", |endpoint| endpoint.url.as_str());
    let last = delivery.attempts.len().saturating_sub(1);
    delivery.attempts.iter().enumerate().map(move |(number, attempt)| {
        let arrived = number == last && delivery.status() == DeliveryStatus::Delivered;
        let tone = if arrived { Tone::Good } else { Tone::Bad };
        Line {
            at: attempt.at,
            tone,
            what: html! {
                (pill(if arrived { "delivered" } else { "not delivered" }, tone)) " " (event.kind) " "
                @if !url.is_empty() { "to " code { (url) } " " }
                span class=[(tone == Tone::Bad).then_some("bad")] { (answer(attempt)) }
            },
        }
    })
}
