//! What can go wrong with a call.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

/// Creem's error body, as far as it is there: `message` is absent on 403, the category is not the status. (Creem:
/// errors, section 2.)
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ApiErrorBody {
    /// Finds the call in Creem's logs.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// One sentence per problem.
    #[serde(default, deserialize_with = "one_or_many")]
    pub message: Vec<String>,
    /// How long Creem asks us to wait, from the answer's header.
    #[serde(skip)]
    pub retry_after: Option<Duration>,
}

impl ApiErrorBody {
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

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
        Other(serde::de::IgnoredAny),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(message) => vec![message],
        OneOrMany::Many(messages) => messages,
        OneOrMany::Other(_) => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_every_shape_are_read() {
        let read = |text: &str| serde_json::from_str::<ApiErrorBody>(text).expect("readable");
        assert_eq!(read(r#"{"trace_id":"t","message":["a","b"],"status":400}"#).message, ["a", "b"]);
        assert_eq!(read(r#"{"message":"a"}"#).message, ["a"]);
        assert!(read(r#"{"trace_id":"t","status":403,"error":"Forbidden"}"#).message.is_empty());
        assert!(read(r#"{"message":null}"#).message.is_empty());
    }

    #[test]
    fn a_wrong_key_is_a_wrong_key_by_either_status() {
        for status in [401, 403] {
            assert!(matches!(ApiError::of_status(status, ApiErrorBody::default()), ApiError::Key { .. }));
        }
    }
}
