//! The page at `/`, which teaches: what to try, what is for sale, what happened, and how to make it go wrong; and a page
//! for each session, event and request.
//!
//! Plain forms, which work without scripts. The script keeps the page as the sandbox is and copies words.

mod curl;
mod detail;
mod events;
mod goods;
mod guide;
mod parts;
mod sales;
mod settings;
mod timeline;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

use crate::Sandbox;
use crate::page::{self, Appearance, asset, document};

/// The sections, and what the index calls them.
const INDEX: [(&str, &str); 17] = [
    ("try", "Try it"),
    ("time", "Time"),
    ("products", "Products"),
    ("codes", "Codes"),
    ("cards", "Test cards"),
    ("checkouts", "Checkouts"),
    ("subscriptions", "Subscriptions"),
    ("payments", "Payments"),
    ("customers", "Customers"),
    ("licences", "Licences"),
    ("events", "Events"),
    ("endpoints", "Endpoints"),
    ("deliveries", "Deliveries"),
    ("faults", "Faults"),
    ("switches", "Switches"),
    ("scenario", "Scenario"),
    ("requests", "Requests"),
];

/// The overview's routes.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(show))
        .route("/sessions/{id}", get(detail::session))
        .route("/events/{id}", get(detail::event))
        .route("/requests/{number}", get(detail::request))
        .route("/_sandbox/overview.css", get(|| async { asset("text/css", include_str!("overview.css")) }))
        .route("/_sandbox/overview.js", get(|| async { asset("text/javascript", include_str!("overview.js")) }))
}

async fn show(State(sandbox): State<Sandbox>, RawQuery(query): RawQuery) -> Response {
    let world = sandbox.world();
    let look = Appearance::read(&sandbox, query);
    let body = html! {
        (guide::head(sandbox.options()))
        (guide::steps(&world, sandbox.options()))
        (guide::time(&world))
        (goods::products(&world))
        (goods::codes(&world))
        (guide::cards())
        (sales::checkouts(&world))
        (sales::subscriptions(&world))
        (sales::payments(&world))
        (sales::customers(&world))
        (sales::licences(&world))
        (events::events(&world))
        (events::endpoints(&world))
        (settings::deliveries(&world))
        (settings::faults(&world))
        (settings::switches(&world))
        (settings::scenario(&world))
        (events::requests(&world))
    };
    let index = html! {
        nav class="index" aria-label="Sections" {
            @for (id, words) in INDEX { a href={ "#" (id) } { (words) } }
        }
    };
    page::answer(StatusCode::OK, framed(&look, "Creem sandbox", &html! {}, &index, &body))
}

/// A page of the overview: what leads about on one side, and the rest.
fn framed(look: &Appearance, title: &str, head: &Markup, aside: &Markup, body: &Markup) -> Markup {
    let head = html! {
        (head)
        link rel="stylesheet" href="_sandbox/overview.css";
        script type="module" src="_sandbox/overview.js" {}
    };
    document(
        look,
        title,
        head,
        html! {
            div class="overview" {
                (aside)
                main { (body) }
            }
            p id="said" role="status" {}
        },
    )
}
