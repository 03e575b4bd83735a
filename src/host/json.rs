//! Answers read by the browser's own JSON parser.
//!
//! The parser of `serde_json`, with its messages for developers, would be a fifth of the app's download; here an
//! answer is right or it is not. Only what `wire` needs is supported: structs, lists, options, text, whole numbers,
//! flags and plain enums.

use std::fmt::{self, Display};

use js_sys::{Array, JSON, Reflect};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, SeqAccess,
    Unexpected, VariantAccess, Visitor, value::U64Deserializer,
};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast, JsValue};

/// Reads a value from JSON; `None` when it is not one of this type.
#[must_use]
pub fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Node(JSON::parse(text).ok()?)).ok()
}

/// Reads a flat table of texts; the value of a name that is not in it is `None`, and an empty table is none.
#[must_use]
pub fn table(text: &str) -> Option<impl Fn(&str) -> Option<String> + 'static> {
    let table = JSON::parse(text).ok().filter(JsValue::is_object)?;
    Some(move |name: &str| Reflect::get(&table, &JsValue::from_str(name)).ok()?.as_string())
}

/// The text is not a value of the type. Which part of it, and why, nobody would read.
#[derive(Debug)]
struct Unreadable;

impl Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

/// Everything is overridden, so that no message is put together only to be dropped.
impl Error for Unreadable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// A parsed value.
struct Node(JsValue);

impl Node {
    /// A whole number that a double holds exactly.
    fn whole(&self) -> Result<i64, Unreadable> {
        const LIMIT: f64 = 9_007_199_254_740_991.0;
        let number = self.0.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= LIMIT);
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within the limit")]
        number.map(|number| number as i64).ok_or(Unreadable)
    }

    fn text(&self) -> Result<String, Unreadable> {
        self.0.as_string().ok_or(Unreadable)
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.whole()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u32(u32::try_from(self.whole()?).map_err(|_| Unreadable)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let items = self.0.dyn_into::<Array>().map_err(|_| Unreadable)?;
        visitor.visit_seq(Items { items, next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if !self.0.is_object() {
            return Err(Unreadable);
        }
        visitor.visit_seq(Fields { object: self.0, names: fields.iter() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let word = self.text()?;
        let index = variants.iter().position(|variant| *variant == word).ok_or(Unreadable)?;
        visitor.visit_enum(Variant(index))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct
        map identifier ignored_any
    }
}

/// The items of a list.
struct Items {
    items: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        if self.next == self.items.length() {
            return Ok(None);
        }
        self.next += 1;
        seed.deserialize(Node(self.items.get(self.next - 1))).map(Some)
    }
}

/// A struct's fields in the struct's own order, each asked for by its name; what the struct does not know is never
/// looked at.
///
/// A derived struct reads a sequence with half the code of a map: no field comes twice, or by a name that is no field's.
struct Fields {
    object: JsValue,
    names: std::slice::Iter<'static, &'static str>,
}

impl Fields {
    /// What the next field holds, if it is there.
    fn take(&mut self) -> Option<JsValue> {
        let name = self.names.next()?;
        Reflect::get(&self.object, &JsValue::from_str(name)).ok().filter(|value| !value.is_undefined())
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unreadable;

    /// `None` for a field that is not there, which the struct may have a default for. The next one may be there again.
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        self.take().map(|value| seed.deserialize(Node(value))).transpose()
    }
}

/// A plain enum's variant, told by number.
struct Variant(usize);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Unreadable> {
        Ok((seed.deserialize(number(self.0))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Unreadable> {
        Err(Unreadable)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }
}

fn number(index: usize) -> U64Deserializer<Unreadable> {
    (index as u64).into_deserializer()
}
