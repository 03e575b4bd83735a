//! What other languages' JSON writers make of a value that is right.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A whole number, which some write as `3.0`; none where there is `null`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|Whole(number)| number))
}

/// An object, which PHP writes as `[]` when it is empty; none where there is `null`.
pub(crate) fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Map<String, Value>>, D::Error> {
    Ok(Option::<Object>::deserialize(deserializer)?.map(|Object(fields)| fields))
}

struct Whole(u32);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeVisitor)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
        u32::try_from(number).map(Whole).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Whole, E> {
        u32::try_from(number).map(Whole).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
        let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        // Checked to be a whole number that fits.
        if is_whole { Ok(Whole(number as u32)) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
    }
}

struct Object(Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Object, A::Error> {
        match entries.next_element::<Value>()? {
            None => Ok(Object(Map::new())),
            Some(_) => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object, A::Error> {
        Map::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use crate::CheckoutRequest;

    fn read(json: &str) -> Result<CheckoutRequest, serde_json::Error> {
        serde_json::from_str(json)
    }

    // Python writes `3.0` for three and PHP writes `[]` for no metadata; both were refused.
    #[test]
    fn what_other_writers_make_of_right_values_is_read() {
        for (json, units) in
            [(r#"{"units":3}"#, Some(3)), (r#"{"units":3.0}"#, Some(3)), (r#"{"units":null}"#, None), ("{}", None)]
        {
            assert_eq!(read(json).expect("a request").units, units, "{json}");
        }
        for json in [r#"{"units":3.5}"#, r#"{"units":-1.0}"#, r#"{"units":5e9}"#, r#"{"units":"3"}"#, r#"{"units":[]}"#]
        {
            assert!(read(json).is_err(), "{json}");
        }
        assert!(read(r#"{"metadata":[]}"#).expect("a request").metadata.expect("some").is_empty());
        assert_eq!(read(r#"{"metadata":{"a":[1]}}"#).expect("a request").metadata.expect("some")["a"][0], 1);
        assert!(read(r#"{"metadata":null}"#).expect("a request").metadata.is_none());
        for json in [r#"{"metadata":[1]}"#, r#"{"metadata":"a"}"#, r#"{"metadata":7}"#] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn the_error_says_what_was_expected() {
        for (json, expected) in
            [(r#"{"units":"3"}"#, "expected a whole number"), (r#"{"metadata":"a"}"#, "expected an object")]
        {
            let error = read(json).expect_err(json).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
