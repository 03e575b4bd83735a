//! How a request fails: a code with its status, what we say, and what we log.
//!
//! A [`ProxyError`] travels as a value; [`crate::http::trace`] turns it into the answer's body and into exactly one log
//! line, because only there the request's trace id is known.

use std::fmt::Display;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use creem::ApiError;
use wire::{ErrorBody, ErrorCode, ErrorDetail};

use crate::ledger::LedgerError;
use crate::text::log;

/// A request that cannot be answered as asked.
#[derive(Clone, Debug)]
pub struct ProxyError {
    code: ErrorCode,
    message: String,
    field: Option<String>,
    cause: Option<String>,
    retry_after: Option<Duration>,
}

impl ProxyError {
    /// An error whose sender can mend it; `message` is for the person who integrates.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, cause: None, retry_after: None }
    }

    /// Names the request's field at fault, dotted.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Keeps the cause, sanitized, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl Display) -> Self {
        self.cause = Some(log::sanitized(cause));
        self
    }

    /// Says when the same call may succeed.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Adds the headers that this error asks for.
    pub(crate) fn complete_head(&self, headers: &mut HeaderMap) {
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.code == ErrorCode::TokenInvalid {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }

    /// A failure of the proxy itself.
    pub fn internal(cause: impl Display) -> Self {
        Self::new(ErrorCode::Internal, "the proxy failed").because(cause)
    }

    /// A body larger than may be sent here.
    #[must_use]
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(ErrorCode::BodyTooLarge, format!("the body must have at most {limit_bytes} bytes"))
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The field at fault.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is only logged.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The status this error is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).expect("error codes carry valid statuses")
    }

    /// What is answered.
    #[must_use]
    pub fn detail(&self, trace_id: &str) -> ErrorDetail {
        ErrorDetail {
            code: self.code,
            message: self.message.clone(),
            field: self.field.clone(),
            trace_id: trace_id.to_owned(),
        }
    }

    /// The whole body that is answered.
    #[must_use]
    pub fn body(&self, trace_id: &str) -> ErrorBody {
        ErrorBody { error: self.detail(trace_id) }
    }
}

/// A failed call to Creem, as the buyer's side may know it: never raw, but with Creem's trace id.
impl From<&ApiError> for ProxyError {
    fn from(error: &ApiError) -> Self {
        let (code, message) = match error {
            ApiError::Key { .. } => (ErrorCode::UpstreamMisconfigured, "Creem refuses this proxy's API key"),
            ApiError::NotFound { .. } => (ErrorCode::UpstreamRefused, "Creem does not know what was asked for"),
            ApiError::Refused { .. } => (ErrorCode::UpstreamRefused, "Creem refused the call"),
            ApiError::Unavailable { .. } => (ErrorCode::UpstreamUnavailable, "Creem is not available"),
            ApiError::Unreadable { .. } => (ErrorCode::UpstreamUnavailable, "Creem's answer cannot be read"),
            ApiError::Timeout => (ErrorCode::UpstreamTimeout, "Creem did not answer in time"),
            ApiError::OverBudget { .. } => {
                (ErrorCode::UpstreamUnavailable, "this proxy has asked Creem as much as it may for now")
            }
        };
        let message = match error.trace_id().filter(|id| is_trace_id(id)) {
            Some(id) => format!("{message} (Creem trace {id})"),
            None => message.to_owned(),
        };
        let failed = Self::new(code, message);
        let failed = match error {
            ApiError::Unreadable { .. } => failed.because(log::without_values(error)),
            ApiError::Key { .. }
            | ApiError::NotFound { .. }
            | ApiError::Refused { .. }
            | ApiError::Unavailable { .. }
            | ApiError::Timeout
            | ApiError::OverBudget { .. } => failed.because(error),
        };
        match error.retry_after() {
            Some(wait) => failed.retry_after(wait),
            None => failed,
        }
    }
}

impl From<ApiError> for ProxyError {
    fn from(error: ApiError) -> Self {
        Self::from(&error)
    }
}

impl From<LedgerError> for ProxyError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Database(_) | LedgerError::Lost => Self::internal(log::sanitized(error)),
            LedgerError::Busy => {
                let message = "too much is being written at once";
                Self::new(ErrorCode::Busy, message).because(error).retry_after(BUSY_FOR)
            }
        }
    }
}

/// After how long a ledger that is busy may be asked again.
const BUSY_FOR: Duration = Duration::from_secs(2);

/// Whether a text from outside is plain enough to be repeated in an answer.
fn is_trace_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// An answer that failed: [`crate::http::trace`] logs the error, and writes its body unless the answer has one.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The body is still to be written, as JSON.
    Bare(ProxyError),
    /// The answer is a page that already says it.
    Shown(ProxyError),
}

impl IntoResponse for ProxyError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        self.complete_head(response.headers_mut());
        response.extensions_mut().insert(Failure::Bare(self));
        response
    }
}
