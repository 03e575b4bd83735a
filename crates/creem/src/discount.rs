//! Discounts: what one takes off, and whether it applies, in integer arithmetic, said in one place. (Creem: section 5.)

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::reader::value::{self, Fault};
use crate::reader::{Entity, Object, Scaled, Unreadable, warn_once};

/// A discount.
#[derive(Clone, Debug, Default)]
pub struct Discount {
    /// `dis_…`.
    pub id: String,
    /// The code buyers type, in the merchant's spelling.
    pub code: String,
    /// Whether it may be used at all; `Unknown` also when one of its terms cannot be read.
    pub status: DiscountStatus,
    /// `percentage` or `fixed`.
    pub kind: String,
    /// For `fixed`: minor units of `currency`.
    pub amount: Option<i64>,
    /// For `fixed`: ISO 4217 code, in upper case.
    pub currency: Option<String>,
    /// For `percentage`.
    pub percentage: Option<Percentage>,
    /// The last moment.
    pub expiry_date: Option<Timestamp>,
    /// How often it may be redeemed.
    pub max_redemptions: Option<u64>,
    /// How often it was redeemed.
    pub redeem_count: Option<u64>,
    /// `once`, `forever` or `repeating`; may be empty.
    pub duration: String,
    /// For `repeating`.
    pub duration_in_months: Option<u32>,
    /// Products it is for; empty means all.
    pub applies_to_products: Vec<String>,
}

impl Entity for Discount {
    const NAME: &'static str = "discount";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        let (id, code) = (object.required("id", value::id)?, object.required("code", value::filled)?);
        // Without one of its terms it would be another discount, so it is none that anybody may use. The sale goes
        // on without it.
        let terms = Self::terms(object).unwrap_or_else(|unreadable| {
            warn_once(&unreadable, Some(&id));
            Self::default()
        });
        Ok(Self { id, code, ..terms })
    }
}

impl Discount {
    fn terms(object: &Object<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: String::new(),
            code: String::new(),
            status: object.term("status", DiscountStatus::from_raw)?.unwrap_or_default(),
            kind: object.required("type", value::word)?,
            // What a kind needs of these has to be there; the others do not count.
            amount: object.optional("amount", value::whole),
            currency: object.optional("currency", value::currency),
            percentage: object.optional("percentage", Percentage::from_raw),
            expiry_date: object.term("expiry_date", value::moment)?,
            max_redemptions: object.term("max_redemptions", value::small)?,
            redeem_count: object.term("redeem_count", value::small)?,
            duration: object.term("duration", value::word)?.unwrap_or_default(),
            duration_in_months: object.term("duration_in_months", value::small)?,
            applies_to_products: object.term("applies_to_products", value::ids)?.unwrap_or_default(),
        })
    }
}

/// Whether a discount may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiscountStatus {
    /// Yes.
    Active,
    /// Not yet published.
    Draft,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    Scheduled,
    /// It is gone.
    Deleted,
    /// Absent, or a word of the future.
    #[default]
    Unknown,
}

impl DiscountStatus {
    fn from_raw(raw: &RawValue) -> Result<Option<Self>, Fault> {
        Ok(value::word(raw)?.map(|word| match word.as_str() {
            "active" => Self::Active,
            "draft" => Self::Draft,
            "expired" => Self::Expired,
            "scheduled" => Self::Scheduled,
            "deleted" => Self::Deleted,
            _ => Self::Unknown,
        }))
    }
}

/// A share in per cent, to four decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percentage {
    millionths: u32,
}

impl Percentage {
    /// All of it.
    const WHOLE: u32 = 1_000_000;

    /// Millionths of the whole in one per cent, as a power of ten.
    const PLACES: i64 = 4;

    fn from_raw(raw: &RawValue) -> Result<Option<Self>, Fault> {
        let share = |number: Scaled| u32::try_from(number.value).ok().map(|millionths| Self { millionths });
        value::number(raw, Self::PLACES, share, "is not a percentage")
    }

    /// This share of an amount, rounded to the nearest minor unit, halves up; never more than the amount.
    fn of(self, amount: i64) -> i64 {
        let whole = i128::from(Self::WHOLE);
        let exact = i128::from(amount) * i128::from(self.millionths.min(Self::WHOLE));
        i64::try_from((exact + whole / 2) / whole).unwrap_or(amount)
    }
}

impl From<u32> for Percentage {
    /// Whole per cent.
    fn from(percent: u32) -> Self {
        Self { millionths: percent.min(100) * (Self::WHOLE / 100) }
    }
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction<'a> {
    /// This share of the subtotal.
    Percentage(Percentage),
    /// This many minor units of one currency, once per checkout however many units it has.
    Fixed {
        /// Minor units.
        amount_minor: i64,
        /// ISO 4217 code.
        currency: &'a str,
    },
}

impl Reduction<'_> {
    /// The amount taken off a subtotal, both in minor units of one currency; never more than the subtotal.
    ///
    /// A percentage is rounded to the nearest minor unit, halves in the buyer's favour: 50 % of 2999 is 1500.
    ///
    /// ```
    /// use creem::discount::Reduction;
    ///
    /// assert_eq!(Reduction::Percentage(25.into()).amount_off(5997), 1499);
    /// assert_eq!(Reduction::Fixed { amount_minor: 1000, currency: "USD" }.amount_off(600), 600);
    /// ```
    #[must_use]
    pub fn amount_off(&self, subtotal_minor: i64) -> i64 {
        let subtotal = subtotal_minor.max(0);
        let off = match *self {
            Self::Percentage(share) => share.of(subtotal),
            Self::Fixed { amount_minor, .. } => amount_minor.max(0),
        };
        off.min(subtotal)
    }
}

/// Whether a discount applies to a purchase, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It takes this off.
    Applies(Reduction<'a>),
    /// It was deleted, is a draft, or says nothing we understand.
    Unknown,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotStarted,
    /// It was redeemed as often as it may be.
    UsedUp,
    /// It is for other products.
    WrongProduct,
    /// It takes off an amount in another currency.
    WrongCurrency,
}

impl Discount {
    /// Judges this discount for one product, priced in `currency`, at `now`.
    #[must_use]
    pub fn judge(&self, product_id: &str, currency: &str, now: Timestamp) -> Verdict<'_> {
        match self.status {
            DiscountStatus::Active => {}
            DiscountStatus::Expired => return Verdict::Expired,
            DiscountStatus::Scheduled => return Verdict::NotStarted,
            DiscountStatus::Draft | DiscountStatus::Deleted | DiscountStatus::Unknown => return Verdict::Unknown,
        }
        if self.expiry_date.is_some_and(|end| end <= now) {
            return Verdict::Expired;
        }
        if self.max_redemptions.is_some_and(|most| self.redeem_count.unwrap_or(0) >= most) {
            return Verdict::UsedUp;
        }
        if !self.applies_to_products.is_empty() && !self.applies_to_products.iter().any(|id| id == product_id) {
            return Verdict::WrongProduct;
        }
        match (self.kind.as_str(), self.percentage, self.amount, self.currency.as_deref()) {
            ("percentage", Some(share), _, _) => Verdict::Applies(Reduction::Percentage(share)),
            ("fixed", _, Some(_), Some(own)) if own != currency => Verdict::WrongCurrency,
            ("fixed", _, Some(amount_minor), Some(own)) => {
                Verdict::Applies(Reduction::Fixed { amount_minor, currency: own })
            }
            _ => Verdict::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
