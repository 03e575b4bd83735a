//! A recording: calls and their answers, from a known beginning.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::iso;

/// A recording.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// Where its clock is held at first.
    pub(crate) at: Timestamp,
    pub(crate) steps: Vec<Step>,
}

/// One call and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// `None` where the connection was closed without an answer.
    pub(crate) status: Option<u16>,
    pub(crate) answer: String,
}

impl Scenario {
    /// A recording that begins at an instant.
    pub(crate) fn beginning(at: Timestamp) -> Self {
        Self { at, steps: Vec::new() }
    }

    /// All of it, with what brings the beginning about.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let begin = |path: &str, body: &Value, answer: &Value| Step {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string(),
            status: Some(200),
            answer: answer.to_string(),
        };
        let at = iso(self.at);
        let held = json!({ "set": at, "freeze": true });
        let mut steps = vec![
            begin("/_sandbox/reset", &json!({}), &json!({})),
            begin("/_sandbox/clock", &held, &json!({ "now": at, "frozen": true })),
        ];
        steps.extend(self.steps.iter().cloned());
        steps
    }
}
