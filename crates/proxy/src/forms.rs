//! The plain form: what it posts, and what a link may fill it with.

use std::collections::HashSet;

use serde_json::{Map, Value};
use url::form_urlencoded;
use wire::{CheckoutRequest, CustomFieldDefinition, Customer, ErrorCode, FormValues, RequestId};

use crate::error::ProxyError;
use crate::log::json_fault;
use crate::page::is_manner;
use crate::quotes::units_invalid;
use crate::return_target;
use crate::sessions::custom_fields_fit;
use crate::sites::Sites;

/// Most fields of a form or a link. Ours have four, and a link may add `metadata[…]` and the page's look.
const MAX_FIELDS: usize = 64;

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

    /// Reads what a link to the page asks for, and leaves out what could not be sent. As in the app, an empty value is
    /// none, and of a repeated name the first counts.
    pub(crate) fn linked(query: &str, sites: &Sites) -> Self {
        let mut form = Self::default();
        let mut seen = HashSet::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned().take(MAX_FIELDS) {
            let sendable = match name.as_str() {
                "request_id" => RequestId::parse(&value).is_ok(),
                "success_url" => return_target::checked(&value, sites).is_ok(),
                _ => true,
            };
            let name = if name == "product" { "product_id".to_owned() } else { name };
            let counts = !value.is_empty() && seen.insert(name.clone());
            if sendable && counts {
                form.take(&name, value);
            }
        }
        form
    }

    /// Whether it holds anything of one buyer, and not only what is sold and how the page looks. Also a code may be
    /// meant for one of them.
    pub(crate) fn is_about_a_buyer(&self) -> bool {
        let FormValues { product_id: _, units, discount_code, email } = &self.values;
        let typed = [units, discount_code, email].into_iter().any(|value| !value.is_empty());
        typed || self.hidden.iter().any(|(name, _)| !is_manner(name))
    }

    /// The signed intent that travels with it.
    pub(crate) fn intent(&self) -> Option<&str> {
        self.hidden.iter().find(|(name, value)| name == "intent" && !value.is_empty()).map(|(_, value)| value.as_str())
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
        self.hidden.retain(|(name, _)| match name.as_str() {
            "request_id" => fixed.request_id.is_none(),
            "success_url" => fixed.success_url.is_none(),
            "custom_fields" => fixed.custom_fields.is_empty(),
            _ => fixed.metadata.is_none() || metadata_key(name).is_none(),
        });
    }

    /// Puts a value in its place; false when there is none of this name.
    fn take(&mut self, name: &str, value: String) -> bool {
        match name {
            "product_id" => self.values.product_id = value,
            "units" => self.values.units = value,
            "discount_code" => self.values.discount_code = value,
            "email" => self.values.email = value,
            "request_id" | "success_url" | "custom_fields" | "intent" => self.hidden.push((name.to_owned(), value)),
            _ if metadata_key(name).is_some() || is_manner(name) => self.hidden.push((name.to_owned(), value)),
            _ => return false,
        }
        true
    }

    /// The questions for Creem's page that travel with it, if they fit.
    pub(crate) fn custom_fields(&self) -> Result<Vec<CustomFieldDefinition>, ProxyError> {
        let Some(json) = self.hidden("custom_fields") else { return Ok(Vec::new()) };
        let definitions: Vec<CustomFieldDefinition> = serde_json::from_str(&json).map_err(|error| {
            let message = "custom_fields must be a list of custom fields, as JSON";
            ProxyError::new(ErrorCode::CustomFieldInvalid, message)
                .in_field("custom_fields")
                .because(json_fault(&error))
        })?;
        custom_fields_fit(&definitions)?;
        Ok(definitions)
    }

    fn hidden(&self, name: &str) -> Option<String> {
        let value = self.hidden.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        value.filter(|value| !value.is_empty())
    }

    fn request(&self) -> Result<CheckoutRequest, ProxyError> {
        let metadata: Map<String, Value> = self
            .hidden
            .iter()
            .filter_map(|(name, value)| Some((metadata_key(name)?.to_owned(), Value::from(value.as_str()))))
            .collect();
        let units = match filled(&self.values.units) {
            Some(text) => Some(text.parse().map_err(|_| units_invalid())?),
            None => None,
        };
        Ok(CheckoutRequest {
            product_id: self.values.product_id.clone(),
            request_id: self.hidden("request_id"),
            units,
            discount_code: filled(&self.values.discount_code).map(str::to_owned),
            customer: filled(&self.values.email).map(|email| Customer { email: Some(email.to_owned()) }),
            custom_fields: self.custom_fields()?,
            success_url: self.hidden("success_url"),
            intent: self.hidden("intent"),
            metadata: Some(metadata).filter(|metadata| !metadata.is_empty()),
            ..CheckoutRequest::default()
        })
    }
}

/// What stands between the brackets of `metadata[…]`.
fn metadata_key(name: &str) -> Option<&str> {
    name.strip_prefix("metadata[")?.strip_suffix(']').filter(|key| !key.is_empty())
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
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
