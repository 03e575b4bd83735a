//! Usage: the events of a store, and what meters make of them. It charges nothing here.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::entity::collection::Collection;
use crate::entity::{Measure, Meter, UsageEvent};

/// How long after a billing period events of it still count; Creem publishes no number.
const LATE_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// How many days a preview shows.
const PREVIEW_DAYS: i32 = 7;

/// Meters and events of a store.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub(crate) meters: Collection<Meter>,
    pub(crate) events: Collection<UsageEvent>,
    /// Events by the merchant's own ids.
    taken: HashMap<String, String>,
}

impl Usage {
    /// The active meters that consume events of a name.
    pub(crate) fn meters_for(&self, name: &str) -> Vec<&str> {
        let own = self.meters.iter().filter(|meter| !meter.archived && meter.measure.event_name == name);
        own.map(|meter| meter.id.as_str()).collect()
    }

    /// Keeps an event that was not taken before.
    pub(crate) fn keep(&mut self, event: UsageEvent) {
        self.taken.insert(event.event_id.clone(), event.id.clone());
        self.events.push(event);
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
pub(crate) fn finalized(at: Timestamp) -> Timestamp {
    period(at).1.checked_add(LATE_WINDOW).unwrap_or(Timestamp::MAX)
}
