//! One session, one event, one request: what came in, what went out, and the command that repeats it.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use url::Url;

use super::curl::{curl, text_of};
use super::events::{progress, requests_table};
use super::framed;
use super::parts::{button, copied, live, when};
use super::sales::state;
use super::timeline::{ids_of, timeline};
use crate::Sandbox;
use crate::clock::iso;
use crate::entity::{Checkout, CheckoutState};
use crate::page::{self, Appearance};
use crate::world::World;
use crate::world::deliveries::{Attempt, Delivery, Event};

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
        let ids = ids_of(&world, checkout);
        let requests: Vec<_> =
            world.requests.iter().filter(|request| ids.iter().any(|id| request.mentions(id))).collect();
        html! {
            (live("head", &head(&world, checkout, &url)))
            h2 { "The story" }
            (live("story", &timeline(&world, checkout)))
            @if let Some(shop) = sandbox.options().shop_url.as_ref().and_then(|shop| payment_at(shop, checkout)) {
                p { a href=(shop.as_str()) { "What the shop knows of it" } }
            }
            @if let Some(back) = back {
                h2 { "Where the buyer returns" }
                p { a href=(back) { "Open it as the buyer" } }
                (block(back.as_str()))
            }
            h2 { "As the API shows it" }
            (json(&world.checkout_json(checkout, world.switches.show_checkout_url.then_some(url))))
            h2 { "Requests" }
            (live("requests-list", &requests_table(&world, requests.into_iter(), "The API was not asked about it.")))
        }
    });
    show(&sandbox, query, "Checkout", Some(&id), found)
}

/// Where the shop tells what it knows of a session.
fn payment_at(shop: &Url, checkout: &Checkout) -> Option<Url> {
    let mut url = shop.join("api/payments").ok()?;
    url.path_segments_mut().ok()?.push(checkout.request_id.as_deref()?);
    url.query_pairs_mut().append_pair("checkout_id", &checkout.id);
    Some(url)
}

/// What a session is, and what can be done with it.
fn head(world: &World, checkout: &Checkout, url: &str) -> Markup {
    let product = world.product_of(checkout);
    let here = format!("/sessions/{}", checkout.id);
    let pay = format!("checkouts/{}/pay", checkout.id);
    html! {
        dl class="facts" {
            div { dt { "Status" } dd { (state(checkout)) } }
            div { dt { "Product" } dd { (product.name) @if checkout.units > 1 { " × " (checkout.units) } } }
            div { dt { "Total" } dd { (product.currency.show(world.price(checkout).total)) } }
            div { dt { "Buyer" } dd { @if checkout.buyer.email.is_empty() { "not known yet" } @else { (checkout.buyer.email) } } }
            div { dt { "Opened" } dd { (when(world, checkout.created_at)) } }
        }
        @if checkout.state == CheckoutState::Pending {
            div class="controls" {
                a class="quiet" href=(url) target="_blank" { "Open its payment page" }
                (button(&pay, &here, ("card", "4111111111111111"), "Pay", "Pay"))
                (button(&pay, &here, ("card", "4507990000000028"), "Let the card be declined", "Let the card be declined"))
                (button("clock", &here, ("advance_seconds", "86400"), "Let a day pass, so that it expires", "Let a day pass, so that it expires"))
            }
        }
    }
}

/// `GET /events/{id}`
pub(super) async fn event(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let world = sandbox.world();
    let found = world.events.get(&id).map(|event| {
        let about = world.checkouts.iter().find(|checkout| event.body.contains(&checkout.id));
        html! {
            dl class="facts" {
                div { dt { "Type" } dd { (event.kind) } }
                div { dt { "At" } dd { (when(&world, event.created_at)) } }
                @if let Some(checkout) = about {
                    div { dt { "Of" } dd { a href={ "sessions/" (checkout.id) } { "its checkout’s story" } } }
                }
            }
            div class="controls" {
                (button(&format!("events/{id}/resend"), &format!("/events/{id}"), ("again", "yes"), "Send again", "Send again"))
            }
            @if event.deliveries.is_empty() { p class="none" { "No endpoint wanted it." } }
            (live("event-deliveries", &html! { @for delivery in &event.deliveries { (delivered(&world, event, delivery)) } }))
            h2 { "Body" }
            (json(&serde_json::from_str(&event.body).unwrap_or_default()))
        }
    });
    show(&sandbox, query, "Event", Some(&id), found)
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
            (progress(world, delivery))
            @if !delivery.attempts.is_empty() {
                (block(&delivery.attempts.iter().map(line).collect::<Vec<_>>().join("\n")))
            }
            @if !url.is_empty() {
                (block(&curl("POST", url, headers.into_iter(), &event.body)))
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
        let lines: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("{name}: {}", text_of(value))).collect();
        html! {
            dl class="facts" {
                div { dt { "Call" } dd { code { (request.method) " " (request.uri) } } }
                div { dt { "At" } dd { (when(&world, request.at)) } }
                @if let Some(status) = request.status { div { dt { "Answer" } dd { (status) } } }
            }
            h2 { "Ask it again" }
            (block(&command))
            h2 { "Came in" }
            (json(&request.body))
            h2 { "Went out" }
            (json(&answer))
            h2 { "Headers" }
            (block(&lines.join("\n")))
        }
    });
    show(&sandbox, query, &format!("Request #{number}"), None, found)
}

fn json(value: &Value) -> Markup {
    block(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// Text as it is, which can be copied.
fn block(text: &str) -> Markup {
    html! {
        div class="block" {
            pre tabindex="0" { (text) }
            button type="button" class="copy" data-copy-beside aria-label="Copy this" hidden { "Copy" }
        }
    }
}

/// The page of one thing, or that there is none.
fn show(sandbox: &Sandbox, query: Option<String>, title: &str, id: Option<&str>, found: Option<Markup>) -> Response {
    let look = Appearance::read(sandbox, query);
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let base = html! { base href={ (sandbox.options().public_url.path().trim_end_matches('/')) "/" }; };
    let aside = html! { nav class="index" aria-label="The way back" { a href="." { "← Everything" } } };
    let body = html! {
        article {
            h1 { (title) }
            @if let Some(id) = id { p { (copied(id)) } }
            (found.unwrap_or_else(|| html! { p { "There is nothing like that here." } }))
        }
    };
    page::answer(status, framed(&look, title, &base, &aside, &body))
}
