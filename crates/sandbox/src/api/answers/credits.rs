//! Credits, usage and meters.

use super::shape::{Entity, Shape, anything, flag, instant, integer, list, one, one_of, text, word};
use crate::entity::{AccountStatus, Aggregation, Conjunction, Operator, Side};

pub(in crate::api) static ACCOUNT: Entity = Entity {
    name: "CreditAccount",
    fields: &[
        text("id"),
        text("store_id"),
        text("customer_id"),
        text("name"),
        text("unit_label"),
        one_of::<AccountStatus>("status"),
        instant("created_at"),
        instant("updated_at"),
    ],
};

pub(in crate::api) static BALANCE: Entity = Entity {
    name: "CreditBalance",
    fields: &[text("balance"), instant("updated_at").or_absent(), instant("as_of").or_absent()],
};

pub(in crate::api) static ENTRY: Entity = Entity {
    name: "CreditEntry",
    fields: &[
        text("id"),
        text("transaction_id"),
        text("account_id"),
        one_of::<Side>("side"),
        text("amount"),
        instant("created_at"),
    ],
};

pub(in crate::api) static CREDIT_TRANSACTION: Entity = Entity {
    name: "CreditTransaction",
    fields: &[
        text("id"),
        text("store_id"),
        text("reference"),
        text("idempotency_key"),
        list("entries", &Shape::One(&ENTRY)),
        instant("created_at"),
        text("reversal_of").or_absent(),
    ],
};

pub(in crate::api) static TAKEN_EVENTS: Entity = Entity {
    name: "TakenEvents",
    fields: &[
        integer("accepted"),
        list("event_ids", &Shape::Text),
        list("warnings", &Shape::One(&TAKEN_WARNING)).or_absent(),
    ],
};

static TAKEN_WARNING: Entity =
    Entity { name: "TakenWarning", fields: &[integer("index"), text("code"), text("message")] };

pub(in crate::api) static EVENTS_PREVIEW: Entity =
    Entity { name: "EventsPreview", fields: &[flag("valid"), list("events", &Shape::One(&EVENT_REPORT))] };

static EVENT_REPORT: Entity = Entity {
    name: "EventReport",
    fields: &[
        flag("valid"),
        text("event_id").or_null(),
        text("customer_id").or_null(),
        one("error", &EVENT_PROBLEM).or_null(),
        flag("duplicate").or_null(),
        list("matched_meters", &Shape::Text),
        list("warnings", &Shape::One(&WARNING)),
    ],
};

static EVENT_PROBLEM: Entity = Entity { name: "EventProblem", fields: &[text("code"), text("message"), text("param")] };

static WARNING: Entity = Entity { name: "Warning", fields: &[text("code"), text("message")] };

pub(in crate::api) static USAGE_EVENT: Entity = Entity {
    name: "UsageEvent",
    fields: &[
        text("id"),
        text("customer_id"),
        text("event_id"),
        text("name"),
        anything("properties"),
        instant("timestamp"),
        instant("created_at"),
        list("matched_meters", &Shape::Text),
    ],
};

pub(in crate::api) static METER: Entity = Entity {
    name: "Meter",
    fields: &[
        text("id"),
        text("store_id"),
        text("name"),
        text("event_name"),
        one_of::<Aggregation>("aggregation"),
        text("aggregation_property").or_null(),
        one("filter", &FILTER),
        text("unit_label"),
        word("status", &["active", "archived"]),
        instant("created_at"),
        instant("updated_at"),
    ],
};

static FILTER: Entity =
    Entity { name: "Filter", fields: &[one_of::<Conjunction>("conjunction"), list("clauses", &Shape::One(&CLAUSE))] };

static CLAUSE: Entity =
    Entity { name: "Clause", fields: &[text("property"), one_of::<Operator>("operator"), anything("value")] };

pub(in crate::api) static METER_PREVIEW: Entity = Entity {
    name: "MeterPreview",
    fields: &[
        integer("matched_events"),
        text("units"),
        integer("distinct_customers"),
        list("daily", &Shape::One(&METER_DAY)),
    ],
};

static METER_DAY: Entity = Entity { name: "MeterDay", fields: &[text("date"), integer("event_count"), text("value")] };

pub(in crate::api) static CONSUMED: Entity = Entity {
    name: "ConsumedUnits",
    fields: &[
        text("meter_id"),
        text("customer_id"),
        text("units"),
        instant("period_start"),
        instant("period_end"),
        instant("updated_at").or_null(),
        instant("as_of").or_absent(),
    ],
};
