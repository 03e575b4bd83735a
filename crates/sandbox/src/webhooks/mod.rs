//! Events: made from what happened, signed over the exact bytes, on their way to every endpoint that wants them.
//!
//! When deliveries are due is in `queue`, sending them in `courier`.

mod courier;
mod queue;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::WEBHOOK_SECRET;
use crate::clock::iso;
use crate::entity::{DeliveryMode, Endpoint, EndpointStatus, History, Mode, STORE_ID};
use crate::shelf::Identified;
use crate::world::World;

pub(crate) use courier::drive;
pub(crate) use queue::Queue;

/// Most copies of one event that may be asked for.
const MAX_DUPLICATES: u32 = 100;

/// Something that happened, not yet an event.
#[derive(Debug)]
pub(crate) struct Draft {
    kind: &'static str,
    object: Value,
}

impl Draft {
    /// An event of this type about this entity.
    pub(crate) fn new(kind: &'static str, object: Value) -> Self {
        Self { kind, object }
    }
}

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
    fn arrived(&self) -> bool {
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

/// The endpoint a sandbox starts with, when it was given an address.
pub(crate) fn seeded_endpoint(url: &Url) -> Endpoint {
    Endpoint {
        id: "wh_SandboxEndpoint0000001".to_owned(),
        mode: Mode::Test,
        object: "webhook",
        store_id: STORE_ID,
        name: Some("The address the sandbox was started with".to_owned()),
        url: url.to_string(),
        delivery_mode: DeliveryMode::Http,
        status: EndpointStatus::Enabled,
        events: Vec::new(),
        secret: WEBHOOK_SECRET.to_owned(),
        removed: false,
    }
}

impl World {
    /// Makes events and queues their deliveries, misbehaving as asked.
    pub(crate) fn publish(&mut self, drafts: Vec<Draft>) {
        let now = self.now();
        let mut outgoing: Vec<(String, String)> = Vec::new();
        for Draft { kind, object } in drafts {
            let id = self.ids.next("evt_");
            let body = json!({ "id": id, "eventType": kind, "created_at": now.as_millisecond(), "object": object });
            let body = body.to_string();
            self.events.push(Event { id: id.clone(), kind, created_at: now, body, deliveries: vec![] });
            for endpoint in self.endpoints.iter().filter(|endpoint| endpoint.wants(kind)) {
                let copies = 1 + self.behaviour.duplicate.min(MAX_DUPLICATES);
                outgoing.extend((0..copies).map(|_| (id.clone(), endpoint.id.clone())));
            }
        }
        if self.behaviour.shuffle {
            for last in (1..outgoing.len()).rev() {
                let other = self.trace_ids.below(last + 1);
                outgoing.swap(last, other);
            }
        }
        let late = SignedDuration::from_millis(i64::try_from(self.behaviour.delay_ms).unwrap_or(i64::MAX));
        let due = now.checked_add(late).unwrap_or(Timestamp::MAX);
        for (event_id, endpoint_id) in outgoing {
            self.deliver(&event_id, &endpoint_id, due);
        }
    }

    /// The latest thing that an event of this type could be about.
    pub(crate) fn latest_for(&self, kind: &str) -> Option<Value> {
        let told = self.events.iter().rev().find(|event| event.kind == kind);
        let told = told.and_then(|event| serde_json::from_str::<Value>(&event.body).ok());
        let about = kind.split_once('.').map_or(kind, |(about, _)| about);
        told.map(|body| body["object"].clone()).or_else(|| match about {
            "checkout" => self.checkouts.iter().next_back().map(|checkout| self.checkout_json(checkout, None)),
            "subscription" => {
                let latest = self.subscriptions.iter().next_back();
                latest.map(|subscription| self.subscription_json(subscription, History::Shown))
            }
            _ => None,
        })
    }

    /// Sends an event once more to every endpoint that wants it; `None` when there is no such event.
    pub(crate) fn resend(&mut self, event_id: &str) -> Option<usize> {
        let (now, kind) = (self.now(), self.events.get(event_id)?.kind);
        let wanted = self.endpoints.iter().filter(|endpoint| endpoint.wants(kind));
        let endpoints: Vec<String> = wanted.map(|endpoint| endpoint.id.clone()).collect();
        endpoints.iter().for_each(|endpoint| self.deliver(event_id, endpoint, now));
        Some(endpoints.len())
    }

    fn deliver(&mut self, event_id: &str, endpoint_id: &str, at: Timestamp) {
        let mode = self.endpoints.get(endpoint_id).map(|endpoint| endpoint.delivery_mode).unwrap_or_default();
        let Some(event) = self.events.get_mut(event_id) else { return };
        let next = match mode {
            DeliveryMode::Http => Next::Attempt(at),
            DeliveryMode::Cli => Next::Pickup,
        };
        event.deliveries.push(Delivery { endpoint_id: endpoint_id.to_owned(), attempts: Vec::new(), next });
        if mode == DeliveryMode::Http {
            self.queue.add(at, event_id, event.deliveries.len() - 1);
        }
    }

    /// The events that wait to be fetched from an endpoint, oldest first.
    pub(crate) fn pending(&self, endpoint_id: &str) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| {
            let waits = |delivery: &Delivery| delivery.endpoint_id == endpoint_id && delivery.next == Next::Pickup;
            event.deliveries.iter().any(waits)
        })
    }

    /// Takes the merchant's word for what became of a fetched event, unless they gave it before, and says whether it
    /// arrived; `None` when it never went there.
    pub(crate) fn acknowledge(&mut self, endpoint_id: &str, event_id: &str, reply: Reply) -> Option<bool> {
        let now = self.now();
        let event = self.events.get_mut(event_id)?;
        let attempt = Attempt { at: now, result: Ok(reply) };
        let mut arrived = None;
        for delivery in event.deliveries.iter_mut().filter(|delivery| delivery.endpoint_id == endpoint_id) {
            if delivery.next == Next::Pickup {
                delivery.attempts.push(attempt.clone());
                delivery.next = Next::Nothing;
            }
            arrived = Some(delivery.status() == DeliveryStatus::Delivered);
        }
        arrived
    }
}
