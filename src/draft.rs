//! What the buyer has typed so far, and what is wrong with it.
//!
//! No I/O, and no sentences: problems are values that `text` puts into words.

use wire::{CheckoutRequest, Customer, Email, EmailError, Product};

use crate::quote::PriceQuestion;
use crate::settings::Settings;

/// The form's values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The chosen product; empty while none is known.
    pub product_id: String,
    /// How many of it; `None` for one.
    pub units: Option<u32>,
    /// The code as typed.
    pub discount_code: String,
    /// The e-mail as typed.
    pub email: String,
    /// Whether the buyer has finished with the e-mail once, so that its problems may be said.
    pub email_touched: bool,
}

/// A field of the form that can hold a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The product choice.
    Product,
    /// The discount code.
    DiscountCode,
    /// The e-mail.
    Email,
}

impl Field {
    /// The `id` of the element that takes the focus for this field, except for [`Field::Product`], whose choices
    /// each have their own.
    #[must_use]
    pub fn element_id(self) -> &'static str {
        match self {
            Self::Product => "products",
            Self::DiscountCode => "discount_code",
            Self::Email => "email",
        }
    }
}

impl Draft {
    /// An untouched draft that starts with what the page was asked for.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            product_id: settings.product_id.clone(),
            units: settings.units,
            discount_code: settings.discount_code.clone(),
            email: settings.email.clone(),
            email_touched: false,
        }
    }

    /// Makes the choice valid for `products`: an unknown one becomes the first.
    pub fn choose_among(&mut self, products: &[Product]) {
        let known = products.iter().any(|product| product.id.as_str() == self.product_id);
        if let Some(first) = products.first().filter(|_| !known) {
            self.product_id = first.id.as_str().to_owned();
        }
    }

    /// The buyer left the e-mail field. Leaving it empty is not a mistake yet.
    pub fn leave_email(&mut self) {
        self.email_touched |= !self.email.trim().is_empty();
    }

    /// What to say about the e-mail now; `None` while the buyer is still typing it for the first time.
    #[must_use]
    pub fn email_problem(&self) -> Option<EmailError> {
        if self.email_touched { Email::parse(&self.email).err() } else { None }
    }

    /// The buyer wants to go on: from now on every problem is said. The first one, in the form's order.
    pub fn check(&mut self) -> Option<Field> {
        self.email_touched = true;
        if self.product_id.is_empty() { Some(Field::Product) } else { self.email_problem().map(|_| Field::Email) }
    }

    /// What the price depends on.
    #[must_use]
    pub fn question(&self) -> PriceQuestion {
        PriceQuestion {
            product_id: self.product_id.clone(),
            units: self.units.unwrap_or(1),
            discount_code: self.discount_code.trim().to_owned(),
        }
    }

    /// The body of the call that creates the session, with the code that is to be sent, if any.
    #[must_use]
    pub fn request(&self, settings: &Settings, discount_code: Option<String>) -> CheckoutRequest {
        let metadata = (!settings.metadata.is_empty()).then(|| settings.metadata.clone());
        CheckoutRequest {
            product_id: self.product_id.clone(),
            request_id: settings.request_id.clone(),
            units: self.units,
            discount_code,
            customer: Some(Customer { email: Some(self.email.trim().to_owned()) }),
            success_url: settings.success_url.clone(),
            metadata,
            ..CheckoutRequest::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_not_judged_before_the_buyer_leaves_it() {
        let mut draft = Draft { email: "ada".into(), ..Draft::default() };
        assert_eq!(draft.email_problem(), None);
        draft.leave_email();
        assert_eq!(draft.email_problem(), Some(EmailError::Incomplete));
        draft.email = "ada@example.com".into();
        assert_eq!(draft.email_problem(), None);
    }

    #[test]
    fn leaving_the_email_empty_is_not_a_mistake_until_the_buyer_goes_on() {
        let mut draft = Draft { product_id: "prod_1".into(), ..Draft::default() };
        draft.leave_email();
        assert_eq!(draft.email_problem(), None);
        assert_eq!(draft.check(), Some(Field::Email));
        assert_eq!(draft.email_problem(), Some(EmailError::Empty));
    }

    #[test]
    fn the_request_carries_what_the_merchant_passed_through_and_no_empty_fields() {
        let settings = Settings { request_id: Some("order_1001".into()), ..Settings::default() };
        let draft = Draft { product_id: "prod_1".into(), email: " ada@example.com ".into(), ..Draft::new(&settings) };
        let body = serde_json::to_value(draft.request(&settings, None)).expect("JSON");
        assert_eq!(
            body,
            serde_json::json!({
                "product_id": "prod_1", "request_id": "order_1001", "customer": { "email": "ada@example.com" }
            })
        );
    }
}
