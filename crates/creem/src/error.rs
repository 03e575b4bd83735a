//! What can go wrong with a call.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::reader::{Object, Unreadable, text, value};

/// Most problems of one error body that are kept.
const MAX_MESSAGES: usize = 20;

/// Creem's error body, as far as it is there: `message` is absent on 403, the category is not the status. (Creem:
/// errors, section 2.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiErrorBody {
    /// Finds the call in Creem's logs.
    pub trace_id: Option<String>,
    /// One sentence per problem.
    pub message: Vec<String>,
    /// How long Creem asks us to wait, from the answer's header.
    pub retry_after: Option<Duration>,
}

impl ApiErrorBody {
    /// Reads what there is of it; what is no error of Creem's says nothing.
    pub(crate) fn from_body(body: &[u8]) -> Self {
        let text = text(body);
        let Ok(object) = Object::parse("error", &text) else { return Self::default() };
        let mut message = Vec::new();
        if let Some(said) = object.json("message") {
            collect_sentences(&said, &mut message);
        }
        Self { trace_id: object.optional("trace_id", value::filled), message, retry_after: None }
    }

    fn trace(&self) -> &str {
        self.trace_id.as_deref().unwrap_or("unknown")
    }
}

impl fmt::Display for ApiErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = if self.message.is_empty() { "it does not say why".to_owned() } else { self.message.join("; ") };
        write!(f, "{said} (trace {})", self.trace())
    }
}

/// Why a call to Creem failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 401 or 403: the key is missing, wrong, of the other mode, or lacks a scope. Ours to mend, never a buyer's.
    #[error("Creem refuses the API key (status {status}, trace {trace})", trace = body.trace())]
    Key {
        /// 401 or 403; Creem uses both.
        status: u16,
        /// What it said.
        body: ApiErrorBody,
    },
    /// 404.
    #[error("Creem does not know it: {body}")]
    NotFound {
        /// What it said.
        body: ApiErrorBody,
    },
    /// Any other 4xx.
    #[error("Creem refuses the call (status {status}): {body}")]
    Refused {
        /// The status.
        status: u16,
        /// What it said.
        body: ApiErrorBody,
    },
    /// 429, 5xx, or a connection that failed, after the retries that were safe.
    #[error("Creem is not available ({}): {body}", status.map_or("no answer".to_owned(), |status| format!("status {status}")))]
    Unavailable {
        /// The status; `None` when no answer came.
        status: Option<u16>,
        /// What it said; without an answer, what became of the connection.
        body: ApiErrorBody,
    },
    /// No answer in time.
    #[error("Creem did not answer in time")]
    Timeout,
    /// It was not sent: the caller's own budget is used up.
    #[error("the budget of requests to Creem is used up for {} s", wait.as_secs() + 1)]
    OverBudget {
        /// How long.
        wait: Duration,
    },
    /// A 2xx that is not what it should be.
    #[error("Creem's answer cannot be read: {reason}")]
    Unreadable {
        /// What was wrong with it, without the body itself.
        reason: String,
    },
}

impl ApiError {
    /// Creem's trace id, if it gave one.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        match self {
            Self::Key { body, .. }
            | Self::NotFound { body }
            | Self::Refused { body, .. }
            | Self::Unavailable { body, .. } => body.trace_id.as_deref(),
            Self::Timeout | Self::OverBudget { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// How long to wait, if Creem or the budget says it.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Key { body, .. }
            | Self::NotFound { body }
            | Self::Refused { body, .. }
            | Self::Unavailable { body, .. } => body.retry_after,
            Self::OverBudget { wait } => Some(*wait),
            Self::Timeout | Self::Unreadable { .. } => None,
        }
    }

    pub(crate) fn of_status(status: u16, body: ApiErrorBody) -> Self {
        match status {
            401 | 403 => Self::Key { status, body },
            404 => Self::NotFound { body },
            429 | 500.. => Self::Unavailable { status: Some(status), body },
            _ => Self::Refused { status, body },
        }
    }
}

impl From<Unreadable> for ApiError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable { reason: unreadable.to_string() }
    }
}

