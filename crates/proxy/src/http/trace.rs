//! The request's trace id, its one log line, and the body of every error.
//!
//! Never logged: the query (it carries signatures and e-mail addresses), headers and bodies.

use std::any::Any;
use std::borrow::Cow;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;
use wire::ErrorCode;

use crate::error::{Failure, ProxyError};
use crate::telemetry;
use crate::text::log::sanitized;

/// What the lines about requests are filtered by, wherever this module stands.
const TARGET: &str = "proxy::trace";

/// The header that carries the trace id.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Finds the log line of an answer. Made here; one sent by a caller is not believed.
#[derive(Clone, Debug)]
pub(crate) struct TraceId(pub(crate) String);

/// Marks a request that came without `Host`, or with more than one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InvalidHost;

/// A request from the moment it came.
pub(crate) struct Call {
    began: Instant,
    id: String,
}

impl Call {
    pub(crate) fn begin() -> Self {
        Self { began: Instant::now(), id: Uuid::now_v7().to_string() }
    }

    pub(crate) fn trace_id(&self) -> TraceId {
        TraceId(self.id.clone())
    }

    /// Gives a failed answer its body and headers, and answers why it failed.
    pub(crate) fn complete(&self, mut response: Response) -> (Response, Option<Failure>) {
        if response.status() == StatusCode::METHOD_NOT_ALLOWED && response.extensions().get::<Failure>().is_none() {
            response = method_not_allowed(response.headers().get(header::ALLOW).cloned());
        }
        let failure = response.extensions_mut().remove::<Failure>();
        if let Some(Failure::Bare(error)) = &failure {
            response = with_body(response, error, &self.id);
        }
        (response, failure)
    }

    /// Counts and logs the answer, and writes the id on it.
    pub(crate) fn end(self, mut response: Response, record: &Record, failure: Option<&Failure>) -> Response {
        record.write(self.began.elapsed(), &self.id, failure);
        let id = HeaderValue::try_from(self.id).expect("a UUID is a header value");
        response.headers_mut().insert(REQUEST_ID_HEADER, id);
        response
    }
}

/// How an answer is counted and logged, the same each time it is given.
pub(crate) struct Record {
    method: &'static str,
    address: Address,
    status: StatusCode,
    requests: telemetry::Requests,
}

impl Record {
    /// Of a method and a path as they were asked for.
    pub(crate) fn new(method: &'static str, asked: String, response: &mut Response) -> Self {
        let status = response.status();
        let address = Address::new(response.extensions_mut().remove(), asked, status);
        let requests = telemetry::Requests::new(address.label(), method, status.as_u16());
        Self { method, address, status, requests }
    }

    fn write(&self, took: Duration, id: &str, failure: Option<&Failure>) {
        self.requests.answered(took);
        log(self, took, id, failure);
    }
}

/// Tells the way out which of our patterns a request was for.
pub(crate) async fn name_route(pattern: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(pattern) = pattern {
        response.extensions_mut().insert(pattern);
    }
    response
}

/// What a request asked for, as it is counted and logged.
enum Address {
    /// One of our patterns, so that nobody's reference is in the log.
    Route(MatchedPath),
    /// A file beside the page.
    File(String),
    /// Nothing. Whoever set a wrong address somewhere finds it in the log.
    Unknown(String),
}

impl Address {
    fn new(route: Option<MatchedPath>, asked: String, status: StatusCode) -> Self {
        let is_file =
            status.is_success() || [StatusCode::NOT_MODIFIED, StatusCode::RANGE_NOT_SATISFIABLE].contains(&status);
        match route {
            Some(route) => Self::Route(route),
            None if is_file => Self::File(asked),
            None => Self::Unknown(asked),
        }
    }

    /// One of a small fixed set.
    fn label(&self) -> &str {
        match self {
            Self::Route(route) => route.as_str(),
            Self::File(_) => "(asset)",
            Self::Unknown(_) => "(unknown)",
        }
    }

    fn path(&self) -> Cow<'_, str> {
        match self {
            Self::Route(route) => Cow::Borrowed(route.as_str()),
            Self::File(path) | Self::Unknown(path) => Cow::Owned(sanitized(path)),
        }
    }
}

/// Turns a panic into an ordinary failure, so that it is answered and logged like one.
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    ProxyError::internal(format_args!("panicked: {text}")).into_response()
}

/// A method as it is logged and counted. Callers may make up as many as they like, each as long as a whole head.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Rejects what no route is to see: a method that HTTP does not have, and a request for no host or for two.
pub(crate) fn rejection(request: &Request) -> Option<Response> {
    if request.extensions().get::<InvalidHost>().is_some() {
        let message = "a request needs exactly one Host";
        return Some(ProxyError::new(ErrorCode::RequestInvalid, message).into_response());
    }
    // The router rejects the other ones, and names what the address takes instead.
    let standard =
        [Method::CONNECT, Method::DELETE, Method::PATCH, Method::PUT, Method::TRACE].contains(request.method());
    let made_up = method_label(request.method()) == "other" && !standard;
    made_up.then(|| method_not_allowed(Some(HeaderValue::from_static("GET, HEAD, OPTIONS, POST"))))
}

fn method_not_allowed(allow: Option<HeaderValue>) -> Response {
    let error = ProxyError::new(ErrorCode::MethodNotAllowed, "this address does not take this method");
    let mut response = error.into_response();
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn with_body(bare: Response, error: &ProxyError, id: &str) -> Response {
    let mut response = (error.status(), Json(error.body(id))).into_response();
    for (name, value) in bare.headers() {
        if *name != header::CONTENT_LENGTH {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn log(record: &Record, took: Duration, trace_id: &str, failure: Option<&Failure>) {
    let Record { method, address, .. } = record;
    let (method, status) = (*method, record.status.as_u16());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let Some(Failure::Bare(error) | Failure::Shown(error)) = failure else {
        match address {
            // A page has a dozen of them, and none says anything of a sale.
            Address::File(_) => {
                tracing::debug!(target: TARGET, method, path = &*address.path(), status, ms, trace_id, "answered")
            }
            Address::Route(_) | Address::Unknown(_) => {
                tracing::info!(target: TARGET, method, path = &*address.path(), status, ms, trace_id, "answered");
            }
        }
        return;
    };
    let code = error.code().as_str();
    let cause = error.cause().unwrap_or_default();
    if status >= 500 {
        tracing::error!(target: TARGET, method, path = &*address.path(), status, ms, trace_id, code, cause, "failed");
    } else {
        tracing::warn!(target: TARGET, method, path = &*address.path(), status, ms, trace_id, code, cause, "refused");
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_like_any_failure_and_says_nothing_of_itself() {
        async fn broken() -> &'static str {
            panic!("with a secret: creem_test_hidden")
        }
        let app = Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(panicked));
        let request = axum::http::Request::builder().uri("/").body(Body::empty()).unwrap();
        let (response, _) = Call::begin().complete(app.oneshot(request).await.unwrap());
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains(r#""code":"internal""#) && !text.contains("creem_test_hidden"), "{text}");
    }
}
