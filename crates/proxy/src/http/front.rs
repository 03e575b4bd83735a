//! What every request passes before the routes, and every answer after them: the trace id, answers that are kept, the
//! log, and the headers that each answer has.
//!
//! What is kept is answered before any route is looked for, because most readers ask for it.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use futures_util::future::BoxFuture;
use tower::{Service, ServiceExt};

use crate::http::kept::{self, Kept};
use crate::http::security::SecurityHeaders;
use crate::http::trace::{self, Call, Record};

/// The whole proxy as one service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front(Arc<Parts>);

struct Parts {
    kept: Kept,
    headers: SecurityHeaders,
    routes: Router,
}

impl Front {
    pub(crate) fn new(kept: Kept, headers: SecurityHeaders, routes: Router) -> Self {
        Self(Arc::new(Parts { kept, headers, routes }))
    }

    pub(crate) async fn respond(&self, mut request: Request) -> Response {
        let Parts { kept, headers, routes } = &*self.0;
        let call = Call::begin();
        let rejected = trace::rejection(&request);
        let key = if rejected.is_none() { kept::key(&request) } else { None };
        if let Some(key) = &key
            && let Some(answer) = kept.get(key).await
        {
            return call.end(answer.response(), &answer.record, None);
        }
        let (method, asked) = (trace::method_label(request.method()), request.uri().path().to_owned());
        request.extensions_mut().insert(call.trace_id());
        let response = match rejected {
            Some(rejected) => rejected,
            None => routes.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
        };
        let (response, marked) = kept::marked(key, response).await;
        let (mut response, failure) = call.complete(response);
        headers.complete(&mut response);
        let record = Arc::new(Record::new(method, asked, &mut response));
        if let Some(marked) = marked {
            kept.put(marked, &response, Arc::clone(&record));
        }
        call.end(response, &record, failure.as_ref())
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let front = self.clone();
        Box::pin(async move { Ok(front.respond(request).await) })
    }
}
