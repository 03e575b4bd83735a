//! Signed intents: what the merchant's server fixes and the buyer must not change.
//!
//! A JWT with HS256, whose claims are the fields of a session's creation, `exp` and `iat`. Only this one algorithm is
//! here, on purpose: a verifier that cannot be talked into another one has no such mistake to make.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use sha2::Sha256;
use wire::link::Parameter;
use wire::{CheckoutRequest, ErrorCode, code};

use crate::Config;
use crate::error::ProxyError;
use crate::http::body;
use crate::http::numbers;
use crate::text::log::json_fault;

/// How far ahead `exp` may be, in seconds: an intent is a press of a button, not a coupon.
const LONGEST_LIFE_S: f64 = 24.0 * 3600.0;

/// How far the merchant's clock may be ahead of ours, in seconds.
const CLOCK_SLACK_S: f64 = 60.0;

/// Claims every JWT library may add, and which say nothing about the purchase.
const REGISTERED: [&str; 7] = ["exp", "iat", "nbf", "iss", "aud", "sub", "jti"];

/// What verifies intents.
#[derive(Clone, Debug)]
pub(crate) struct Intents {
    secret: Option<SecretString>,
    required: bool,
}

/// A genuine intent: the fields it fixes.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    claims: Map<String, Value>,
    fields: CheckoutRequest,
}

/// What is asked for, and how much of it the merchant signed.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) request: CheckoutRequest,
    pub(crate) signed: Signed,
}

/// How much of a session its merchant signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// Nothing.
    Not,
    /// Something, but the buyer chose the product or the reference.
    Parts,
    /// Which product is sold under which reference.
    Sale,
}

impl Intents {
    pub(crate) fn new(config: &Config) -> Self {
        Self { secret: config.intent_secret.clone(), required: config.require_intent }
    }

    #[cfg(test)]
    pub(crate) fn of_tests(secret: &str) -> Self {
        Self { secret: Some(secret.to_owned().into()), required: false }
    }

    /// Whether a session is opened without an intent.
    pub(crate) fn may_be_absent(&self) -> Result<(), ProxyError> {
        match self.required {
            false => Ok(()),
            true => Err(ProxyError::new(ErrorCode::IntentRequired, "this shop takes only signed intents")
                .in_field(Parameter::Intent)),
        }
    }

    /// Reads an intent that is genuine and whose time it is.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Result<Intent, ProxyError> {
        let Some(secret) = &self.secret else {
            return Err(invalid("this proxy has no secret to verify intents with; see CHECKOUT_INTENT_SECRET"));
        };
        // Whoever prints a token on a line of its own copies the line's end with it.
        let mut claims = verified(token.trim(), secret.expose_secret().as_bytes()).map_err(invalid)?;
        in_time(&claims, now).map_err(invalid)?;
        // A null looks like "no discount" and would leave the choice to the buyer.
        if let Some(name) = null_in(&claims) {
            return Err(invalid(format!(
                "its claim {name} is null: leave it out, or fix it, to an empty text for none"
            )));
        }
        claims.retain(|name, _| !REGISTERED.contains(&name.as_str()));
        if claims.contains_key("intent") {
            return Err(invalid("an intent cannot hold another"));
        }
        let fields: CheckoutRequest =
            serde_path_to_error::deserialize(Value::Object(claims.clone())).map_err(|error| claim_at_fault(&error))?;
        // As a buyer's form says them, so that what is the same is written in the same way.
        let written = serde_json::to_value(&fields).map_err(ProxyError::internal)?;
        for (name, claim) in &mut claims {
            if let Some(value) = written.get(name) {
                claim.clone_from(value);
            }
        }
        Ok(Intent { claims, fields })
    }

    /// What is asked for, with everything the intent fixes.
    pub(crate) fn apply(&self, request: CheckoutRequest, now: Timestamp) -> Result<Asked, ProxyError> {
        match request.intent.clone() {
            None => self.may_be_absent().map(|()| Asked { request, signed: Signed::Not }),
            Some(token) => {
                let intent = self.read(&token, now)?;
                let signed = match intent.fixes_the_sale() {
                    true => Signed::Sale,
                    false => Signed::Parts,
                };
                Ok(Asked { request: intent.completes(request)?, signed })
            }
        }
    }
}

impl Intent {
    /// What it fixes.
    pub(crate) fn fields(&self) -> &CheckoutRequest {
        &self.fields
    }

    /// Whether the buyer chose neither the product nor the reference.
    fn fixes_the_sale(&self) -> bool {
        !self.fields.product_id.is_empty() && self.fields.request_id.is_some()
    }

