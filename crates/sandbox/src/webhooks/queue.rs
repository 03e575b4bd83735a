//! What is to be delivered next, and what follows an attempt.

use std::time::Duration;

use crate::deliveries::{Attempt, Due, Next, Reply};
use crate::world::World;

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

impl World {
    /// The next thing to do. What happens by itself counts too, so that it happens when nobody looks.
    pub(super) fn next_errand(&mut self) -> Errand {
        let now = self.now();
        if !self.behaviour.pause
            && let Some(due) = self.queue.take(now)
        {
            return self.parcel(due).map_or(Errand::Wait(Duration::ZERO), Errand::Send);
        }
        if self.clock.is_frozen() {
            return Errand::Idle;
        }
        let delivery = self.queue.next().filter(|_| !self.behaviour.pause);
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
