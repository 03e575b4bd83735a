//! Webhook endpoints: where a store has its events sent, and with which secret they are signed. (Creem: section 10.)

use secrecy::SecretString;

use crate::reader::{Entity, Object, Unreadable, value};

/// An endpoint, without its secret, which is asked for by itself.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    /// `wh_…`.
    pub id: String,
    /// Where events are sent.
    pub url: String,
    /// Whether events are sent at all; what says nothing of it counts as enabled.
    pub is_enabled: bool,
    /// Whether events wait there to be fetched, instead of being sent.
    pub is_fetched: bool,
    /// The types of event it gets; empty for all.
    pub events: Vec<String>,
}

impl WebhookEndpoint {
    /// Whether it gets events of a type.
    #[must_use]
    pub fn wants(&self, event_type: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|wanted| wanted == event_type)
    }
}

impl Entity for WebhookEndpoint {
    const NAME: &'static str = "webhook";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        let is = |name, word: &str| object.optional(name, value::word).is_some_and(|said| said == word);
        Ok(Self {
            id: object.required("id", value::id)?,
            url: object.required("url", value::filled)?,
            is_enabled: !is("status", "disabled"),
            is_fetched: is("delivery_mode", "cli"),
            events: object.optional("events", value::ids).unwrap_or_default(),
        })
    }
}

/// The secret of an endpoint.
pub(crate) struct WebhookSecret(pub(crate) SecretString);

impl Entity for WebhookSecret {
    const NAME: &'static str = "webhook secret";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        object.required("secret", value::filled).map(|secret| Self(secret.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader;

    #[test]
    fn an_endpoint_is_read_as_far_as_it_goes() {
        let read = |json: &str| reader::entity::<WebhookEndpoint>(json.as_bytes());
        let bare = read(r#"{"id":"wh_1","url":"https://pay.example/webhooks/creem"}"#).expect("an endpoint");
        assert!(bare.is_enabled && !bare.is_fetched && bare.wants("checkout.completed"));
        let narrow = read(
            r#"{"id":"wh_1","url":"x","status":"DISABLED","delivery_mode":"cli","events":["refund.created"],"name":null}"#,
        )
        .expect("an endpoint");
        assert!(!narrow.is_enabled && narrow.is_fetched);
        assert!(narrow.wants("refund.created") && !narrow.wants("checkout.completed"));
        assert!(read(r#"{"id":"wh_1"}"#).is_err());
    }
}