/// Gathers the texts of a `message`: a text, a list of them, an object that has one, or an object of them.
fn collect_sentences(said: &Value, sentences: &mut Vec<String>) {
    if sentences.len() == MAX_MESSAGES {
        return;
    }
    match said {
        Value::Null => {}
        Value::String(sentence) if sentence.is_empty() => {}
        Value::String(sentence) => sentences.push(sentence.clone()),
        Value::Bool(_) | Value::Number(_) => sentences.push(said.to_string()),
        Value::Array(problems) => problems.iter().for_each(|problem| collect_sentences(problem, sentences)),
        Value::Object(problem) => match problem.get("message") {
            Some(message) => collect_sentences(message, sentences),
            None => problem.values().for_each(|part| collect_sentences(part, sentences)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_every_shape_are_read() {
        for (body, message) in [
            (r#"{"trace_id":"t","message":["a","b"],"status":400}"#, &["a", "b"][..]),
            (r#"{"message":"a"}"#, &["a"]),
            (r#"{"trace_id":"t","status":403,"error":"Forbidden"}"#, &[]),
            (r#"{"message":null}"#, &[]),
            (r#"{"message":{"message":["a"],"statusCode":400}}"#, &["a"]),
            (
                r#"{"message":[{"constraints":{"isEmail":"email must be an email"},"property":"email"}]}"#,
                &["email must be an email", "email"],
            ),
            (r#"{"message":["a",null,"",{"field":"x","message":"b"},["c"],7]}"#, &["a", "b", "c", "7"]),
            (r#"{"message":["cut in two \ud83d",1e400]}"#, &["cut in two \u{FFFD}"]),
            ("<html>", &[]),
            ("[]", &[]),
        ] {
            assert_eq!(ApiErrorBody::from_body(body.as_bytes()).message, message, "{body}");
        }
    }

    #[test]
    fn a_trace_id_is_any_text() {
        for (body, trace_id) in [
            (r#"{"trace_id":"t-1"}"#, Some("t-1")),
            (r#"{"trace_id":17,"message":[]}"#, Some("17")),
            (r#"{"trace_id":"","message":[]}"#, None),
            (r#"{"trace_id":null}"#, None),
            (r#"{"trace_id":{}}"#, None),
        ] {
            assert_eq!(ApiErrorBody::from_body(body.as_bytes()).trace_id.as_deref(), trace_id, "{body}");
        }
    }

    #[test]
    fn a_flood_of_problems_is_cut_off() {
        let body = format!(r#"{{"message":[{}]}}"#, vec!["\"a\""; 1000].join(","));
        assert_eq!(ApiErrorBody::from_body(body.as_bytes()).message.len(), MAX_MESSAGES);
    }

    #[test]
    fn a_wrong_key_is_a_wrong_key_by_either_status() {
        for status in [401, 403] {
            assert!(matches!(ApiError::of_status(status, ApiErrorBody::default()), ApiError::Key { .. }));
        }
    }

    #[test]
    fn the_trace_id_is_in_what_is_logged() {
        let refused = |body: &[u8]| ApiError::of_status(400, ApiErrorBody::from_body(body)).to_string();
        assert_eq!(
            refused(br#"{"trace_id":"t-1","message":["a","b"]}"#),
            "Creem refuses the call (status 400): a; b (trace t-1)"
        );
        assert_eq!(refused(b""), "Creem refuses the call (status 400): it does not say why (trace unknown)");
    }

    #[test]
    fn how_long_to_wait_is_told_by_whoever_asks_for_it() {
        let wait = Duration::from_secs(7);
        let asked = |status| {
            ApiError::of_status(status, ApiErrorBody { retry_after: Some(wait), ..ApiErrorBody::default() })
                .retry_after()
        };
        assert!([400, 401, 404, 429, 503].into_iter().all(|status| asked(status) == Some(wait)));
        assert_eq!(ApiError::OverBudget { wait }.retry_after(), Some(wait));
        assert_eq!(ApiError::Timeout.retry_after(), None);
    }
}
