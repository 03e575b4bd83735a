//! What reached the API: the latest requests as they were received, for people and tests to look at.

use std::collections::VecDeque;

use axum::http::{HeaderMap, Method, StatusCode, Uri};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::iso;

/// How many are kept.
const KEPT: usize = 2000;

/// Longest body that is kept, in bytes; of longer ones only the length is.
const KEPT_BODY_BYTES: usize = 64 * 1024;

/// The latest requests, numbered from the first.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    kept: VecDeque<Request>,
    seen: u64,
}

/// One request, and its answer once there is one.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: Map<String, Value>,
    pub(crate) body: Value,
    /// The answer's body, as text.
    pub(crate) answer: String,
    /// `None` while it is being answered, or when the connection was dropped on purpose.
    pub(crate) status: Option<u16>,
}

impl Requests {
    /// Notes a request; the number is for [`Self::answered`].
    pub(crate) fn note(&mut self, at: Timestamp, method: Method, uri: Uri, headers: &HeaderMap, body: &[u8]) -> u64 {
        self.seen += 1;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        let headers = headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into()))
            .collect();
        let body = readable(body);
        self.kept.push_back(Request {
            number: self.seen,
            at,
            method,
            uri,
            headers,
            body,
            answer: String::new(),
            status: None,
        });
        self.seen
    }

    /// Notes what a request was answered with.
    pub(crate) fn answered(&mut self, number: u64, status: StatusCode, body: &[u8]) {
        if let Some(request) = self.kept.iter_mut().rev().find(|request| request.number == number) {
            request.status = Some(status.as_u16());
            request.answer = String::from_utf8_lossy(&body[..body.len().min(KEPT_BODY_BYTES)]).into_owned();
        }
    }

    /// The request of this number, while it is kept.
    pub(crate) fn get(&self, number: u64) -> Option<&Request> {
        self.kept.iter().find(|request| request.number == number)
    }

    /// The kept ones, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.kept.iter()
    }
}

impl Request {
    /// Whether it, or its answer, says this id.
    pub(crate) fn mentions(&self, id: &str) -> bool {
        let asked = self.uri.path_and_query().is_some_and(|asked| asked.as_str().contains(id));
        asked || self.answer.contains(id) || self.body.to_string().contains(id)
    }

    /// What the controls show of it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "at": iso(self.at), "method": self.method.as_str(), "path": self.uri.path(),
            "query": self.uri.query().unwrap_or_default(), "headers": self.headers, "body": self.body,
            "status": self.status, "answer": readable(self.answer.as_bytes()),
        })
    }
}

/// JSON as JSON, other text as text, nothing as null.
fn readable(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    if body.len() > KEPT_BODY_BYTES {
        return format!("({} bytes)", body.len()).into();
    }
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}
