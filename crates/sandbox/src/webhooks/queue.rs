//! What is to be delivered next, and what follows an attempt.

use std::time::Duration;

use crate::world::World;
use crate::world::deliveries::{Attempt, Due, Next, Reply};

/// A delivery on its way.
#[derive(Debug)]
pub(super) struct OutgoingDelivery {
    generation: u64,
    due: Due,
    pub(super) url: String,
    pub(super) secret: String,
    pub(super) body: String,
}

/// What the worker does next.
pub(super) enum NextDelivery {
    Send(OutgoingDelivery),
    Wait(Duration),
    Idle,
}

impl World {
    /// The next thing to do. What happens by itself counts too, so that it happens when nobody looks.
    pub(super) fn next_delivery(&mut self) -> NextDelivery {
        let now = self.now();
        if !self.behaviour.pause
            && let Some(due) = self.queue.take(now)
        {
            return self.outgoing(due).map_or(NextDelivery::Wait(Duration::ZERO), NextDelivery::Send);
        }
        if self.clock.is_frozen() {
            return NextDelivery::Idle;
        }
        let delivery = self.queue.next().filter(|_| !self.behaviour.pause);
        match delivery.into_iter().chain(self.schedule.next()).min() {
            Some(at) => NextDelivery::Wait(at.duration_since(now).try_into().unwrap_or_default()),
            None => NextDelivery::Idle,
        }
    }

    fn outgoing(&mut self, due: Due) -> Option<OutgoingDelivery> {
        let event = self.events.get_mut(&due.event_id)?;
        let delivery = event.deliveries.get_mut(due.place)?;
        let endpoint = self.endpoints.get(&delivery.endpoint_id).filter(|endpoint| !endpoint.removed);
        let Some(endpoint) = endpoint else {
            delivery.next = Next::Nothing;
            return None;
        };
        let (url, secret) = (endpoint.url.clone(), endpoint.secret.clone());
        Some(OutgoingDelivery { generation: self.generation, due, url, secret, body: event.body.clone() })
    }

    /// Notes what became of an attempt, and queues the next one if there is to be one.
    pub(super) fn attempted(&mut self, outgoing: OutgoingDelivery, result: Result<Reply, String>) {
        let now = self.now();
        if outgoing.generation != self.generation {
            return;
        }
        let schedule = self.switches.retry_schedule;
        let Some(event) = self.events.get_mut(&outgoing.due.event_id) else { return };
        let delivery = &mut event.deliveries[outgoing.due.place];
        let attempt = Attempt { at: now, result };
        let retry = schedule.after(delivery.attempts.len()).filter(|_| !attempt.arrived());
        delivery.attempts.push(attempt);
        match retry.and_then(|after| now.checked_add(after).ok()) {
            Some(at) => {
                delivery.next = Next::Attempt(at);
                self.queue.add(at, &outgoing.due.event_id, outgoing.due.place);
            }
            None => delivery.next = Next::Nothing,
        }
    }
}
