//! Events, each with its deliveries, and the order in which these are due.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::iso;
use crate::entity::collection::Identified;

/// An event, with the bytes every delivery of it carries.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) created_at: Timestamp,
    pub(crate) body: String,
    pub(crate) deliveries: Vec<Delivery>,
}

impl Identified for Event {
    fn id(&self) -> &str {
        &self.id
    }
}

/// One way of an event to one endpoint.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) endpoint_id: String,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) next: Next,
}

/// What a delivery waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// To be sent.
    Attempt(Timestamp),
    /// To be fetched and acknowledged.
    Pickup,
    /// Nothing: it arrived or was given up.
    Nothing,
}

/// One attempt.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) at: Timestamp,
    pub(crate) result: Result<Reply, String>,
}

/// What an endpoint answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Attempt {
    /// Whether it was taken.
    pub(crate) fn arrived(&self) -> bool {
        self.result.as_ref().is_ok_and(|reply| (200..300).contains(&reply.status))
    }
}

/// Where a delivery is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryStatus {
    Waiting,
    Delivered,
    GivenUp,
}

impl Delivery {
    /// Where it is.
    pub(crate) fn status(&self) -> DeliveryStatus {
        match (self.attempts.last().is_some_and(Attempt::arrived), self.next) {
            (true, _) => DeliveryStatus::Delivered,
            (false, Next::Attempt(_) | Next::Pickup) => DeliveryStatus::Waiting,
            (false, Next::Nothing) => DeliveryStatus::GivenUp,
        }
    }

    fn json(&self) -> Value {
        let attempts: Vec<Value> = self
            .attempts
            .iter()
            .map(|attempt| match &attempt.result {
                Ok(reply) => json!({ "at": iso(attempt.at), "status": reply.status, "body": reply.body }),
                Err(error) => json!({ "at": iso(attempt.at), "error": error }),
            })
            .collect();
        let next = match self.next {
            Next::Attempt(at) => Some(iso(at)),
            Next::Pickup | Next::Nothing => None,
        };
        json!({
            "endpoint": self.endpoint_id, "status": self.status(), "next_attempt_at": next, "attempts": attempts,
        })
    }
}

impl Event {
    /// What the controls show of it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "eventType": self.kind, "created_at": iso(self.created_at),
            "body": serde_json::from_str::<Value>(&self.body).unwrap_or_default(),
            "deliveries": self.deliveries.iter().map(Delivery::json).collect::<Vec<_>>(),
        })
    }
}

/// How deliveries misbehave on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Behaviour {
    /// Copies of each event beside the first.
    pub(crate) duplicate: u32,
    /// Events of one purchase leave in another order.
    pub(crate) shuffle: bool,
    /// How late the first attempt is, in milliseconds.
    pub(crate) delay_ms: u64,
    /// Nothing leaves until this is false again.
    pub(crate) pause: bool,
}

/// Deliveries that have yet to be tried, by when; those of one instant in the order they were queued.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: BTreeMap<(Timestamp, u64), Due>,
    queued: u64,
}

/// A delivery in the queue: which event's, and which of its deliveries.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) event_id: String,
    pub(crate) place: usize,
}

impl Queue {
    /// Adds a delivery.
    pub(crate) fn add(&mut self, at: Timestamp, event_id: &str, place: usize) {
        self.queued += 1;
        self.waiting.insert((at, self.queued), Due { event_id: event_id.to_owned(), place });
    }

    /// The first delivery, if it is due by then.
    pub(crate) fn take(&mut self, by: Timestamp) -> Option<Due> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= by).then(|| first.remove())
    }

    /// When the first one is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }
}
