//! The routes, a file for each address: each parses its request, calls one service, and maps the answer.

pub(crate) mod checkouts;
pub(crate) mod elsewhere;
pub(crate) mod events;
#[cfg(test)]
mod fuzz;
pub(crate) mod health;
pub(crate) mod page;
pub(crate) mod payments;
pub(crate) mod products;
pub(crate) mod quote;
mod receipts;
pub(crate) mod studio;
pub(crate) mod webhooks;

use std::collections::HashMap;

use url::form_urlencoded;
use wire::ErrorCode;

use crate::error::ProxyError;

/// What is under an address that changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The parameters of a query, of which only those named may be there, each once.
pub(crate) fn parameters(query: Option<&str>, names: &[&str]) -> Result<HashMap<String, String>, ProxyError> {
    let mut found = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned() {
        if !names.contains(&name.as_str()) {
            let message = format!("there is no parameter {name}");
            return Err(ProxyError::new(ErrorCode::FieldUnknown, message).in_field(name));
        }
        if found.insert(name.clone(), value).is_some() {
            let message = format!("{name} is given twice");
            return Err(ProxyError::new(ErrorCode::BodyInvalid, message).in_field(name));
        }
    }
    Ok(found)
}
