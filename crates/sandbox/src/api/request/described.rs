//! What a body's reader asks of it, as a JSON Schema: a reader that is given nothing writes down every question.
//!
//! So what the sandbox says of its bodies is what its readers ask, and nothing has to be kept in step with them.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::{Map, Value, json};

/// What is asked of one object.
#[derive(Debug, Default)]
pub(in crate::api) struct Questions {
    properties: Vec<(String, Property)>,
    required: Vec<String>,
    /// The properties that are taken at all; those nobody asks about may be anything.
    allowed: Vec<String>,
}

/// The questions of one object, shared by those who read it.
pub(in crate::api) type Notes = Rc<RefCell<Questions>>;

#[derive(Debug)]
enum Property {
    /// It may be whatever this schema says.
    Plain(Value),
    /// It is an object.
    Object(Notes),
    /// It is a list of objects, of so many at least and at most.
    List(Notes, usize, usize),
}

impl Questions {
    /// Notes a property of this schema; the first word on a property counts.
    pub(in crate::api) fn plain(&mut self, name: &str, schema: impl FnOnce() -> Value) {
        if !self.knows(name) {
            self.properties.push((name.to_owned(), Property::Plain(schema())));
        }
    }

    /// Notes an object within, and gives the place for what is asked of it.
    pub(in crate::api) fn object(&mut self, name: &str) -> Notes {
        let notes = Notes::default();
        self.properties.push((name.to_owned(), Property::Object(Rc::clone(&notes))));
        notes
    }

    /// Notes a list of objects, and gives the place for what is asked of each.
    pub(in crate::api) fn list(&mut self, name: &str, least: usize, most: usize) -> Notes {
        let notes = Notes::default();
        self.properties.push((name.to_owned(), Property::List(Rc::clone(&notes), least, most)));
        notes
    }

    /// Notes that a property must be there.
    pub(in crate::api) fn require(&mut self, name: &str) {
        if !self.required.iter().any(|known| known == name) {
            self.required.push(name.to_owned());
        }
    }

    /// Notes which properties there may be.
    pub(in crate::api) fn allow(&mut self, names: &[&str]) {
        self.allowed = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// The properties that are taken and not looked at.
    fn unread(&self) -> impl Iterator<Item = &String> {
        self.allowed.iter().filter(|name| !self.knows(name))
    }

    fn knows(&self, name: &str) -> bool {
        self.properties.iter().any(|(known, _)| known == name)
    }

    /// Whether a body may be left out.
    pub(in crate::api) fn is_optional(&self) -> bool {
        self.required.is_empty()
    }

    /// As a schema. What need not be there may be null as well, which is read as if it were not there.
    pub(in crate::api) fn schema(&self) -> Value {
        let property = |(name, property): &(String, Property)| {
            let schema = match property {
                Property::Plain(schema) => schema.clone(),
                Property::Object(notes) => notes.borrow().schema(),
                Property::List(notes, least, most) => {
                    json!({ "type": "array", "items": notes.borrow().schema(), "minItems": least, "maxItems": most })
                }
            };
            let schema = if self.required.contains(name) { schema } else { or_null(schema) };
            (name.clone(), schema)
        };
        let unread = self.unread().map(|name| (name.clone(), json!({})));
        let properties: Map<String, Value> = self.properties.iter().map(property).chain(unread).collect();
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !self.required.is_empty() {
            schema["required"] = json!(self.required);
        }
        schema
    }
}

/// The same, or null.
fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// The words of an enumeration, as its own deserialiser knows them.
pub(crate) fn words<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut words: &'static [&'static str] = &[];
    // What it reads is an error that only the words leave behind.
    let _ = T::deserialize(Words(&mut words));
    words
}

/// Takes down which words a type would accept.
struct Words<'a>(&'a mut &'static [&'static str]);

/// Nothing is ever read.
#[derive(Debug)]
struct NotRead;

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only the words are wanted")
    }
}

impl std::error::Error for NotRead {}

impl serde::de::Error for NotRead {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for Words<'_> {
    type Error = NotRead;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotRead> {
        Err(NotRead)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NotRead> {
        *self.0 = variants;
        Err(NotRead)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::{BillingPeriod, Currency};

    #[test]
    fn an_enumeration_tells_its_words() {
        assert_eq!(words::<Currency>(), ["USD", "EUR"]);
        assert!(words::<BillingPeriod>().contains(&"every-three-months"));
        assert!(words::<u32>().is_empty());
    }
}
