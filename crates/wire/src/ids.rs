//! Identifiers, as newtypes that cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not one of Creem's identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// It does not start with the prefix of its kind.
    Prefix,
    /// What follows the prefix is empty, longer than 64 characters, or not `[A-Za-z0-9_-]`.
    Body,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefix => "wrong prefix",
            Self::Body => "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -",
        })
    }
}

impl std::error::Error for IdError {}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

macro_rules! creem_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $without:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier of this kind.
            ///
            /// # Errors
            /// [`IdError`] when the prefix or the characters are not those of this kind.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let without: fn(&str) -> Result<&str, IdError> = $without;
                let body = text.strip_prefix($prefix).map_or_else(|| without(text), Ok)?;
                if body.is_empty() || body.len() > 64 || !is_plain(body) {
                    return Err(IdError::Body);
                }
                Ok(Self(text.to_owned()))
            }

            /// The identifier as Creem writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

creem_id!(
    /// A product of the merchant, `prod_…`.
    ProductId,
    "prod_",
    |_| Err(IdError::Prefix)
);
creem_id!(
    /// A checkout session. Creem's begin with `ch_`, but nothing depends on it: one with another prefix can be paid.
    CheckoutId,
    "ch_",
    |text| Ok(text)
);

/// The merchant's own reference for a sale: 1 to 128 characters of `[A-Za-z0-9_-]`.
///
/// Creem accepts any text, but joins values unescaped into the string it signs, so `|` and `=` would make a
/// signature ambiguous (Creem: return URL signature). A reference is not unique: several sessions may share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(String);

/// Why a text cannot be a [`RequestId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestIdError {
    /// Nothing was given.
    Empty,
    /// More than 128 characters.
    TooLong,
    /// A character other than `A-Z`, `a-z`, `0-9`, `_` and `-`.
    Character,
}

impl fmt::Display for RequestIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "request_id must not be empty",
            Self::TooLong => "request_id must have at most 128 characters",
            Self::Character => "request_id may contain only A-Z, a-z, 0-9, _ and -",
        })
    }
}

impl std::error::Error for RequestIdError {}

impl RequestId {
    /// Reads a reference.
    ///
    /// # Errors
    /// [`RequestIdError`], which the sender of the reference can mend.
    pub fn parse(text: &str) -> Result<Self, RequestIdError> {
        if text.is_empty() {
            Err(RequestIdError::Empty)
        } else if text.len() > 128 {
            Err(RequestIdError::TooLong)
        } else if !is_plain(text) {
            Err(RequestIdError::Character)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The reference as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, RequestIdError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RequestId {
    type Error = RequestIdError;

    fn try_from(text: String) -> Result<Self, RequestIdError> {
        Self::parse(&text)
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_their_kind_apart() {
        assert!(ProductId::parse("prod_SandboxLifetime0000001").is_ok());
        assert_eq!(ProductId::parse("ch_7M0I"), Err(IdError::Prefix));
        assert_eq!(CheckoutId::parse("ch_"), Err(IdError::Body));
        assert!(CheckoutId::parse("chk_7M0I").is_ok(), "another prefix can be paid");
        assert_eq!(CheckoutId::parse("ch_a/../b"), Err(IdError::Body));
    }

    #[test]
    fn a_reference_refuses_what_makes_the_signature_ambiguous() {
        assert_eq!(RequestId::parse("a|b"), Err(RequestIdError::Character));
        assert_eq!(RequestId::parse("a=b"), Err(RequestIdError::Character));
        assert_eq!(RequestId::parse("ünicode"), Err(RequestIdError::Character));
        assert_eq!(RequestId::parse(""), Err(RequestIdError::Empty));
        assert_eq!(RequestId::parse(&"a".repeat(129)), Err(RequestIdError::TooLong));
        assert!(RequestId::parse(&"a".repeat(128)).is_ok());
    }

    #[test]
    fn an_identifier_is_shown_and_sent_as_it_was_given() {
        let reference = RequestId::parse("order-1_A").expect("a reference");
        assert_eq!((reference.as_str(), reference.to_string().as_str()), ("order-1_A", "order-1_A"));
        assert_eq!(serde_json::to_value(&reference).expect("JSON"), "order-1_A");
        let product = ProductId::parse("prod_1-A_b").expect("an identifier");
        assert_eq!(product.to_string(), "prod_1-A_b");
        assert_eq!(serde_json::to_value(&product).expect("JSON"), "prod_1-A_b");
    }

    #[test]
    fn the_error_says_what_an_identifier_may_look_like() {
        assert_eq!(IdError::Prefix.to_string(), "wrong prefix");
        assert!(IdError::Body.to_string().contains("1 to 64 characters"));
        assert!(RequestIdError::Empty.to_string().contains("must not be empty"));
        assert!(RequestIdError::TooLong.to_string().contains("at most 128 characters"));
        assert!(RequestIdError::Character.to_string().contains("only A-Z, a-z, 0-9, _ and -"));
    }
}
