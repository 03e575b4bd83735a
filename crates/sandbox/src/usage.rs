//! Usage: events that are taken whole batches at a time, and what meters make of them. It charges nothing here.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Map, Value, json};

use crate::entity::{Measure, Meter, UsageEvent};
use crate::shelf::Shelf;
use crate::world::World;

/// Longest id of a customer in an event, in characters.
const MAX_ID: usize = 255;

/// Most properties of an event, and the longest key and text among them, in characters.
const MAX_PROPERTIES: (usize, usize, usize) = (50, 40, 500);

/// How long after a billing period events of it still count; Creem publishes no number.
const LATE_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// How many days a preview shows.
const PREVIEW_DAYS: i32 = 7;

/// Meters and events of a store.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub(crate) meters: Shelf<Meter>,
    pub(crate) events: Shelf<UsageEvent>,
    /// Events by the merchant's own ids.
    taken: HashMap<String, String>,
}

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
        if !self.usage.taken.contains_key(&event_id) {
            let event = UsageEvent {
                id: self.ids.next("uev_"),
                customer_id: sound.customer_id,
                event_id: event_id.clone(),
                name: sound.name,
                properties: sound.properties,
                timestamp: sound.timestamp,
                created_at: self.now(),
            };
            self.usage.taken.insert(event_id.clone(), event.id.clone());
            self.usage.events.push(event);
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

impl Usage {
    /// The active meters that consume events of a name.
    pub(crate) fn meters_for(&self, name: &str) -> Vec<&str> {
        let own = self.meters.iter().filter(|meter| !meter.archived && meter.measure.event_name == name);
        own.map(|meter| meter.id.as_str()).collect()
    }

    /// Whether an event of this id was taken.
    pub(crate) fn has(&self, event_id: &str) -> bool {
        self.taken.contains_key(event_id)
    }

    /// Whether a meter has counted anything.
    pub(crate) fn is_used(&self, meter: &Meter) -> bool {
        self.events.iter().any(|event| meter.measure.counts(event))
    }

    /// What a customer used in the period around an instant, as far as it was told in time.
    pub(crate) fn consumed<'a>(
        &'a self,
        measure: &'a Measure,
        customer_id: &'a str,
        at: Timestamp,
    ) -> impl Iterator<Item = &'a UsageEvent> {
        let (start, end) = period(at);
        self.events.iter().filter(move |event| {
            event.customer_id == customer_id
                && (start..end).contains(&event.timestamp)
                && event.created_at <= finalized(event.timestamp)
                && measure.counts(event)
        })
    }

    /// What a measure would have counted in the last days.
    pub(crate) fn preview(&self, measure: &Measure, now: Timestamp) -> Value {
        let today = TimeZone::UTC.to_datetime(now).date();
        let days: Vec<Date> = (0..PREVIEW_DAYS).rev().filter_map(|ago| today.checked_sub(ago.days()).ok()).collect();
        let day_of = |event: &UsageEvent| TimeZone::UTC.to_datetime(event.timestamp).date();
        let within =
            |event: &&UsageEvent| event.timestamp <= now && days.contains(&day_of(event)) && measure.counts(event);
        let matching: Vec<&UsageEvent> = self.events.iter().filter(within).collect();
        let customers: BTreeSet<&str> = matching.iter().map(|event| event.customer_id.as_str()).collect();
        let daily = |day: &Date| {
            let own: Vec<&UsageEvent> = matching.iter().copied().filter(|event| day_of(event) == *day).collect();
            let value = measure.units(own.iter().copied());
            json!({ "date": day.to_string(), "event_count": own.len(), "value": value })
        };
        json!({
            "matched_events": matching.len(), "units": measure.units(matching.iter().copied()),
            "distinct_customers": customers.len(), "daily": days.iter().map(daily).collect::<Vec<_>>(),
        })
    }
}

/// The billing period around an instant: a month of the calendar, where Creem goes by the customer's subscription.
pub(crate) fn period(at: Timestamp) -> (Timestamp, Timestamp) {
    let first = TimeZone::UTC.to_datetime(at).date().first_of_month();
    let instant = |date: Date| TimeZone::UTC.to_timestamp(date.into()).unwrap_or(at);
    (instant(first), first.checked_add(1.month()).map_or(Timestamp::MAX, instant))
}

/// When the period around an instant changes no more.
fn finalized(at: Timestamp) -> Timestamp {
    period(at).1.checked_add(LATE_WINDOW).unwrap_or(Timestamp::MAX)
}
