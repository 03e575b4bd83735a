//! Answers that are the same for everyone who asks in the same words, kept as they go out: made once, compressed once.
//!
//! Every request is counted and logged all the same, and has a trace id of its own.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use moka::sync::Cache;
use wire::Date;

use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::ProxyError;
use crate::http::trace::Record;

/// Most bytes of everything that is kept; a page in one language and encoding has ten thousand.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Most bytes of the words in which an answer is asked for. Longer ones nobody else will use.
const MAX_KEY_BYTES: usize = 1024;

/// Which requests are not for an answer that everyone gets: for a part of it, for none where the browser has it, by
/// another site, by the merchant's systems.
const OF_ONE_CALLER: [HeaderName; 8] = [
    header::RANGE,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_MATCH,
    header::IF_UNMODIFIED_SINCE,
    header::IF_RANGE,
    header::ORIGIN,
    header::AUTHORIZATION,
];

/// Marks an answer that everyone gets who asks in the same words, and says how long it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// As long as we run.
    Always,
    /// On this day, while the products are those that were fetched then.
    While(Timestamp, Date),
}

/// What is kept. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Kept {
    answers: Cache<String, Arc<Answer>>,
    catalog: Catalog,
    clock: Clock,
}

/// An answer as it goes out, but for the id of each.
pub(crate) struct Answer {
    keep: Keep,
    headers: HeaderMap,
    body: Bytes,
    pub(crate) record: Arc<Record>,
}

impl Kept {
    pub(crate) fn new(catalog: Catalog, clock: Clock) -> Self {
        let weigh = |key: &String, answer: &Arc<Answer>| {
            // The headers have about as many as the longest key.
            u32::try_from(key.len() + MAX_KEY_BYTES + answer.body.len()).unwrap_or(u32::MAX)
        };
        Self { answers: Cache::builder().max_capacity(MAX_BYTES).weigher(weigh).build(), catalog, clock }
    }

    /// How long is right what shows products and days now; absent where the products are asked for anew each time.
    pub(crate) async fn while_as_now(&self) -> Option<Keep> {
        let today = Date::from_unix_ms(self.clock.now_ms());
        self.catalog.fetched_at().await.map(|fetched_at| Keep::While(fetched_at, today))
    }

    async fn is_right(&self, keep: Keep) -> bool {
        keep == Keep::Always || self.while_as_now().await == Some(keep)
    }

    /// What is kept of an answer to this, if it is still right.
    pub(crate) async fn get(&self, key: &str) -> Option<Arc<Answer>> {
        let answer = self.answers.get(key)?;
        self.is_right(answer.keep).await.then_some(answer)
    }

    /// Keeps a completed answer.
    pub(crate) fn put(&self, marked: Marked, response: &Response, record: Arc<Record>) {
        let Marked { key, keep, body } = marked;
        self.answers.insert(key, Arc::new(Answer { keep, headers: response.headers().clone(), body, record }));
    }
}

impl Answer {
    pub(crate) fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        response.headers_mut().clone_from(&self.headers);
        response
    }
}

/// What is to be kept of an answer.
pub(crate) struct Marked {
    key: String,
    keep: Keep,
    body: Bytes,
}

/// Reads the body of an answer that is marked to be kept, all of which is in memory already.
pub(crate) async fn marked(key: Option<String>, mut response: Response) -> (Response, Option<Marked>) {
    let keep = response.extensions_mut().remove::<Keep>().filter(|_| response.status() == StatusCode::OK);
    let (Some(key), Some(keep)) = (key, keep) else { return (response, None) };
    let (head, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(body) => (Response::from_parts(head, Body::from(body.clone())), Some(Marked { key, keep, body })),
        Err(error) => (ProxyError::internal(format_args!("an answer broke off: {error}")).into_response(), None),
    }
}

/// The words in which an answer is asked for, all that it may depend on.
pub(crate) fn key(request: &Request) -> Option<String> {
    let headers = request.headers();
    if request.method() != Method::GET || OF_ONE_CALLER.iter().any(|name| headers.contains_key(name)) {
        return None;
    }
    let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
    let mut key = asked.to_owned();
    for name in [header::ACCEPT_ENCODING, header::ACCEPT_LANGUAGE] {
        for value in headers.get_all(&name) {
            key.push('\n');
            key.push_str(value.to_str().ok()?);
        }
        key.push('\n');
    }
    (key.len() <= MAX_KEY_BYTES).then_some(key)
}
