//! The one way to read what Creem sends: an object is split into its fields, and each field is read by itself.
//!
//! Fields stay raw text until somebody asks for them, so nesting, numbers and words that nobody asks for do no harm.
//! A required field that cannot be read makes its entity [`Unreadable`]; an optional one is taken for absent and
//! logged once. In a list, an unreadable entry costs only itself.
//!
//! What a field may look like is decided in [`value`], what a body may look like in [`body`].

mod body;
mod number;
mod once;
mod reference;
pub(crate) mod value;

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use body::text;
pub(crate) use number::{Scaled, scaled};
pub(crate) use once::{ok_or_warn, warn_once};
pub(crate) use reference::Raw;
pub use reference::Reference;
use value::Fault;

/// Why something that Creem sent cannot be read, without the unreadable value itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{entity}{}{path} {reason}", if path.is_empty() { "" } else { ": " })]
pub struct Unreadable {
    /// What was read, such as `checkout`.
    pub entity: &'static str,
    /// The field at fault, such as `order.amount`; empty when it is the whole entity.
    pub path: String,
    /// What is wrong with it, such as `is missing`.
    pub reason: String,
}

/// Something of Creem's that is read from an object.
pub(crate) trait Entity: Sized {
    /// Its name in logs and errors.
    const NAME: &'static str;

    /// Reads it field by field.
    fn read(object: &Object<'_>) -> Result<Self, Unreadable>;
}

/// Reads a whole body as one entity.
pub(crate) fn entity<T: Entity>(body: &[u8]) -> Result<T, Unreadable> {
    T::read(&Object::parse(T::NAME, &text(body))?)
}

/// An object, split into its fields. Of a repeated name the last counts, as in JavaScript.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    entity: &'static str,
    /// Where it stands in the body: empty, or ends in a dot.
    prefix: String,
    fields: Fields<'a>,
}

type Fields<'a> = BTreeMap<Name<'a>, &'a RawValue>;

/// The name of a field, copied only when it has escapes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl Borrow<str> for Name<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The entries of a list.
pub(crate) struct Entries<T> {
    /// Those that can be read.
    pub(crate) readable: Vec<T>,
    /// Why the first of the others cannot.
    pub(crate) unreadable: Option<Unreadable>,
}

impl<'a> Object<'a> {
    /// The fields of a whole body.
    pub(crate) fn parse(entity: &'static str, text: &'a str) -> Result<Self, Unreadable> {
        let unreadable = |reason: String| Unreadable { entity, path: String::new(), reason };
        if !text.trim_start().starts_with('{') {
            return Err(unreadable("is not a JSON object".to_owned()));
        }
        let fields = serde_json::from_str(text).map_err(|error| unreadable(format!("is not JSON: {error}")))?;
        Ok(Self { entity, prefix: String::new(), fields })
    }

    /// The fields of an object; an id where an object may be is an object that has only this id.
    pub(crate) fn from_raw(entity: &'static str, prefix: String, raw: &'a RawValue) -> Result<Option<Self>, Fault> {
        let fields = if raw.get().starts_with('{') {
            serde_json::from_str(raw.get()).map_err(|_| "is not an object")?
        } else {
            let id = value::id(raw).map_err(|_| "is neither an object nor an id")?;
            if id.is_none() {
                return Ok(None);
            }
            BTreeMap::from([(Name(Cow::Borrowed("id")), raw)])
        };
        Ok(Some(Self { entity, prefix, fields }))
    }

    /// A field as it came; `None` when it is absent or null.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.fields.get(name).copied().filter(|raw| raw.get() != "null")
    }

    /// A field that may be absent, but may not be unreadable: without it the entity would be another one.
    pub(crate) fn term<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'a RawValue) -> Result<Option<T>, Fault>,
    ) -> Result<Option<T>, Unreadable> {
        self.raw(name).map_or(Ok(None), read).map_err(|fault| self.unreadable(name, fault))
    }

    /// A field that has to be there.
    pub(crate) fn required<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'a RawValue) -> Result<Option<T>, Fault>,
    ) -> Result<T, Unreadable> {
        self.term(name, read)?.ok_or_else(|| self.unreadable(name, "is missing"))
    }

    /// A field that counts as absent when it cannot be read.
    pub(crate) fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'a RawValue) -> Result<Option<T>, Fault>,
    ) -> Option<T> {
        ok_or_warn(self.term(name, read)).flatten()
    }

    /// An object within this one, or its id.
    pub(crate) fn object(&self, name: &str) -> Option<Object<'a>> {
        self.optional(name, |raw| Self::from_raw(self.entity, format!("{}.", self.path(name)), raw))
    }

    /// Another entity, given by its id or in full.
    pub(crate) fn reference(&self, name: &str) -> Option<Reference> {
        let raw = self.raw(name)?;
        self.object(name).map(|object| Reference::new(&object, raw))
    }

    /// Another entity whose id is known.
    pub(crate) fn named(&self, name: &str) -> Option<Reference> {
        self.reference(name).filter(|reference| !reference.id().is_empty())
    }

    /// Any JSON; what no JSON library keeps becomes null within it.
    pub(crate) fn json(&self, name: &str) -> Option<Value> {
        let raw = self.raw(name)?;
        let json = serde_json::from_str(raw.get()).unwrap_or_else(|_| {
            warn_once(&self.unreadable(name, "has a number or nesting beyond all bounds, kept as null"), None);
            value::json(raw)
        });
        Some(json)
    }

    /// The entries of a list, as far as they can be read; `None` when it is absent.
    pub(crate) fn entries<T: Entity>(&self, name: &str) -> Result<Option<Entries<T>>, Unreadable> {
        let Some(list) = self.term(name, value::list)? else { return Ok(None) };
        let mut entries = Entries { readable: Vec::with_capacity(list.len()), unreadable: None };
        for (index, raw) in list.into_iter().enumerate() {
            match entry(T::NAME, format!("{}[{index}]", self.path(name)), raw) {
                Ok(entry) => entries.readable.push(entry),
                Err(unreadable) => entries.unreadable = entries.unreadable.or(Some(unreadable)),
            }
        }
        Ok(Some(entries))
    }

    /// Says what is wrong with a field.
    pub(crate) fn unreadable(&self, name: &str, reason: &str) -> Unreadable {
        Unreadable { entity: self.entity, path: self.path(name), reason: reason.to_owned() }
    }

    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// Reads an entry of a list; logs why it cannot, with its id, because the merchant looks for what is missing.
fn entry<T: Entity>(entity: &'static str, path: String, raw: &RawValue) -> Result<T, Unreadable> {
    let unreadable = |reason: &str| Unreadable { entity, path: path.clone(), reason: reason.to_owned() };
    let object = Object::from_raw(entity, format!("{path}."), raw);
    let object =
        object.and_then(|object| object.ok_or("is missing")).map_err(unreadable).inspect_err(|unreadable| {
            warn_once(unreadable, None);
        })?;
    T::read(&object).inspect_err(|unreadable| {
        warn_once(unreadable, object.term("id", value::id).ok().flatten().as_deref());
    })
}