    /// The names of what it fixes, as the form's controls have them.
    pub(crate) fn locked(&self) -> Vec<String> {
        self.claims.keys().map(|name| if name == "customer" { "email".to_owned() } else { name.clone() }).collect()
    }

    /// Puts what is fixed into a request that says the same or nothing.
    fn completes(self, request: CheckoutRequest) -> Result<CheckoutRequest, ProxyError> {
        let Ok(Value::Object(mut asked)) = serde_json::to_value(CheckoutRequest { intent: None, ..request }) else {
            return Err(ProxyError::internal("a request is not an object"));
        };
        for (name, fixed) in self.claims {
            if asked.get(&name).is_some_and(|said| !says_nothing(said) && !is_same(&name, said, &fixed)) {
                let message = format!("{name} is fixed by the intent");
                return Err(ProxyError::new(ErrorCode::IntentMismatch, message).in_field(name));
            }
            asked.insert(name, fixed);
        }
        serde_json::from_value(Value::Object(asked)).map_err(|error| ProxyError::internal(json_fault(&error)))
    }
}

/// The name of a claim that is null, or of one in `customer`; the values in `metadata` are the merchant's.
fn null_in(claims: &Map<String, Value>) -> Option<String> {
    let customer = claims.get("customer").and_then(Value::as_object);
    let in_customer = customer.into_iter().flatten().map(|(name, value)| (format!("customer.{name}"), value));
    let mut all = claims.iter().map(|(name, value)| (name.clone(), value)).chain(in_customer);
    all.find(|(_, value)| value.is_null()).map(|(name, _)| name)
}

fn says_nothing(said: &Value) -> bool {
    match said {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    }
}

/// Whether a buyer's form says what the intent fixes, in whatever spelling people type.
fn is_same(name: &str, said: &Value, fixed: &Value) -> bool {
    let spelled_alike = |said: &Value, fixed: &Value| match (said.as_str(), fixed.as_str()) {
        (Some(said), Some(fixed)) => code::typed(said).eq_ignore_ascii_case(&code::typed(fixed)),
        (_, _) => false,
    };
    said == fixed
        || match name {
            "discount_code" => spelled_alike(said, fixed),
            "customer" => spelled_alike(&said["email"], &fixed["email"]),
            _ => false,
        }
}

/// Which claim is no field of a session, or has another type; without its value, which may be a buyer's address.
fn claim_at_fault(error: &serde_path_to_error::Error<serde_json::Error>) -> ProxyError {
    let (path, cause) = (error.path().to_string(), error.inner());
    let said = cause.to_string();
    let unknown = said.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let message = match unknown {
        Some(name) => format!("it has a claim that no session has: {}", body::dotted(&path, name)),
        None => format!("its claim {path} has another type than a session's, or is not complete"),
    };
    invalid(message).because(json_fault(cause))
}

fn invalid(what: impl Into<String>) -> ProxyError {
    ProxyError::new(ErrorCode::IntentInvalid, what).in_field(Parameter::Intent)
}

/// The claims of a token whose signature is right. Nothing in it is looked at before.
fn verified(token: &str, secret: &[u8]) -> Result<Map<String, Value>, &'static str> {
    const MALFORMED: &str = "the intent is not a JWT";
    let (signed, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
    let (header, claims) = signed.split_once('.').filter(|(_, claims)| !claims.contains('.')).ok_or(MALFORMED)?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| MALFORMED);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(signed.as_bytes());
    mac.verify_slice(&decoded(signature)?).map_err(|_| "the intent is not signed with this proxy's secret")?;
    let object = |part: &str| serde_json::from_slice::<Map<String, Value>>(&decoded(part)?).map_err(|_| MALFORMED);
    let header = object(header)?;
    if header.get("alg").and_then(Value::as_str) != Some("HS256") || header.contains_key("crit") {
        return Err("the intent must be signed with HS256");
    }
    if !numbers::are_kept(&decoded(claims)?) {
        return Err("a number in the intent has more digits than can be kept; write it as text");
    }
    object(claims)
}

fn in_time(claims: &Map<String, Value>, now: Timestamp) -> Result<(), &'static str> {
    let now = now.as_duration().as_secs_f64();
    let moment = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or("the intent's times must be seconds since 1970"),
    };
    match moment("exp")? {
        None => return Err("the intent must have an exp"),
        Some(end) if end <= now => return Err("the intent has expired"),
        Some(end) if end > now + LONGEST_LIFE_S + CLOCK_SLACK_S => {
            return Err("the intent's exp must be at most 24 hours ahead");
        }
        Some(_) => {}
    }
    let begins_later = |moment: Option<f64>| moment.is_some_and(|begin| begin > now + CLOCK_SLACK_S);
    if begins_later(moment("iat")?) || begins_later(moment("nbf")?) {
        return Err("the intent is from the future");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
