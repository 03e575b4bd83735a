//! Deliveries in the order they are due, and what follows an attempt.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{Attempt, Next, Reply};
use crate::world::World;

/// Deliveries that have yet to be tried, by when; those of one instant in the order they were queued.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: BTreeMap<(Timestamp, u64), Due>,
    queued: u64,
}

/// A delivery in the queue: which event's, and which of its deliveries.
#[derive(Clone, Debug)]
struct Due {
    event_id: String,
    place: usize,
}

/// A delivery on its way.
#[derive(Debug)]
pub(super) struct Parcel {
    generation: u64,
    due: Due,
    pub(super) url: String,
    pub(super) secret: String,
    pub(super) body: String,
}

/// What the courier does next.
pub(super) enum Errand {
    Send(Parcel),
    Wait(Duration),
    Idle,
}

impl Queue {
    /// Adds a delivery.
    pub(super) fn add(&mut self, at: Timestamp, event_id: &str, place: usize) {
        self.queued += 1;
        self.waiting.insert((at, self.queued), Due { event_id: event_id.to_owned(), place });
    }
}

impl World {
    /// The next thing to do. What happens by itself counts too, so that it happens when nobody looks.
    pub(super) fn next_errand(&mut self) -> Errand {
        let now = self.now();
        if !self.behaviour.pause
            && let Some(first) = self.queue.waiting.first_entry()
            && first.key().0 <= now
        {
            let due = first.remove();
            return self.parcel(due).map_or(Errand::Wait(Duration::ZERO), Errand::Send);
        }
        if self.clock.is_frozen() {
            return Errand::Idle;
        }
        let delivery = self.queue.waiting.first_key_value().filter(|_| !self.behaviour.pause).map(|((at, _), _)| *at);
        match delivery.into_iter().chain(self.agenda.next()).min() {
            Some(at) => Errand::Wait(at.duration_since(now).try_into().unwrap_or_default()),
            None => Errand::Idle,
        }
    }

    fn parcel(&mut self, due: Due) -> Option<Parcel> {
        let event = self.events.get_mut(&due.event_id)?;
        let delivery = event.deliveries.get_mut(due.place)?;
        let endpoint = self.endpoints.get(&delivery.endpoint_id).filter(|endpoint| !endpoint.removed);
        let Some(endpoint) = endpoint else {
            delivery.next = Next::Nothing;
            return None;
        };
        let (url, secret) = (endpoint.url.clone(), endpoint.secret.clone());
        Some(Parcel { generation: self.generation, due, url, secret, body: event.body.clone() })
    }

    /// Notes what became of an attempt, and queues the next one if there is to be one.
    pub(super) fn attempted(&mut self, parcel: Parcel, result: Result<Reply, String>) {
        let now = self.now();
        if parcel.generation != self.generation {
            return;
        }
        let schedule = self.switches.retry_schedule;
        let Some(event) = self.events.get_mut(&parcel.due.event_id) else { return };
        let delivery = &mut event.deliveries[parcel.due.place];
        let attempt = Attempt { at: now, result };
        let retry = schedule.after(delivery.attempts.len()).filter(|_| !attempt.arrived());
        delivery.attempts.push(attempt);
        match retry.and_then(|after| now.checked_add(after).ok()) {
            Some(at) => {
                delivery.next = Next::Attempt(at);
                self.queue.add(at, &parcel.due.event_id, parcel.due.place);
            }
            None => delivery.next = Next::Nothing,
        }
    }
}
