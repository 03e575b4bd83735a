//! What other languages' JSON writers make of a value that is right.

use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A whole number, which some write as `3.0`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    struct Whole;

    impl<'de> Visitor<'de> for Whole {
        type Value = Option<u32>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number")
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            u32::try_from(number).map(Some).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            u32::try_from(number).map(Some).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
            let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
            // Checked to be a whole number that fits.
            if is_whole { Ok(Some(number as u32)) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
        }
    }

    deserializer.deserialize_option(Whole)
}

/// An object, which PHP writes as `[]` when it is empty.
pub(crate) fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Map<String, Value>>, D::Error> {
    struct Object;

    impl<'de> Visitor<'de> for Object {
        type Value = Option<Map<String, Value>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            match entries.next_element::<Value>()? {
                None => Ok(Some(Map::new())),
                Some(_) => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
            }
        }

        fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
            Map::deserialize(serde::de::value::MapAccessDeserializer::new(fields)).map(Some)
        }
    }

    deserializer.deserialize_option(Object)
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
}
