//! Taking events of usage: whole batches at a time, each with what is wrong with it.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::entity::UsageEvent;
use crate::world::World;
use crate::world::usage::finalized;

/// Longest id of a customer in an event, in characters.
const MAX_ID: usize = 255;

/// Most properties of an event, and the longest key and text among them, in characters.
const MAX_PROPERTIES: (usize, usize, usize) = (50, 40, 500);

/// An event as it was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct SentEvent {
    pub(crate) name: String,
    pub(crate) customer_id: Option<String>,
    pub(crate) external_customer_id: Option<String>,
    pub(crate) event_id: Option<String>,
    pub(crate) timestamp: Option<String>,
    pub(crate) properties: Map<String, Value>,
}

/// What is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventProblem {
    pub(crate) code: &'static str,
    /// The field, as it was sent.
    pub(crate) param: &'static str,
    pub(crate) message: String,
}

/// An event that can be taken.
#[derive(Clone, Debug)]
pub(crate) struct SoundEvent {
    pub(crate) customer_id: String,
    pub(crate) event_id: Option<String>,
    name: String,
    timestamp: Timestamp,
    properties: Map<String, Value>,
}

fn problem(code: &'static str, param: &'static str, message: &str) -> EventProblem {
    EventProblem { code, param, message: message.to_owned() }
}

impl World {
    /// An event that can be taken, or the first thing that is wrong with it.
    pub(crate) fn sound_event(&self, sent: &SentEvent) -> Result<SoundEvent, EventProblem> {
        let name = sent.name.trim();
        if name.is_empty() {
            return Err(problem("invalid_name", "name", "name must not be empty"));
        }
        let timestamp = match &sent.timestamp {
            None => self.now(),
            Some(text) => text.parse().map_err(|_| {
                problem("invalid_timestamp", "timestamp", "timestamp must be a valid ISO 8601 date string")
            })?,
        };
        check_properties(&sent.properties)?;
        let event_id = sent.event_id.as_deref().map(|id| id.trim().to_owned());
        if event_id.as_deref() == Some("") {
            return Err(problem("invalid_event_id", "event_id", "event_id must not be empty"));
        }
        Ok(SoundEvent {
            customer_id: self.customer_of(sent)?,
            event_id,
            name: name.to_owned(),
            timestamp,
            properties: sent.properties.clone(),
        })
    }

    fn customer_of(&self, sent: &SentEvent) -> Result<String, EventProblem> {
        let (param, id) = match (&sent.customer_id, &sent.external_customer_id) {
            (Some(id), None) => ("customer_id", id.trim()),
            (None, Some(id)) => ("external_customer_id", id.trim()),
            (Some(_), Some(_)) | (None, None) => {
                let message = "exactly one of customer_id and external_customer_id must be given";
                return Err(problem("invalid_customer_reference", "customer_id", message));
            }
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(plain) {
            let message = format!("{param} must be 1 to {MAX_ID} letters, digits, _ and -");
            return Err(problem("invalid_customer_reference", param, &message));
        }
        let known = match param {
            "customer_id" => self.customers.get(id),
            _ => self.customers.iter().find(|customer| customer.external_id.as_deref() == Some(id)),
        };
        known
            .map(|customer| customer.id.clone())
            .ok_or_else(|| problem("customer_not_found", param, &format!("{param} is of no customer of this store")))
    }

    /// Takes an event, unless it was taken before, and says under which id.
    pub(crate) fn take_event(&mut self, sound: SoundEvent) -> String {
        let event_id = sound.event_id.unwrap_or_else(|| self.ids.next("ue_"));
        if !self.usage.has(&event_id) {
            let event = UsageEvent {
                id: self.ids.next("uev_"),
                customer_id: sound.customer_id,
                event_id: event_id.clone(),
                name: sound.name,
                properties: sound.properties,
                timestamp: sound.timestamp,
                created_at: self.now(),
            };
            self.usage.keep(event);
        }
        event_id
    }

    /// Why an event that can be taken will be billed to nobody, if so: the code, and the same for people.
    pub(crate) fn warning(&self, sound: &SoundEvent) -> Option<(&'static str, &'static str)> {
        let mut named = self.usage.meters.iter().filter(|meter| meter.measure.event_name == sound.name).peekable();
        if named.peek().is_none() {
            return Some(("no_matching_meter", "No meter consumes this event name."));
        }
        if named.all(|meter| meter.archived) {
            return Some(("meter_archived", "Only archived meters match this event."));
        }
        let message = "The billing period of this timestamp is finalized.";
        let late = self.now() > finalized(sound.timestamp);
        late.then_some(("timestamp_outside_late_window", message))
    }
}

fn check_properties(properties: &Map<String, Value>) -> Result<(), EventProblem> {
    let (most, longest_key, longest) = MAX_PROPERTIES;
    let wrong = |message: &str| Err(problem("invalid_properties", "properties", message));
    if properties.len() > most {
        return wrong(&format!("properties must have at most {most} keys"));
    }
    for (key, value) in properties {
        if key.chars().count() > longest_key {
            return wrong(&format!("keys of properties must be at most {longest_key} characters"));
        }
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Object(_) | Value::Array(_) => value.to_string(),
            Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
        };
        if text.chars().count() > longest {
            return wrong(&format!("values of properties must be at most {longest} characters"));
        }
    }
    Ok(())
}

impl SoundEvent {
    /// The name by which meters find it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}
