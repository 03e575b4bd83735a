//! What every operation may answer with: errors, and where a page is among the others.

use super::super::shape::{Entity, Shape, anything, integer, list, one, text};

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

pub(in crate::api) static PAGINATION: Entity = Entity {
    name: "Pagination",
    fields: &[
        integer("total_records"),
        integer("total_pages"),
        integer("current_page"),
        integer("next_page").or_null(),
        integer("prev_page").or_null(),
    ],
};
