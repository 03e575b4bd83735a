//! Webhook deliveries: kept durably, applied once, and tried again when they were not understood.

use creem::Unreadable;
use creem::webhook::Event;
use wire::ErrorCode;

use super::{Payments, facts, tell_of};
use crate::error::ProxyError;
use crate::ledger::{Effect, Recorded, StoredEvent};
use crate::telemetry;
use crate::text::log::sanitized;

/// Events that are read at once when those that wait are tried again.
const AT_ONCE: i64 = 200;

impl Payments {
    /// Stores a verified delivery durably and applies it, once. The payload is what was signed.
    ///
    /// An event about money that cannot be understood is kept, and answered with an error so that Creem sends it again.
    pub(crate) async fn deliver(&self, event: Event, payload: String) -> Result<(), ProxyError> {
        match self.record(&event, payload).await? {
            Recorded::Waiting(why) => Err(ProxyError::internal(format_args!("an event cannot be understood: {why}"))),
            Recorded::Repeated | Recorded::Applied(_) | Recorded::Foreign => Ok(()),
        }
    }

    /// Tries the events again that were not understood when they came; this build may understand them. Answers how many
    /// it does, and how many it does not.
    pub(crate) async fn replay_waiting(&self) -> Result<(usize, usize), ProxyError> {
        let (mut understood, mut waiting) = (0, 0);
        let mut after = String::new();
        loop {
            let events = self.ledger.waiting_events(&after, AT_ONCE).await?;
            let Some(last) = events.last() else { return Ok((understood, waiting)) };
            after.clone_from(&last.id);
            for event in events {
                let recorded = match self.stored(&event.id).await? {
                    Some((Ok(read), payload)) => self.record(&read, payload).await?,
                    Some((Err(why), _)) => Recorded::Waiting(why.to_string()),
                    None => continue,
                };
                match recorded {
                    Recorded::Waiting(_) => waiting += 1,
                    Recorded::Applied(_) | Recorded::Foreign | Recorded::Repeated => understood += 1,
                }
            }
        }
    }

    /// Applies one stored event again, byte for byte; false when there is none of this id.
    pub(crate) async fn replay(&self, event_id: &str) -> Result<bool, ProxyError> {
        let Some((event, payload)) = self.stored(event_id).await? else { return Ok(false) };
        let event = event.map_err(|error| ProxyError::new(ErrorCode::WebhookInvalid, "not an event").because(error))?;
        self.deliver(event, payload).await.map(|()| true)
    }

    /// A stored event as this build reads it, and its payload.
    async fn stored(&self, event_id: &str) -> Result<Option<(Result<Event, Unreadable>, String)>, ProxyError> {
        let Some(payload) = self.ledger.payload_of(event_id).await? else { return Ok(None) };
        let event = Event::parse(payload.as_bytes()).map(|mut event| {
            // An event that came without an id has one made of its bytes, of which some may not be kept.
            event_id.clone_into(&mut event.id);
            event
        });
        Ok(Some((event, payload)))
    }

    async fn record(&self, event: &Event, payload: String) -> Result<Recorded, ProxyError> {
        let (effect, created_at) = facts::effect(event, self.clock.now_ms());
        let is_ours = facts::is_of_mode(event.mode.as_ref(), self.mode);
        let effect = if is_ours { effect } else { Effect::None };
        let session = match &effect {
            Effect::Paid(facts) => Some(facts.checkout_id.clone()),
            Effect::Moved(_) | Effect::None | Effect::Unread(_) => None,
        };
        let (id, event_type) = (event.id.clone(), event.event_type.clone());
        let stored = StoredEvent { id, event_type, created_at, payload, effect };
        let recorded = self.ledger.record(stored).await?;
        telemetry::webhook(&recorded);
        let (event_id, event_type) = (sanitized(&event.id), sanitized(&event.event_type));
        match &recorded {
            Recorded::Repeated => tracing::info!(event = event_id, event_type, "webhook, repeated"),
            Recorded::Foreign => {
                tracing::info!(event = event_id, event_type, "webhook, of a session that is not ours");
            }
            Recorded::Waiting(why) => {
                tracing::error!(
                    event = event_id,
                    event_type,
                    why = sanitized(why),
                    "an event about money cannot be understood; it is kept"
                );
            }
            Recorded::Applied(learned) => {
                if is_ours {
                    tracing::info!(event = event_id, event_type, "webhook");
                } else {
                    tracing::warn!(
                        event = event_id,
                        event_type,
                        "a webhook of the other mode than the API key has no effect; see CREEM_WEBHOOK_SECRET"
                    );
                }
                self.changes.look_now();
                if let Some(checkout_id) = session {
                    tell_of(learned, &checkout_id);
                }
            }
        }
        Ok(recorded)
    }
}
