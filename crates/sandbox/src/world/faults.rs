//! Faults on purpose: which calls fail, how, and how often.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most faults waiting at once.
const MAX_FAULTS: usize = 100;

/// The faults that wait for their calls; the oldest matching one strikes.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

/// One fault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Only calls of this method; any when absent.
    #[serde(default)]
    method: Option<String>,
    /// Only calls of this path, or of all below it when it ends with `*`; any when absent.
    #[serde(default)]
    path: Option<String>,
    /// How many calls it strikes.
    #[serde(default = "once")]
    times: u32,
    /// What they are answered with, instead of an answer of their own.
    #[serde(default)]
    status: Option<u16>,
    /// How long they wait first, in milliseconds.
    #[serde(default)]
    delay_ms: u64,
    /// The answer's body: text as it is, anything else as JSON; an error like Creem's when absent.
    #[serde(default)]
    body: Option<Value>,
    /// The connection closes without an answer.
    #[serde(default)]
    drop: bool,
}

fn once() -> u32 {
    1
}

/// What a fault does to a call.
#[derive(Debug)]
pub(crate) struct InjectedFault {
    /// How long it waits first.
    pub(crate) delay: Duration,
    /// What it is answered with; `None` lets it through.
    pub(crate) answer: Option<InjectedResponse>,
}

/// What a call is answered with, instead of an answer of its own.
#[derive(Debug)]
pub(crate) enum InjectedResponse {
    /// Exactly this.
    Response(Response),
    /// An error like Creem's.
    Error(StatusCode),
}

impl Faults {
    /// Adds a fault; false when too many wait already or its status is none.
    pub(crate) fn add(&mut self, fault: Fault) -> bool {
        let sound = self.0.len() < MAX_FAULTS && fault.status.is_none_or(|status| StatusCode::from_u16(status).is_ok());
        if sound {
            self.0.push(fault);
        }
        sound
    }

    /// Those that wait, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Forgets them all.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault to inject into this call, if any; consumes one of its times.
    pub(crate) fn take_matching(&mut self, method: &Method, path: &str) -> Option<InjectedFault> {
        let place = self.0.iter().position(|fault| fault.times > 0 && fault.matches(method, path))?;
        let fault = &mut self.0[place];
        fault.times -= 1;
        let injected = InjectedFault { delay: Duration::from_millis(fault.delay_ms), answer: fault.answer() };
        if fault.times == 0 {
            self.0.remove(place);
        }
        Some(injected)
    }
}

impl Fault {
    fn matches(&self, method: &Method, path: &str) -> bool {
        let method_fits = self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()));
        let path_fits = self.path.as_deref().is_none_or(|wanted| match wanted.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == wanted,
        });
        method_fits && path_fits
    }

    fn answer(&self) -> Option<InjectedResponse> {
        if self.drop {
            return Some(InjectedResponse::Response(dropped()));
        }
        if self.status.is_none() && self.body.is_none() {
            return None;
        }
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
        let body = match &self.body {
            Some(Value::String(text)) => text.clone(),
            Some(json) => json.to_string(),
            None => return Some(InjectedResponse::Error(status)),
        };
        let response = (status, [("content-type", "application/json")], body).into_response();
        Some(InjectedResponse::Response(response))
    }
}

/// An answer that closes the connection instead.
pub(crate) fn dropped() -> Response {
    Response::new(Body::new(Cut))
}

/// A body that fails before its first byte, at which the server closes the connection without having answered.
struct Cut;

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}
