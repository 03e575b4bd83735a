//! The hosted payment page: one page per session, in steps, and it works without scripts. Also the customer portal.
//!
//! Every press is a POST that either moves the session on and redirects (so that a reload repeats nothing), or comes
//! back with what is wrong. The card's fields are in a frame of their own; a small script makes one press of two.

mod card;
mod controls;
mod document;
mod form;
mod link;
mod places;
mod portal;
pub(crate) mod reply;
mod view;
mod words;

use std::collections::HashMap;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Form, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use maud::Markup;

use crate::Sandbox;
use crate::entity::{Checkout, CheckoutState, Moment};
use crate::world::World;
use crate::world::addresses;
pub(crate) use document::{Appearance, document};
use document::{Done, Scene, message};
use form::{Outcome, Problems};
use reply::{refuse, see_other};

/// What a page may do: its own style, script, frame and pictures, ask its own server, send its forms home, be framed by
/// anyone as Creem's is.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; frame-src 'self'; \
    img-src 'self' https: data:; connect-src 'self'; form-action 'self'; base-uri 'self'";

/// The type of the pages' scripts.
const SCRIPT: &str = "text/javascript";

/// Below a session's page: that it is paid.
const DONE: &str = "/done";

/// Below a session's page: the card's frame, by a name that is in the address of one provider's.
const CARD: &str = "/elements-inner-accessory-target";

/// The payment page's routes.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route(addresses::CHECKOUT, get(show).post(submit))
        .route(&[addresses::CHECKOUT, DONE].concat(), get(done))
        .route(&[addresses::CHECKOUT, CARD].concat(), get(card::show).post(card::submit))
        .route(addresses::PORTAL, get(portal::show).post(portal::submit))
        .route("/_sandbox/style.css", get(|| async { asset("text/css", include_str!("style.css")) }))
        .route("/_sandbox/pay.js", get(|| async { asset(SCRIPT, include_str!("pay.js")) }))
        .route("/_sandbox/messages.js", get(|| async { asset(SCRIPT, include_str!("messages.js")) }))
        .route("/embed.js", get(|| async { asset(SCRIPT, include_str!("embed.js")) }))
        .route(addresses::PAYMENT, get(link::open))
        .route(addresses::PRODUCT, get(link::open))
}

/// A page with the headers every page of the sandbox has.
pub(crate) fn answer(status: StatusCode, markup: Markup) -> Response {
    let mut response = (status, Html(markup.into_string())).into_response();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What is asked for does not exist: a page for people, an error for programs.
pub(crate) async fn nowhere(State(sandbox): State<Sandbox>, uri: Uri, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") && !uri.path().starts_with("/_sandbox/") {
        let look = Appearance::read(&sandbox, uri.query().map(str::to_owned));
        return answer(StatusCode::NOT_FOUND, message(&look, &Scene::Nowhere));
    }
    refuse(StatusCode::NOT_FOUND, "not_found", format!("there is nothing at {}", uri.path()))
}

/// A file of the pages, of text of this type.
pub(crate) fn asset(kind: &str, text: &'static str) -> Response {
    let headers =
        [(header::CONTENT_TYPE, format!("{kind}; charset=utf-8")), (header::CACHE_CONTROL, "no-cache".to_owned())];
    (headers, text).into_response()
}

/// A product and a session of it.
type Address = (String, String);

/// A call of a session's page: which session, and how the page is to look.
struct Visit {
    address: Address,
    look: Appearance,
    /// The page is shown within another page.
    framed: bool,
}

impl FromRequestParts<Sandbox> for Visit {
    type Rejection = PathRejection;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Sandbox) -> Result<Self, PathRejection> {
        let Path(address) = Path::from_request_parts(parts, sandbox).await?;
        let look = Appearance::read(sandbox, parts.uri.query().map(str::to_owned));
        let framed = parts.headers.get("sec-fetch-dest").is_some_and(|place| place == "iframe");
        Ok(Self { address, look, framed })
    }
}

