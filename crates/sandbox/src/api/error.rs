//! The API's errors: a trace id, a status, a category that does not always fit it, a list of messages, a date.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::Sandbox;
use crate::entity::Refusal;

/// Why a call was refused.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    category: &'static str,
    messages: Vec<String>,
    form: Form,
}

/// How an error's body looks.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// As Creem's operations answer: with a trace id and a date, and a list of messages.
    Traced,
    /// As the framework below them answers what reaches none of them.
    Bare,
    /// As credits and usage answer what does not fit with how things are: with a code for programs.
    Coded(Box<Coded>),
}

/// What an error says to programs.
#[derive(Clone, Debug, PartialEq)]
struct Coded {
    code: &'static str,
    /// What of the request it is about.
    param: Option<String>,
    /// What may be done about it.
    details: Option<Value>,
}

impl ApiError {
    /// The body or query is wrong; one message for each problem.
    pub(crate) fn bad_request(messages: impl Into<Vec<String>>) -> Self {
        Self::traced(StatusCode::BAD_REQUEST, "Bad Request", messages.into())
    }

    /// The key is missing or wrong.
    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::traced(StatusCode::UNAUTHORIZED, "Unauthorized", vec![message.to_owned()])
    }

    /// There is no such operation.
    pub(crate) fn no_operation(message: String) -> Self {
        Self { form: Form::Bare, ..Self::traced(StatusCode::NOT_FOUND, "Not Found", vec![message]) }
    }

    /// There is no such entity. Creem's category for these is the one of 400.
    pub(crate) fn no_such(what: &str) -> Self {
        Self::absent(format!("{what} not found"))
    }

    /// The same in other words.
    pub(crate) fn absent(message: String) -> Self {
        Self::traced(StatusCode::NOT_FOUND, "Bad Request", vec![message])
    }

    /// What was asked for does not fit with how things are.
    pub(crate) fn conflict(message: String) -> Self {
        Self::traced(StatusCode::CONFLICT, "Conflict", vec![message])
    }

    /// What was asked of credits or usage does not fit with how things are.
    pub(crate) fn coded(status: StatusCode, code: &'static str, param: Option<String>, message: String) -> Self {
        let form = Form::Coded(Box::new(Coded { code, param, details: None }));
        Self { form, ..Self::traced(status, "", vec![message]) }
    }

    /// The same, with what a program may do about it.
    pub(crate) fn with_details(mut self, about: Value) -> Self {
        if let Form::Coded(coded) = &mut self.form {
            coded.details = Some(about);
        }
        self
    }

    /// What was asked for is over.
    pub(crate) fn gone(message: String) -> Self {
        Self::traced(StatusCode::GONE, "Gone", vec![message])
    }

    /// The body is longer than is read.
    pub(crate) fn too_large() -> Self {
        let messages = vec!["request entity too large".to_owned()];
        Self::traced(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large", messages)
    }

    /// What exists already cannot be made again.
    pub(crate) fn taken() -> Self {
        Self::bad_request(["A resource with this identifier already exists".to_owned()])
    }

    /// Whatever a status stands for; a refused right has no message, as at Creem.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let category = status.canonical_reason().unwrap_or("Error");
        let messages = if status == StatusCode::FORBIDDEN { vec![] } else { vec![category.to_owned()] };
        Self::traced(status, category, messages)
    }

    fn traced(status: StatusCode, category: &'static str, messages: Vec<String>) -> Self {
        Self { status, category, messages, form: Form::Traced }
    }

    /// What it says.
    #[cfg(test)]
    pub(super) fn messages(&self) -> &[String] {
        &self.messages
    }

    /// The answer, dated and traced.
    pub(crate) fn render(&self, sandbox: &Sandbox) -> Response {
        let body = match &self.form {
            Form::Traced => self.traced_body(sandbox),
            Form::Bare => json!({
                "message": self.messages.first(), "error": self.category, "statusCode": self.status.as_u16(),
            }),
            Form::Coded(coded) => {
                let mut error = json!({
                    "type": "invalid_request_error", "code": coded.code, "message": self.messages.first(),
                    "param": coded.param,
                });
                if let Some(details) = &coded.details {
                    error["details"] = details.clone();
                }
                error["request_id"] = json!(sandbox.world().trace_ids.next("req_"));
                json!({ "error": error })
            }
        };
        (self.status, Json(body)).into_response()
    }

    fn traced_body(&self, sandbox: &Sandbox) -> Value {
        let (trace_id, now) = {
            let mut world = sandbox.world();
            (world.trace_ids.next_trace(), world.now())
        };
        let mut body = json!({ "trace_id": trace_id, "status": self.status.as_u16(), "error": self.category });
        if !self.messages.is_empty() {
            body["message"] = json!(self.messages);
        }
        body["timestamp"] = json!(now.as_millisecond());
        body
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
