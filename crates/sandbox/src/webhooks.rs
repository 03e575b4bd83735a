//! Events and their way to the merchant: signed over the exact bytes, tried again on Creem's schedule.
//!
//! One delivery is on its way at a time, so that the order they arrive in is the order they were due.

use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;
use url::Url;

use crate::clock::iso;
use crate::shelf::Identified;
use crate::world::World;
use crate::{Inner, WEBHOOK_SECRET};

/// How long after a failed attempt the next one follows; after the last there is none.
const RETRY_AFTER: [SignedDuration; 4] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(6),
];

/// How long the merchant may take to answer. Creem publishes no number.
const TIMEOUT: Duration = Duration::from_secs(10);

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

/// One way of an event to the merchant.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) attempts: Vec<Attempt>,
    /// When it is tried next; `None` when it arrived or was given up.
    pub(crate) due: Option<Timestamp>,
}

/// One attempt.
#[derive(Debug)]
pub(crate) struct Attempt {
    at: Timestamp,
    result: Result<u16, String>,
}

impl Attempt {
    fn arrived(&self) -> bool {
        self.result.as_ref().is_ok_and(|status| (200..300).contains(status))
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
        match (self.attempts.last().is_some_and(Attempt::arrived), self.due) {
            (true, _) => DeliveryStatus::Delivered,
            (false, Some(_)) => DeliveryStatus::Waiting,
            (false, None) => DeliveryStatus::GivenUp,
        }
    }

    fn json(&self) -> Value {
        let attempts: Vec<Value> = self
            .attempts
            .iter()
            .map(|attempt| match &attempt.result {
                Ok(status) => json!({ "at": iso(attempt.at), "status": status }),
                Err(error) => json!({ "at": iso(attempt.at), "error": error }),
            })
            .collect();
        json!({ "status": self.status(), "next_attempt_at": self.due.map(iso), "attempts": attempts })
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

/// A delivery in the queue: which event's, and which of its deliveries.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    event_id: String,
    place: usize,
}

/// A delivery on its way.
#[derive(Debug)]
struct Parcel {
    generation: u64,
    due: Due,
    body: String,
}

/// What the worker does next.
enum Next {
    Send(Parcel),
    Wait(Duration),
    Idle,
}

impl World {
    /// Makes events and queues their deliveries, misbehaving as asked.
    pub(crate) fn publish(&mut self, drafts: Vec<Draft>) {
        let now = self.now();
        let mut outgoing: Vec<String> = Vec::new();
        for Draft { kind, object } in drafts {
            let id = self.ids.next("evt_");
            let body = json!({ "id": id, "eventType": kind, "created_at": now.as_millisecond(), "object": object });
            self.events.push(Event {
                id: id.clone(),
                kind,
                created_at: now,
                body: body.to_string(),
                deliveries: vec![],
            });
            let copies = if self.delivers { 1 + self.behaviour.duplicate.min(MAX_DUPLICATES) } else { 0 };
            outgoing.extend((0..copies).map(|_| id.clone()));
        }
        if self.behaviour.shuffle {
            for last in (1..outgoing.len()).rev() {
                let other = self.trace_ids.below(last + 1);
                outgoing.swap(last, other);
            }
        }
        let late = SignedDuration::from_millis(i64::try_from(self.behaviour.delay_ms).unwrap_or(i64::MAX));
        let due = now.checked_add(late).unwrap_or(Timestamp::MAX);
        for event_id in outgoing {
            self.deliver(&event_id, due);
        }
    }

    /// Queues one more delivery of an event; false when there is no such event.
    pub(crate) fn deliver(&mut self, event_id: &str, at: Timestamp) -> bool {
        let Some(event) = self.events.get_mut(event_id) else { return false };
        event.deliveries.push(Delivery { attempts: Vec::new(), due: Some(at) });
        let due = Due { event_id: event_id.to_owned(), place: event.deliveries.len() - 1 };
        self.enqueue(due, at);
        true
    }

    fn enqueue(&mut self, due: Due, at: Timestamp) {
        self.queued += 1;
        self.queue.insert((at, self.queued), due);
    }

    fn next_delivery(&mut self) -> Next {
        if self.behaviour.pause {
            return Next::Idle;
        }
        let now = self.now();
        let Some(first) = self.queue.first_entry() else { return Next::Idle };
        let (at, _) = *first.key();
        if at > now {
            return Next::Wait(at.duration_since(now).unsigned_abs());
        }
        let due = first.remove();
        let body = self.events.get(&due.event_id).map(|event| event.body.clone()).unwrap_or_default();
        Next::Send(Parcel { generation: self.generation, due, body })
    }

    fn note(&mut self, parcel: Parcel, result: Result<u16, String>) {
        let now = self.now();
        if parcel.generation != self.generation {
            return;
        }
        let Some(event) = self.events.get_mut(&parcel.due.event_id) else { return };
        let delivery = &mut event.deliveries[parcel.due.place];
        let attempt = Attempt { at: now, result };
        let retry = RETRY_AFTER.get(delivery.attempts.len()).filter(|_| !attempt.arrived());
        delivery.attempts.push(attempt);
        delivery.due = retry.and_then(|after| now.checked_add(*after).ok());
        if let Some(at) = delivery.due {
            self.enqueue(parcel.due, at);
        }
    }
}

/// Delivers until the sandbox is gone. `wake` says that the queue, the clock or the behaviour has changed.
pub(crate) async fn drive(sandbox: Weak<Inner>, wake: Arc<Notify>, to: Url) {
    let client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent("creem-sandbox")
        .build()
        .expect("a client without certificates of its own can be built");
    loop {
        let next = match sandbox.upgrade() {
            Some(inner) => inner.world().next_delivery(),
            None => return,
        };
        match next {
            Next::Send(parcel) => {
                let result = post(&client, &to, &parcel.body).await;
                tracing::debug!(event = parcel.due.event_id, ?result, "webhook sent");
                if let Some(inner) = sandbox.upgrade() {
                    inner.world().note(parcel, result);
                }
            }
            Next::Wait(time) => {
                tokio::select! {
                    () = tokio::time::sleep(time) => {}
                    () = wake.notified() => {}
                }
            }
            Next::Idle => wake.notified().await,
        }
    }
}

async fn post(client: &reqwest::Client, to: &Url, body: &str) -> Result<u16, String> {
    let request = client
        .post(to.clone())
        .header("content-type", "application/json")
        .header(creem::webhook::SIGNATURE_HEADER, creem::webhook::sign(WEBHOOK_SECRET, body.as_bytes()))
        .body(body.to_owned());
    match request.send().await {
        Ok(response) => Ok(response.status().as_u16()),
        Err(error) if error.is_timeout() => Err("timed out".to_owned()),
        Err(error) if error.is_connect() => Err("could not connect".to_owned()),
        Err(error) => Err(error.without_url().to_string()),
    }
}
