//! The form: its fields, and what each takes.

use crate::email::MAX_CHARS as MAX_EMAIL_CHARS;
use crate::{MAX_DISCOUNT_CODE_CHARS, MAX_UNITS};

/// A field that the buyer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The product choice.
    Product,
    /// The number of units.
    Units,
    /// The discount code.
    DiscountCode,
    /// The e-mail.
    Email,
    /// The box with the terms.
    Consent,
}

impl Field {
    /// The name it is posted under, by which an error or a signed intent names it and a link fills it. It is also the
    /// `id` of its element, except for [`Field::Product`], whose choices each have their own.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product_id",
            Self::Units => "units",
            Self::DiscountCode => "discount_code",
            Self::Email => "email",
            Self::Consent => "consent",
        }
    }

    /// Most characters that can be typed into it; `None` for one that is chosen.
    #[must_use]
    pub const fn max_chars(self) -> Option<usize> {
        match self {
            Self::Units => Some(MAX_UNITS.ilog10() as usize + 1),
            Self::DiscountCode => Some(MAX_DISCOUNT_CODE_CHARS),
            Self::Email => Some(MAX_EMAIL_CHARS),
            Self::Product | Self::Consent => None,
        }
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.name().to_owned()
    }
}
