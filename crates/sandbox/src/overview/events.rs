//! What was sent and what came in: events with their deliveries, the endpoints, the calls of the API.

use creem::webhook::EVENT_TYPES;
use maud::{Markup, html};

use super::guide::send_event;
use super::parts::{Row, Tone, button, copied, live, pill, rows, section, table, when};
use crate::entity::Endpoint;
use crate::world::World;
use crate::world::deliveries::{Attempt, Delivery, DeliveryStatus, Event, Next};
use crate::world::requests::Request;

/// Longest answer that is shown beside a delivery, in characters.
const MAX_ANSWER: usize = 80;

pub(super) fn events(world: &World) -> Markup {
    let list = events_table(world, world.events.iter(), "Nothing happened yet.");
    let content = html! { (live("events-list", &list)) (send_event(&EVENT_TYPES)) };
    section("events", "Events", "What your server is told, and what it answered.", &content)
}

/// Events, newest first, with what became of each.
pub(super) fn events_table<'a>(
    world: &World,
    events: impl DoubleEndedIterator<Item = &'a Event>,
    none: &str,
) -> Markup {
    let row = |event: &Event| -> Row {
        let resend = format!("events/{}/resend", event.id);
        vec![
            when(world, event.created_at),
            html! { a href={ "events/" (event.id) } { (event.kind) } },
            html! {
                @if event.deliveries.is_empty() { span class="muted" { "no endpoint wants it" } }
                @for delivery in &event.deliveries { (progress(world, delivery)) }
            },
            button(&resend, "/#events", ("again", "yes"), "Send again", &format!("Send {} again", event.id)),
        ]
    };
    table("Events", &["At", "Type", "Deliveries", ""], &rows(events, row), none)
}

/// Where a delivery is, and why it is not there yet.
pub(super) fn progress(world: &World, delivery: &Delivery) -> Markup {
    let (word, tone) = match delivery.status() {
        DeliveryStatus::Delivered => ("delivered", Tone::Good),
        DeliveryStatus::GivenUp => ("given up", Tone::Bad),
        DeliveryStatus::Waiting if delivery.attempts.is_empty() => ("waiting", Tone::Plain),
        DeliveryStatus::Waiting => ("failed", Tone::Bad),
    };
    let failure = delivery.attempts.last().filter(|_| tone == Tone::Bad);
    html! {
        div class="delivery" {
            (pill(word, tone))
            @if let Some(attempt) = failure { span class="bad" { (answer(attempt)) } }
            @if let (Next::Attempt(at), false) = (delivery.next, delivery.attempts.is_empty()) {
                span class="muted" { "again " (when(world, at)) }
            }
        }
    }
}

/// What an endpoint answered, shortly.
pub(super) fn answer(attempt: &Attempt) -> String {
    let text = match &attempt.result {
        Ok(reply) => format!("{} {}", reply.status, reply.body),
        Err(error) => error.clone(),
    };
    if text.chars().count() > MAX_ANSWER { text.chars().take(MAX_ANSWER).chain("…".chars()).collect() } else { text }
}

pub(super) fn endpoints(world: &World) -> Markup {
    let row = |endpoint: &Endpoint| -> Row {
        vec![
            html! { @if endpoint.url.is_empty() { "fetched" } @else { code { (endpoint.url) } } },
            html! { @if endpoint.events.is_empty() { "all events" } @else { (endpoint.events.join(", ")) } },
            copied(&endpoint.secret),
        ]
    };
    let known = world.endpoints.iter().filter(|endpoint| !endpoint.removed);
    let none = "Nobody is told: start with --webhook-url, or make an endpoint by the API.";
    let list = table("Webhook endpoints", &["Address", "Events", "Secret"], &rows(known, row), none);
    section("endpoints", "Webhook endpoints", "", &live("endpoints-list", &list))
}

pub(super) fn requests(world: &World) -> Markup {
    let list = requests_table(world, world.requests.iter(), "Nobody has called the API yet.");
    section(
        "requests",
        "Requests",
        "What the API was asked, each with the command that asks it again.",
        &live("requests-list", &list),
    )
}

/// Calls of the API, newest first.
pub(super) fn requests_table<'a>(
    world: &World,
    requests: impl DoubleEndedIterator<Item = &'a Request>,
    none: &str,
) -> Markup {
    let row = |request: &Request| -> Row {
        let (word, tone) = match request.status {
            Some(status) => (status.to_string(), if status < 400 { Tone::Good } else { Tone::Bad }),
            None => ("no answer".to_owned(), Tone::Bad),
        };
        vec![
            when(world, request.at),
            html! { a href={ "requests/" (request.number) } { code { (request.method) " " (request.uri.path()) } } },
            pill(&word, tone),
        ]
    };
    table("Requests", &["At", "Call", "Answer"], &rows(requests, row), none)
}