impl Visit {
    /// The session; product and session must belong together.
    fn session(&self, world: &World) -> Option<Checkout> {
        let (product_id, checkout_id) = &self.address;
        world.checkouts.get(checkout_id).filter(|checkout| checkout.product_id == *product_id).cloned()
    }

    /// The session while it can be paid.
    fn open_session(&self, world: &World) -> Option<Checkout> {
        self.session(world).filter(|checkout| checkout.state == CheckoutState::Pending)
    }

    /// Notes a moment of the session.
    fn note(&self, world: &mut World, moment: Moment) {
        let (_, id) = &self.address;
        let now = world.now();
        if let Some(checkout) = world.checkouts.get_mut(id) {
            checkout.note(now, moment);
        }
    }

    /// The page that says that there is none.
    fn not_found(&self) -> Response {
        answer(StatusCode::NOT_FOUND, message(&self.look, &Scene::NotFound))
    }

    /// The address of the session's page, or of one below it.
    fn address(&self, below: &str) -> String {
        let (product_id, checkout_id) = &self.address;
        self.look.address(&[addresses::checkout(product_id, checkout_id).as_str(), below].concat())
    }
}

async fn show(State(sandbox): State<Sandbox>, visit: Visit) -> Response {
    let mut world = sandbox.world();
    let session = visit.session(&world);
    if session.as_ref().is_some_and(|checkout| checkout.state == CheckoutState::Pending) {
        visit.note(&mut world, Moment::PageSeen);
    }
    match session {
        Some(checkout) => scene(&sandbox, &world, &checkout, &visit.look, &Problems::default(), StatusCode::OK),
        None => visit.not_found(),
    }
}

async fn submit(State(sandbox): State<Sandbox>, visit: Visit, Form(fields): Form<HashMap<String, String>>) -> Response {
    let mut world = sandbox.world();
    let Some(checkout) = visit.session(&world) else { return visit.not_found() };
    if checkout.state != CheckoutState::Pending {
        return scene(&sandbox, &world, &checkout, &visit.look, &Problems::default(), StatusCode::OK);
    }
    match form::act(&mut world, &checkout.id, &fields, visit.look.words) {
        Outcome::Moved => see_other(&visit.address("")),
        Outcome::Paid => {
            sandbox.wake();
            see_other(&visit.address(DONE))
        }
        Outcome::Wrong(problems) => {
            let checkout = world.checkouts.get(&checkout.id).cloned().unwrap_or(checkout);
            scene(&sandbox, &world, &checkout, &visit.look, &problems, problems.status())
        }
    }
}

async fn done(State(sandbox): State<Sandbox>, visit: Visit) -> Response {
    let mut world = sandbox.world();
    let Some(checkout) = visit.session(&world) else { return visit.not_found() };
    match checkout.state {
        CheckoutState::Completed(ref paid) => {
            let to = world.return_url(&checkout, sandbox.key());
            if to.is_some() {
                visit.note(&mut world, Moment::SentBack);
            }
            let redirect_url = to.as_ref().map(url::Url::as_str);
            let done = Done { checkout_id: &checkout.id, order_id: &paid.order_id, redirect_url, framed: visit.framed };
            answer(StatusCode::OK, message(&visit.look, &Scene::Paid(done)))
        }
        CheckoutState::Pending | CheckoutState::Expired => see_other(&visit.address("")),
    }
}

/// The page of a session as it is now.
fn scene(
    sandbox: &Sandbox,
    world: &World,
    checkout: &Checkout,
    look: &Appearance,
    problems: &Problems,
    status: StatusCode,
) -> Response {
    match &checkout.state {
        CheckoutState::Pending => answer(status, view::checkout(look, world, checkout, problems)),
        CheckoutState::Expired => {
            let shop = world.merchant_of(checkout);
            answer(StatusCode::OK, message(look, &Scene::Expired(shop.as_deref())))
        }
        CheckoutState::Completed(_) => {
            let to = world.return_url(checkout, sandbox.key());
            answer(StatusCode::OK, message(look, &Scene::AlreadyPaid(to.as_ref().map(url::Url::as_str))))
        }
    }
}
