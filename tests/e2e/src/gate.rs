//! A gate in front of the shop: it holds the app's WebAssembly back, for what a buyer does before it has arrived, and
//! sends pages piece by piece, for what they see while a page arrives.

use std::convert::Infallible;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch;

/// Open, and sending pages whole, unless a journey wants it otherwise.
#[derive(Clone)]
pub(crate) struct Gate {
    open: watch::Sender<bool>,
    /// How often the browser has said that it painted what has come so far; `None` where pages are sent whole.
    painted: watch::Sender<Option<usize>>,
}

impl Gate {
    /// An open one.
    pub(crate) fn new() -> Self {
        Self { open: watch::Sender::new(true), painted: watch::Sender::new(None) }
    }

    /// From now on what arrives waits.
    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }

    /// Lets through what waits, and what comes after it.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// From now on pages are sent piece by piece.
    pub(crate) fn send_in_pieces(&self) {
        self.painted.send_replace(Some(0));
    }

    /// How many pieces were painted one by one.
    pub(crate) fn painted(&self) -> usize {
        self.painted.borrow().unwrap_or_default()
    }
}

/// Holds answers to requests for WebAssembly back while the gate is closed.
pub(crate) async fn hold(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if request.uri().path().ends_with(".wasm") {
        // The gate lives as long as the shop; without it nobody waits for the answer.
        let _ = gate.open.subscribe().wait_for(|open| *open).await;
    }
    next.run(request).await
}

/// Sends a page element by element, each as soon as the browser has painted what came before.
pub(crate) async fn cut(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    if request.uri().path() == "/painted" {
        gate.painted.send_modify(|painted| *painted = painted.map(|count| count + 1));
        return StatusCode::NO_CONTENT.into_response();
    }
    if gate.painted.borrow().is_none() {
        return next.run(request).await;
    }
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    let response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(page) = to_bytes(body, usize::MAX).await else { return StatusCode::BAD_GATEWAY.into_response() };
    head.headers.remove(header::CONTENT_LENGTH);
    let pieces = pieces(&page).into_iter().enumerate();
    let sent = stream::unfold((pieces, gate.painted.subscribe()), async |(mut pieces, mut painted)| {
        let (number, piece) = pieces.next()?;
        if number > 0 {
            painted.changed().await.ok()?;
        }
        painted.mark_unchanged();
        Some((Ok::<Bytes, Infallible>(piece), (pieces, painted)))
    });
    Response::from_parts(head, Body::from_stream(sent))
}

/// Everything up to the body, and then each element by itself.
fn pieces(page: &Bytes) -> Vec<Bytes> {
    let body = page.windows(5).position(|word| word == b"<body").unwrap_or_default();
    let begins_element = |at: &usize| page[*at] == b'<' && page.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
    let cuts: Vec<usize> = (body + 1..page.len()).filter(begins_element).chain([page.len()]).collect();
    let begins = [0].into_iter().chain(cuts.iter().copied());
    begins.zip(&cuts).map(|(begin, end)| page.slice(begin..*end)).collect()
}
