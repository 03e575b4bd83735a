//! A session of calls and controls, recorded from a known beginning, so that it can be played again to the same bytes.
//!
//! A recording begins with everything forgotten and the clock held, which makes every answer a matter of what is asked.
//! What it is exported as is in `scenario/export`.

mod export;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;

use crate::api;
use crate::world::World;
use crate::world::recording::{Scenario, Step};
use crate::{MAX_BODY_BYTES, Sandbox};

pub(crate) use export::Language;

/// Most steps of one recording; it grows in memory.
const MAX_STEPS: usize = 1000;

/// What stands for the sandbox's address in what is recorded, so that it can be played elsewhere.
const PLACEHOLDER: &str = "{sandbox}";

/// The headers that an answer depends on.
const HEADERS: [&str; 3] = ["x-api-key", "content-type", "idempotency-key"];

impl World {
    /// Begins a recording in a world where nothing was made yet.
    pub(crate) fn record_from(&mut self, at: Timestamp) {
        self.clock.freeze(true);
        self.repeat_ids();
        self.clock.set(at);
        self.scenario = Some(Scenario::beginning(self.now()));
    }

    fn is_recording(&self) -> bool {
        self.scenario.as_ref().is_some_and(|scenario| scenario.steps.len() < MAX_STEPS)
    }
}

/// Whether a request belongs to a recording: calls of the API do, and controls that change something.
fn is_part(request: &Request) -> bool {
    let path = request.uri().path();
    path.starts_with("/v1") || (path.starts_with("/_sandbox/") && request.method() != Method::GET)
}

/// Records what goes through, while there is a recording.
pub(crate) async fn record(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    if !is_part(&request) || !sandbox.world().is_recording() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return next.run(Request::from_parts(parts, Body::empty())).await;
    };
    let mut step = Step {
        method: parts.method.to_string(),
        path: api::asked(&parts).path_and_query().map_or_else(String::new, ToString::to_string),
        headers: kept(&parts.headers),
        body: placed(&sandbox, &body),
        status: None,
        answer: String::new(),
    };
    let generation = sandbox.world().generation;
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    let response = match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            step.status = Some(parts.status.as_u16());
            step.answer = placed(&sandbox, &bytes);
            Response::from_parts(parts, Body::from(bytes))
        }
        Err(_) => crate::world::faults::dropped(),
    };
    let mut world = sandbox.world();
    if world.generation == generation
        && let Some(scenario) = &mut world.scenario
    {
        scenario.steps.push(step);
    }
    response
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let known = HEADERS.into_iter().filter_map(|name| Some((name, headers.get(name)?.to_str().ok()?)));
    known.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Text in which the sandbox's own address is a placeholder.
fn placed(sandbox: &Sandbox, bytes: &Bytes) -> String {
    let base = sandbox.options().public_url.as_str().trim_end_matches('/');
    String::from_utf8_lossy(bytes).replace(base, PLACEHOLDER)
}
