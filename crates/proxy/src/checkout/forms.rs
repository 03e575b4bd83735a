//! The plain form: what it posts, and what a link may fill it with.

use std::collections::HashSet;

use serde_json::{Map, Value};
use url::form_urlencoded;
use wire::characters::trimmed;
use wire::link::{Parameter, metadata_key};
use wire::{
    CheckoutRequest, CustomFieldDefinition, Customer, ErrorCode, Field, FormValues, Link, Product, metadata,
    parse_units, plans::first_choice,
};

use super::return_target;
use super::sessions::{custom_fields_fit, request_id};
use crate::catalog::not_sold;
use crate::catalog::quotes::{subtotal, units_invalid};
use crate::error::ProxyError;
use crate::http::sites::Sites;
use crate::text::log::json_fault;

/// Most fields of a form: everything a link can say, and the box with the terms.
const MAX_FIELDS: usize = Parameter::COUNT + metadata::MAX_KEYS + 1;

/// What the form holds: what a person sees and types, and what travels with it unseen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Form {
    pub(crate) values: FormValues,
    /// `request_id`, `success_url`, `custom_fields`, `intent` and `metadata[…]`, and how the page is shown, with their
    /// names.
    pub(crate) hidden: Vec<(String, String)>,
}

impl Form {
    /// Reads a posted form. The form comes back even when it asks for something impossible, so that nothing that was
    /// typed is lost.
    pub(crate) fn posted(body: &[u8]) -> (Self, Result<CheckoutRequest, ProxyError>) {
        let mut form = Self::default();
        let mut refusal = None;
        let mut seen = HashSet::new();
        let mut fields = form_urlencoded::parse(body).into_owned();
        for (name, value) in fields.by_ref().take(MAX_FIELDS) {
            if seen.contains(&name) {
                let error = ProxyError::new(ErrorCode::BodyInvalid, format!("{name} is given twice"));
                refusal.get_or_insert(error.in_field(name));
            } else if !form.take(&name, value) {
                let error = ProxyError::new(ErrorCode::FieldUnknown, format!("there is no field {name}"));
                refusal.get_or_insert(error.in_field(name));
            } else {
                seen.insert(name);
            }
        }
        // Neither read nor sent back, so that a body costs no more than one of ours.
        if fields.next().is_some() {
            let message = format!("a form has at most {MAX_FIELDS} fields");
            refusal = Some(ProxyError::new(ErrorCode::BodyInvalid, message));
        }
        let request = refusal.map_or_else(|| form.request(), Err);
        (form, request)
    }

    /// The form that a link asks for, also with what cannot be used: a press must not sell without it.
    pub(crate) fn linked(link: &Link) -> Self {
        let mut form = Self::default();
        for (parameter, text) in link.said() {
            form.put(parameter, text.to_owned());
        }
        let metadata = link.metadata.iter().map(|(key, value)| (format!("metadata[{key}]"), value.clone()));
        form.hidden.extend(metadata);
        form
    }

    /// Whether what a link asks for can be sold, so that a wrong one is known before anybody fills the form in. First
    /// comes what the buyer can do nothing about. `products` are those for sale, where they are known.
    pub(crate) fn can_be_sold(&self, sites: &Sites, products: Option<&[Product]>) -> Result<(), ProxyError> {
        let FormValues { product_id, units, .. } = &self.values;
        if let Some(text) = self.hidden(Parameter::RequestId) {
            request_id(text)?;
        }
        if let Some(text) = self.hidden(Parameter::SuccessUrl) {
            return_target::checked(text, sites)?;
        }
        self.custom_fields()?;
        let product = products.and_then(|products| first_choice(products, product_id));
        if products.is_some() && product.is_none() && !product_id.is_empty() {
            return Err(not_sold());
        }
        if units.is_empty() {
            return Ok(());
        }
        let units = parse_units(units).ok_or_else(units_invalid)?;
        product.map_or(Ok(()), |product| subtotal(product, units).map(drop))
    }

    /// Whether it holds anything of one buyer, and not only what is sold and how the page looks. Also a code may be
    /// meant for one of them.
    pub(crate) fn is_about_a_buyer(&self) -> bool {
        let FormValues { product_id: _, units, discount_code, email, consent: _ } = &self.values;
        let typed = [units, discount_code, email].into_iter().any(|value| !value.is_empty());
        typed || self.hidden.iter().any(|(name, _)| !Parameter::named(name).is_some_and(Parameter::is_manner))
    }

    /// The signed intent that travels with it.
    pub(crate) fn intent(&self) -> Option<&str> {
        self.hidden(Parameter::Intent)
    }

    /// Shows what an intent fixes instead of anything else.
    pub(crate) fn show_fixed(&mut self, fixed: &CheckoutRequest) {
        let text = |value: &Option<String>, place: &mut String| {
            if let Some(value) = value {
                place.clone_from(value);
            }
        };
        if !fixed.product_id.is_empty() {
            self.values.product_id.clone_from(&fixed.product_id);
        }
        text(&fixed.units.map(|units| units.to_string()), &mut self.values.units);
        text(&fixed.discount_code, &mut self.values.discount_code);
        text(&fixed.customer.as_ref().and_then(|customer| customer.email.clone()), &mut self.values.email);
        self.hidden.retain(|(name, _)| match Parameter::named(name) {
            Some(Parameter::RequestId) => fixed.request_id.is_none(),
            Some(Parameter::SuccessUrl) => fixed.success_url.is_none(),
            Some(Parameter::CustomFields) => fixed.custom_fields.is_empty(),
            _ => fixed.metadata.is_none() || metadata_key(name).is_none(),
        });
    }

