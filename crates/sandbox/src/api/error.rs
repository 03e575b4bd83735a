//! The API's errors: a trace id, a status, a category that does not always fit it, a list of messages, a date.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::Sandbox;
use crate::entity::Refusal;

/// Why a call was refused.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    category: &'static str,
    messages: Vec<String>,
}

impl ApiError {
    /// The body or query is wrong; one message for each problem.
    pub(crate) fn bad_request(messages: impl Into<Vec<String>>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, category: "Bad Request", messages: messages.into() }
    }

    /// The key is missing or wrong.
    pub(crate) fn unauthorized(message: &str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, category: "Unauthorized", messages: vec![message.to_owned()] }
    }

    /// There is no such path.
    pub(crate) fn not_found(message: String) -> Self {
        Self { status: StatusCode::NOT_FOUND, category: "Not Found", messages: vec![message] }
    }

    /// There is no such entity. Creem's category for these is the one of 400.
    pub(crate) fn no_such(what: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, category: "Bad Request", messages: vec![format!("{what} not found")] }
    }

    /// The body is longer than is read.
    pub(crate) fn too_large() -> Self {
        let messages = vec!["request entity too large".to_owned()];
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, category: "Payload Too Large", messages }
    }

    /// What exists already cannot be made again.
    pub(crate) fn taken() -> Self {
        Self::bad_request(["A resource with this identifier already exists".to_owned()])
    }

    /// Whatever a status stands for; a refused right has no message, as at Creem.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let category = status.canonical_reason().unwrap_or("Error");
        let messages = if status == StatusCode::FORBIDDEN { vec![] } else { vec![category.to_owned()] };
        Self { status, category, messages }
    }

    /// The answer, dated and traced.
    pub(crate) fn render(&self, sandbox: &Sandbox) -> Response {
        let (trace_id, now) = {
            let mut world = sandbox.world();
            (world.trace_ids.next_trace(), world.now())
        };
        let mut body = json!({ "trace_id": trace_id, "status": self.status.as_u16(), "error": self.category });
        if !self.messages.is_empty() {
            body["message"] = json!(self.messages);
        }
        body["timestamp"] = json!(now.as_millisecond());
        (self.status, Json(body)).into_response()
    }
}

impl IntoResponse for ApiError {
    /// Only carries the error to the layer that renders it, where the clock and the ids are.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Self::no_such("Discount"),
            Refusal::Expired
            | Refusal::NotStarted
            | Refusal::UsedUp
            | Refusal::WrongProduct
            | Refusal::WrongCurrency => Self::bad_request([refusal.to_string()]),
        }
    }
}
