//! What every operation may answer with: errors.

use super::shape::{Entity, Shape, anything, integer, list, one, text};

pub(in crate::api) static ERROR: Entity = Entity {
    name: "Error",
    fields: &[
        text("trace_id"),
        integer("status"),
        text("error"),
        list("message", &Shape::Text).or_absent(),
        integer("timestamp"),
    ],
};

pub(in crate::api) static CODED_ERROR: Entity = Entity { name: "CodedError", fields: &[one("error", &CODE)] };

static CODE: Entity = Entity {
    name: "ErrorDetail",
    fields: &[
        text("type"),
        text("code"),
        text("message"),
        text("param").or_null(),
        anything("details").or_absent(),
        text("request_id"),
    ],
};