    /// Puts a value in its place; false when there is none of this name.
    fn take(&mut self, name: &str, value: String) -> bool {
        match Parameter::named(name) {
            Some(parameter) => self.put(parameter, value),
            None if metadata_key(name).is_some() => self.hidden.push((name.to_owned(), value)),
            None if name == Field::Consent.name() => self.values.consent = !value.is_empty(),
            None => return false,
        }
        true
    }

    fn put(&mut self, parameter: Parameter, value: String) {
        let FormValues { product_id, units, discount_code, email, consent: _ } = &mut self.values;
        match parameter {
            Parameter::ProductId => *product_id = value,
            Parameter::Units => *units = value,
            Parameter::DiscountCode => *discount_code = value,
            Parameter::Email => *email = value,
            Parameter::RequestId
            | Parameter::SuccessUrl
            | Parameter::CustomFields
            | Parameter::Intent
            | Parameter::Locale
            | Parameter::Theme
            | Parameter::Accent
            | Parameter::Surface
            | Parameter::Text
            | Parameter::Radius
            | Parameter::Font => self.hidden.push((parameter.name().to_owned(), value)),
        }
    }

    /// The questions for Creem's page that travel with it, if they fit.
    pub(crate) fn custom_fields(&self) -> Result<Vec<CustomFieldDefinition>, ProxyError> {
        let Some(json) = self.hidden(Parameter::CustomFields) else { return Ok(Vec::new()) };
        let definitions: Vec<CustomFieldDefinition> = serde_json::from_str(json).map_err(|error| {
            let message = "custom_fields must be a list of custom fields, as JSON";
            ProxyError::new(ErrorCode::CustomFieldInvalid, message)
                .in_field(Parameter::CustomFields)
                .because(json_fault(&error))
        })?;
        custom_fields_fit(&definitions)?;
        Ok(definitions)
    }

    fn hidden(&self, parameter: Parameter) -> Option<&str> {
        let value = self.hidden.iter().find(|(known, _)| known == parameter.name()).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    fn request(&self) -> Result<CheckoutRequest, ProxyError> {
        let metadata: Map<String, Value> = self
            .hidden
            .iter()
            .filter_map(|(name, value)| Some((metadata_key(name)?.to_owned(), Value::from(value.as_str()))))
            .collect();
        let units = match filled(&self.values.units) {
            Some(text) => Some(parse_units(text).ok_or_else(units_invalid)?),
            None => None,
        };
        Ok(CheckoutRequest {
            product_id: self.values.product_id.clone(),
            request_id: self.hidden(Parameter::RequestId).map(str::to_owned),
            units,
            discount_code: filled(&self.values.discount_code).map(str::to_owned),
            customer: filled(&self.values.email).map(|email| Customer { email: Some(email.to_owned()) }),
            custom_fields: self.custom_fields()?,
            success_url: self.hidden(Parameter::SuccessUrl).map(str::to_owned),
            intent: self.hidden(Parameter::Intent).map(str::to_owned),
            consent: self.values.consent.then_some(true),
            metadata: Some(metadata).filter(|metadata| !metadata.is_empty()),
            ..CheckoutRequest::default()
        })
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(trimmed(text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_fields_are_not_sent() {
        let (_, request) = Form::posted(b"product_id=prod_1&units=+&discount_code=&email=");
        let request = request.expect("a request");
        assert_eq!(request, CheckoutRequest { product_id: "prod_1".into(), ..CheckoutRequest::default() });
    }

    #[test]
    fn metadata_travels_by_key() {
        let (form, request) = Form::posted(b"product_id=prod_1&metadata%5Bplan%5D=pro&request_id=order_1");
        assert_eq!(request.expect("a request").metadata.expect("metadata")["plan"], "pro");
        assert_eq!(form.hidden.len(), 2);
    }

    // 65 kB of names took a fifth of a second before the limit, came back as a page of 250 kB, and could be sent again.
    #[test]
    fn a_form_of_many_fields_is_refused_without_reading_it() {
        let fields = |count: usize| {
            let names = (1..count).map(|n| format!("&metadata%5B{n}%5D=x"));
            ["product_id=prod_1".to_owned()].into_iter().chain(names).collect::<String>()
        };
        let (form, request) = Form::posted(fields(MAX_FIELDS).as_bytes());
        assert_eq!((form.hidden.len(), request.is_ok()), (MAX_FIELDS - 1, true));
        for count in [MAX_FIELDS + 1, 4000] {
            let (form, request) = Form::posted(fields(count).as_bytes());
            assert_eq!(request.expect_err("too many").code(), ErrorCode::BodyInvalid);
            assert_eq!(form.hidden.len(), MAX_FIELDS - 1, "what comes back is bounded as well");
            assert_eq!(form.values.product_id, "prod_1");
        }
    }

    #[test]
    fn a_strange_field_is_refused_by_name_and_the_rest_is_kept() {
        let (form, request) = Form::posted(b"product_id=prod_1&email=ada%40example.com&price=1");
        let error = request.expect_err("unknown field");
        assert_eq!((error.code(), error.field()), (ErrorCode::FieldUnknown, Some("price")));
        assert_eq!(form.values.email, "ada@example.com");
    }
}
