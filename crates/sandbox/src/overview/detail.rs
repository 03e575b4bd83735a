//! One session, one event, one request: what came in, what went out, and the command that repeats it.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::curl::{curl, text_of};
use super::{event_row, progress, request_row, rows, table};
use crate::Sandbox;
use crate::clock::iso;
use crate::page::{self, Appearance, document};
use crate::webhooks::{Attempt, Delivery, Event};
use crate::world::World;

/// `GET /sessions/{id}`
pub(super) async fn session(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let world = sandbox.world();
    let found = world.checkouts.get(&id).map(|checkout| {
        let url = world.checkout_url(checkout);
        let back = world.return_url(checkout, sandbox.key());
        let events: Vec<&Event> = world.events.iter().filter(|event| event.body.contains(&id)).collect();
        let requests: Vec<_> = world.requests.iter().filter(|request| request.mentions(&id)).collect();
        html! {
            p { a href=(url) { "Its payment page" } }
            @if let Some(back) = back {
                h2 { "Where the buyer returns, signed" }
                pre tabindex="0" { (back) }
            }
            h2 { "As the API shows it" }
            (json(&world.checkout_json(checkout, world.switches.show_checkout_url.then(|| url.clone()))))
            (table("Events", &["Event", "Type", "Created", "Deliveries", ""], &rows(events.into_iter(), event_row)))
            (table("Requests", &["Request", "At", "Method", "Path", "Status"], &rows(requests.into_iter(), request_row)))
        }
    });
    show(&sandbox, query, &format!("Checkout {id}"), found)
}

/// `GET /events/{id}`
pub(super) async fn event(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let world = sandbox.world();
    let found = world.events.get(&id).map(|event| {
        html! {
            p { (event.kind) ", " (iso(event.created_at)) }
            form method="post" action={ "_sandbox/events/" (event.id) "/resend" } {
                button class="quiet" name="again" value="yes" { "Resend" }
            }
            h2 { "Body" }
            (json(&serde_json::from_str(&event.body).unwrap_or_default()))
            @if event.deliveries.is_empty() { p class="muted" { "No endpoint wanted it." } }
            @for delivery in &event.deliveries { (delivered(&world, event, delivery)) }
        }
    });
    show(&sandbox, query, &format!("Event {id}"), found)
}

/// One delivery of an event: where it went, what was answered, and how to send it again by hand.
fn delivered(world: &World, event: &Event, delivery: &Delivery) -> Markup {
    let endpoint = world.endpoints.get(&delivery.endpoint_id);
    let secret = endpoint.map_or("", |endpoint| endpoint.secret.as_str());
    let url = endpoint.map_or("", |endpoint| endpoint.url.as_str());
    let signature = creem::webhook::sign(secret, event.body.as_bytes());
    let headers = [("content-type", "application/json"), (creem::webhook::SIGNATURE_HEADER, signature.as_str())];
    let line = |attempt: &Attempt| match &attempt.result {
        Ok(reply) => format!("{}  {}  {}", iso(attempt.at), reply.status, reply.body),
        Err(error) => format!("{}  {error}", iso(attempt.at)),
    };
    html! {
        section {
            h2 { "To " (if url.is_empty() { "whoever fetches it" } else { url }) }
            p { (progress(delivery)) " Signature " code { (signature) } }
            @if !delivery.attempts.is_empty() {
                pre tabindex="0" { (delivery.attempts.iter().map(line).collect::<Vec<_>>().join("\n")) }
            }
            @if !url.is_empty() {
                pre tabindex="0" { (curl("POST", url, headers.into_iter(), &event.body)) }
            }
        }
    }
}

/// `GET /requests/{number}`
pub(super) async fn request(
    State(sandbox): State<Sandbox>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let world = sandbox.world();
    let base = sandbox.options().public_url.as_str().trim_end_matches('/').to_owned();
    let found = number.parse().ok().and_then(|number| world.requests.get(number)).map(|request| {
        let body = text_of(&request.body);
        let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
        let command = curl(request.method.as_str(), &format!("{base}{}", request.uri), headers, &body);
        let answer: Value = serde_json::from_str(&request.answer).unwrap_or_else(|_| request.answer.clone().into());
        html! {
            p { code { (request.method) " " (request.uri) } ", " (iso(request.at)) }
            h2 { "Came in" }
            @for (name, value) in &request.headers { p class="small" { code { (name) ": " (text_of(value)) } } }
            (json(&request.body))
            h2 { "Went out" @if let Some(status) = request.status { ", " (status) } }
            (json(&answer))
            h2 { "Again" }
            pre tabindex="0" { (command) }
        }
    });
    show(&sandbox, query, &format!("Request #{number}"), found)
}

fn json(value: &Value) -> Markup {
    html! { pre tabindex="0" { (serde_json::to_string_pretty(value).unwrap_or_default()) } }
}

/// The page of one thing, or that there is none.
fn show(sandbox: &Sandbox, query: Option<String>, title: &str, found: Option<Markup>) -> Response {
    let look = Appearance::read(sandbox, query);
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let base = html! { base href={ (sandbox.options().public_url.path().trim_end_matches('/')) "/" }; };
    let body = html! {
        main class="overview" {
            p { a href="." { "Everything" } }
            h1 { (title) }
            (found.unwrap_or_else(|| html! { p { "There is nothing like that here." } }))
        }
    };
    page::answer(status, document(&look, title, base, body))
}
