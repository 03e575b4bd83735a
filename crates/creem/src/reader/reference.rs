//! Other entities that an entity names.

use std::fmt;

use serde_json::value::RawValue;

use super::{Object, value};

/// Raw JSON that is kept. It may hold a buyer's name and address, so it is never shown.
#[derive(Clone)]
pub(crate) struct Raw(pub(crate) Box<RawValue>);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Another entity, given by its id or in full.
#[derive(Clone, Debug)]
pub struct Reference {
    id: String,
    entity: &'static str,
    prefix: String,
    raw: Raw,
}

impl Reference {
    pub(super) fn new(object: &Object<'_>, raw: &RawValue) -> Self {
        let id = object.optional("id", value::id).unwrap_or_default();
        Self { id, entity: object.entity, prefix: object.prefix.clone(), raw: Raw(raw.to_owned()) }
    }

    /// The entity's id; empty when an object came without one.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A text of the entity, such as a customer's `email`; `None` when it is absent, unreadable, or only the id came.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let object = Object::from_raw(self.entity, self.prefix.clone(), &self.raw.0).ok().flatten()?;
        object.optional(name, value::text)
    }
}
