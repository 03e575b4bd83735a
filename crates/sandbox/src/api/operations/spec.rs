//! What an operation takes and answers, beside what it does: its query, its body, its answer and its refusals.

use std::fmt;
use std::sync::Arc;

use crate::api::answers::common::{CODED_ERROR, ERROR};
use crate::api::answers::shape::{Entity, Shape};
use crate::api::request::body::Fields;
use crate::api::request::query::Param;

/// What an operation takes and answers.
#[derive(Clone)]
pub(in crate::api) struct Spec {
    pub(in crate::api) query: &'static [Param],
    pub(in crate::api) body: Option<Reader>,
    /// A header that it heeds.
    pub(in crate::api) header: Option<&'static str>,
    /// The status of its answer.
    pub(in crate::api) status: u16,
    pub(in crate::api) answer: Shape,
    /// How else it may end, besides the ways in which every operation may.
    pub(in crate::api) refusals: &'static [Refusal],
}

/// Something that reads a body, without what it reads.
pub(in crate::api) type Reader = Arc<dyn Fn(&Fields<'_>) + Send + Sync>;

/// A way to refuse.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct Refusal {
    pub(in crate::api) status: u16,
    pub(in crate::api) body: &'static Entity,
}

/// What it is about is not there.
pub(in crate::api) const MISSING: Refusal = Refusal { status: 404, body: &ERROR };

/// There is no right to it.
pub(in crate::api) const FORBIDDEN: Refusal = Refusal { status: 403, body: &ERROR };

/// It was done before.
pub(in crate::api) const DONE: Refusal = Refusal { status: 409, body: &ERROR };

/// It is over.
pub(in crate::api) const OVER: Refusal = Refusal { status: 410, body: &ERROR };

/// It does not fit with how credits or usage are.
pub(in crate::api) const CONFLICT: Refusal = Refusal { status: 409, body: &CODED_ERROR };

/// Credits or usage cannot take it.
pub(in crate::api) const UNPROCESSABLE: Refusal = Refusal { status: 422, body: &CODED_ERROR };

/// Answers with an entity.
pub(in crate::api) fn shows(entity: &'static Entity) -> Spec {
    Spec { query: &[], body: None, header: None, status: 200, answer: Shape::One(entity), refusals: &[] }
}

/// Makes an entity, and says so by its status.
pub(in crate::api) fn makes(entity: &'static Entity) -> Spec {
    Spec { status: 201, ..shows(entity) }
}

/// Takes something to be worked on.
pub(in crate::api) fn takes(entity: &'static Entity) -> Spec {
    Spec { status: 202, ..shows(entity) }
}

/// Answers with a page of a list, which counts them.
pub(in crate::api) fn lists(entity: &'static Entity) -> Spec {
    Spec { answer: Shape::Page(entity), ..shows(entity) }
}

/// Answers with a page of a list, which says whether there are more.
pub(in crate::api) fn pages(entity: &'static Entity) -> Spec {
    Spec { answer: Shape::Part(entity), ..shows(entity) }
}

impl Spec {
    /// The same, with a query.
    pub(in crate::api) fn by(self, query: &'static [Param]) -> Self {
        Self { query, ..self }
    }

    /// The same, with a body that this reads.
    pub(in crate::api) fn of<T: 'static>(self, read: fn(&Fields<'_>) -> Option<T>) -> Self {
        let reader = move |fields: &Fields<'_>| {
            let _ = read(fields);
        };
        Self { body: Some(Arc::new(reader)), ..self }
    }

    /// The same, heeding a header.
    pub(in crate::api) fn heeding(self, header: &'static str) -> Self {
        Self { header: Some(header), ..self }
    }

    /// The same, refused in these ways too.
    pub(in crate::api) fn or(self, refusals: &'static [Refusal]) -> Self {
        Self { refusals, ..self }
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { query, body, header, status, answer, refusals } = self;
        f.debug_struct("Spec")
            .field("query", query)
            .field("body", &body.is_some())
            .field("header", header)
            .field("status", status)
            .field("answer", answer)
            .field("refusals", refusals)
            .finish()
    }
}
