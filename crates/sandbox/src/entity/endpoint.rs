//! Webhook endpoints: where events go, which ones, and with which secret.

use serde::{Deserialize, Serialize};

use super::Mode;
use super::collection::Identified;

/// A place where events go.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) mode: Mode,
    pub(crate) object: &'static str,
    pub(crate) store_id: &'static str,
    pub(crate) name: Option<String>,
    pub(crate) url: String,
    pub(crate) delivery_mode: DeliveryMode,
    pub(crate) status: EndpointStatus,
    /// Empty for all.
    pub(crate) events: Vec<String>,
    /// Told when it is made and when it is asked for, never otherwise.
    #[serde(skip)]
    pub(crate) secret: String,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// How events reach it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DeliveryMode {
    /// They are sent.
    #[default]
    Http,
    /// They wait to be fetched.
    Cli,
}

/// Whether new events go there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EndpointStatus {
    #[default]
    Enabled,
    Disabled,
}

impl Identified for Endpoint {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Endpoint {
    /// Whether events of this type go there.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        let asked_for = self.events.is_empty() || self.events.iter().any(|wanted| wanted == kind);
        !self.removed && self.status == EndpointStatus::Enabled && asked_for
    }
}
