//! Events: made from what happened, signed over the exact bytes, on their way to every endpoint that wants them.
//!
//! When deliveries are due is in `queue`, sending them in `worker`.

mod queue;
mod worker;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::entity::{DeliveryMode, History};
use crate::world::World;
use crate::world::deliveries::{Attempt, Delivery, DeliveryStatus, Event, Next, Reply};

pub(crate) use worker::drive;

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
