//! What the buyer has typed so far, and what is wrong with it.
//!
//! No I/O, and no sentences: problems are values that `text` puts into words.

use wire::characters::trimmed;
use wire::link::Parameter;
use wire::plans::first_choice;
use wire::{Email, EmailError, ErrorCode, Field, MAX_UNITS, Product, code, parse_units};

use super::quote::PriceQuestion;
use super::settings::Settings;
use super::typo;

/// The form's values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The chosen product; empty while none is known, and while the buyer has not chosen among several, or another for
    /// one that is gone.
    pub product_id: String,
    /// Whether the product that was asked for is not for sale.
    pub product_gone: bool,
    /// How many of it, as typed; `None` where the buyer is not asked.
    pub units: Option<String>,
    /// The code as typed.
    pub discount_code: String,
    /// The e-mail as typed.
    pub email: String,
    /// Whether the box with the terms is ticked; `None` where there is none.
    pub consent: Option<bool>,
    /// Whether the buyer has wanted to go on once, so that what is missing may be said.
    pub pressed: bool,
    /// Whether the buyer has finished with the e-mail once, so that its problems may be said.
    pub email_touched: bool,
}

impl Draft {
    /// An untouched draft that starts with what the page was asked for.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            product_id: settings.link.text(Parameter::ProductId).to_owned(),
            product_gone: false,
            units: settings.link.get(Parameter::Units).map(str::to_owned),
            discount_code: settings.link.text(Parameter::DiscountCode).to_owned(),
            email: settings.link.text(Parameter::Email).to_owned(),
            email_touched: false,
            consent: settings.consent.as_ref().filter(|consent| consent.required).map(|_| settings.consented),
            pressed: false,
        }
    }

    /// Makes the choice valid for `products`: the only one is chosen, and one that is not for sale becomes none.
    pub fn choose_among(&mut self, products: &[Product]) {
        let choice = first_choice(products, &self.product_id).filter(|_| !self.must_choose());
        self.product_gone = self.must_choose() || (choice.is_none() && !self.product_id.is_empty());
        self.product_id = choice.map(|product| product.id.as_str().to_owned()).unwrap_or_default();
    }

    /// Whether the product that was asked for is gone, and the buyer has not chosen another one.
    #[must_use]
    pub fn must_choose(&self) -> bool {
        self.product_gone && self.product_id.is_empty()
    }

    /// Why the choice of the product does not do, as far as that may be said.
    #[must_use]
    pub fn product_problem(&self) -> Option<ErrorCode> {
        if self.must_choose() {
            Some(ErrorCode::ProductUnknown)
        } else {
            (self.pressed && self.product_id.is_empty()).then_some(ErrorCode::ProductRequired)
        }
    }

    /// Whether the box with the terms is missing its tick, as far as that may be said.
    #[must_use]
    pub fn consent_missing(&self) -> bool {
        self.pressed && self.consent == Some(false)
    }

    /// Takes what the proxy says of a press without scripts.
    pub fn refused(&mut self, error: ErrorCode) {
        self.pressed |= matches!(error, ErrorCode::ProductRequired | ErrorCode::ConsentRequired);
    }

    /// The buyer left the e-mail field. Leaving it empty is not a mistake yet.
    pub fn leave_email(&mut self) {
        self.email_touched |= !trimmed(&self.email).is_empty();
    }

    /// What to say about the e-mail now; `None` while the buyer is still typing it for the first time.
    #[must_use]
    pub fn email_problem(&self) -> Option<EmailError> {
        if self.email_touched { Email::parse(&self.email).err() } else { None }
    }

    /// The buyer wants to go on: from now on every problem is said. The first one, in the form's order.
    pub fn check(&mut self) -> Option<Field> {
        (self.email_touched, self.pressed) = (true, true);
        if self.product_id.is_empty() {
            Some(Field::Product)
        } else if self.count().is_none() {
            Some(Field::Units)
        } else {
            let email = self.email_problem().map(|_| Field::Email);
            email.or((self.consent == Some(false)).then_some(Field::Consent))
        }
    }

    /// What the e-mail was probably meant to be, once the buyer has finished with it.
    #[must_use]
    pub fn email_meant(&self) -> Option<String> {
        if self.email_touched { typo::meant(&self.email) } else { None }
    }

    /// How many units are ordered; `None` when what was typed is no number that can be.
    #[must_use]
    pub fn count(&self) -> Option<u32> {
        let Some(typed) = &self.units else { return Some(1) };
        parse_units(typed)
    }

    /// Whether what is wrong shows in the draft itself, and goes when the buyer mends it.
    #[must_use]
    pub fn shows(&self, error: ErrorCode) -> bool {
        self.product_problem() == Some(error)
            || (error == ErrorCode::UnitsInvalid && self.count().is_none())
            || (error == ErrorCode::ConsentRequired && self.consent_missing())
    }

    /// One unit more or fewer; from something that is no number, one.
    pub fn step_units(&mut self, by: i32) {
        let count = self.count().map_or(1, |count| count.saturating_add_signed(by).clamp(1, MAX_UNITS));
        self.units = Some(count.to_string());
    }

    /// The draft as lines of text, to be kept over a reload.
    #[must_use]
    pub fn to_lines(&self) -> String {
        [&self.product_id, self.units.as_deref().unwrap_or_default(), &self.discount_code, &self.email].join("\n")
    }

    /// Takes what an earlier load of the page kept. Fields that are not there stay as they are.
    pub fn take_lines(&mut self, lines: &str) {
        let mut lines = lines.split('\n').map(str::to_owned);
        // Nothing was chosen then: what the link asks for decides again.
        if let Some(product_id) = lines.next().filter(|product_id| !product_id.is_empty()) {
            self.product_id = product_id;
        }
        let units = lines.next().unwrap_or_default();
        if self.units.is_some() {
            self.units = Some(units);
        }
        self.discount_code = lines.next().unwrap_or_default();
        self.email = lines.next().unwrap_or_default();
    }

    /// Takes what the form's fields hold, as far as `read` knows.
    pub fn take_fields(&mut self, read: &dyn Fn(Field) -> Option<String>) {
        let take = |kept: &mut String, field: Field| {
            if let Some(value) = read(field) {
                *kept = value;
            }
        };
        take(&mut self.product_id, Field::Product);
        take(&mut self.discount_code, Field::DiscountCode);
        take(&mut self.email, Field::Email);
        if let Some(consent) = &mut self.consent {
            *consent = read(Field::Consent).is_some();
        }
        if let Some(units) = &mut self.units {
            take(units, Field::Units);
        }
    }

    /// Takes what is asked for now where the buyer has left what was asked for before.
    pub fn follow(&mut self, before: &Self, asked: &Self) {
        let follow = |held: &mut String, before: &String, asked: &String| {
            if held == before && !asked.is_empty() {
                held.clone_from(asked);
            }
        };
        follow(&mut self.product_id, &before.product_id, &asked.product_id);
        follow(&mut self.discount_code, &before.discount_code, &asked.discount_code);
        follow(&mut self.email, &before.email, &asked.email);
        if self.units == before.units && asked.units.is_some() {
            self.units.clone_from(&asked.units);
        }
    }

    /// Whether another draft orders the same, whatever its code.
    #[must_use]
    pub fn orders_the_same(&self, other: &Self) -> bool {
        self.product_id == other.product_id && self.units == other.units && self.email == other.email
    }

    /// What the price depends on.
    #[must_use]
    pub fn question(&self) -> PriceQuestion {
        PriceQuestion {
            product_id: self.product_id.clone(),
            units: self.count().unwrap_or(1),
            // A code has no price without a product.
            discount_code: if self.product_id.is_empty() { String::new() } else { code::typed(&self.discount_code) },
        }
    }
}

#[cfg(test)]
mod tests;
