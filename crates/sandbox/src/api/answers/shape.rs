//! What answers look like: entities of named fields, as the document of the API describes them.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::api::request::described::words;

/// Something that answers carry, under a name of its own.
#[derive(Debug)]
pub(in crate::api) struct Entity {
    pub(in crate::api) name: &'static str,
    pub(in crate::api) fields: &'static [Field],
}

/// One field of an entity.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct Field {
    name: &'static str,
    shape: Shape,
    may_be_absent: bool,
    may_be_null: bool,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) enum Shape {
    /// Any text.
    Text,
    /// An instant in ISO 8601.
    Instant,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Yes or no.
    Flag,
    /// Whatever the merchant sent.
    Anything,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A word of an enumeration.
    Enumeration(fn() -> &'static [&'static str]),
    /// An entity in full.
    One(&'static Entity),
    /// An entity, or its id.
    OneOrId(&'static Entity),
    /// A list.
    List(&'static Shape),
    /// A page of entities, which counts them.
    Page(&'static Entity),
    /// A page of entities, which says whether there are more.
    Part(&'static Entity),
}

const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, may_be_absent: false, may_be_null: false }
}

/// Text.
pub(in crate::api) const fn text(name: &'static str) -> Field {
    field(name, Shape::Text)
}

/// An instant.
pub(in crate::api) const fn instant(name: &'static str) -> Field {
    field(name, Shape::Instant)
}

/// A whole number.
pub(in crate::api) const fn integer(name: &'static str) -> Field {
    field(name, Shape::Integer)
}

/// Yes or no.
pub(in crate::api) const fn flag(name: &'static str) -> Field {
    field(name, Shape::Flag)
}

/// A number.
pub(in crate::api) const fn number(name: &'static str) -> Field {
    field(name, Shape::Number)
}

/// Whatever was sent.
pub(in crate::api) const fn anything(name: &'static str) -> Field {
    field(name, Shape::Anything)
}

/// Always the same word.
pub(in crate::api) const fn word(name: &'static str, only: &'static [&'static str]) -> Field {
    field(name, Shape::Words(only))
}

/// A word of an enumeration.
pub(in crate::api) const fn one_of<T: DeserializeOwned>(name: &'static str) -> Field {
    field(name, Shape::Enumeration(words::<T>))
}

/// An entity in full.
pub(in crate::api) const fn one(name: &'static str, entity: &'static Entity) -> Field {
    field(name, Shape::One(entity))
}

/// An entity, or its id.
pub(in crate::api) const fn one_or_id(name: &'static str, entity: &'static Entity) -> Field {
    field(name, Shape::OneOrId(entity))
}

/// A list.
pub(in crate::api) const fn list(name: &'static str, of: &'static Shape) -> Field {
    field(name, Shape::List(of))
}

impl Field {
    /// The same, and it may not be there.
    pub(in crate::api) const fn or_absent(self) -> Self {
        Self { may_be_absent: true, ..self }
    }

    /// The same, and it may be null.
    pub(in crate::api) const fn or_null(self) -> Self {
        Self { may_be_null: true, ..self }
    }

    fn schema(&self, known: &mut Map<String, Value>) -> Value {
        let schema = self.shape.schema(known);
        if self.may_be_null { json!({ "anyOf": [schema, { "type": "null" }] }) } else { schema }
    }
}

/// Where a page is among the others.
static PAGINATION: Entity = Entity {
    name: "Pagination",
    fields: &[
        integer("total_records"),
        integer("total_pages"),
        integer("current_page"),
        integer("next_page").or_null(),
        integer("prev_page").or_null(),
    ],
};

impl Shape {
    /// As a schema; the entities it names are put among the known ones.
    pub(in crate::api) fn schema(&self, known: &mut Map<String, Value>) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Instant => json!({ "type": "string", "format": "date-time" }),
            Self::Integer => json!({ "type": "integer" }),
            Self::Number => json!({ "type": "number" }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Anything => json!({}),
            Self::Words(words) => json!({ "type": "string", "enum": words }),
            Self::Enumeration(words) => json!({ "type": "string", "enum": words() }),
            Self::One(entity) => entity.reference(known),
            Self::OneOrId(entity) => json!({ "oneOf": [{ "type": "string" }, entity.reference(known)] }),
            Self::List(shape) => json!({ "type": "array", "items": shape.schema(known) }),
            Self::Page(entity) => {
                let items = json!({ "type": "array", "items": entity.reference(known) });
                let pagination = PAGINATION.reference(known);
                object([("items", items), ("pagination", pagination)])
            }
            Self::Part(entity) => {
                let data = json!({ "type": "array", "items": entity.reference(known) });
                let object_word = json!({ "type": "string", "const": "list" });
                object([("object", object_word), ("data", data), ("has_more", json!({ "type": "boolean" }))])
            }
        }
    }
}

/// An object of exactly these.
fn object<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

impl Entity {
    /// A reference to it, once it is among the known ones.
    pub(in crate::api) fn reference(&self, known: &mut Map<String, Value>) -> Value {
        if !known.contains_key(self.name) {
            // Its place is taken before its fields are looked at, which may name it again.
            known.insert(self.name.to_owned(), Value::Null);
            let schema = self.schema(known);
            known.insert(self.name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{}", self.name) })
    }

    fn schema(&self, known: &mut Map<String, Value>) -> Value {
        let required: Vec<&str> =
            self.fields.iter().filter(|field| !field.may_be_absent).map(|field| field.name).collect();
        let mut properties = Map::new();
        for field in self.fields {
            properties.insert(field.name.to_owned(), field.schema(known));
        }
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }
}
