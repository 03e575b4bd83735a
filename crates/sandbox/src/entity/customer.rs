//! Buyers; one for each e-mail.

use serde::Serialize;
use serde_json::Value;

use super::collection::Identified;
use super::{Kind, Mode};

/// A buyer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) object: Kind,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) metadata: Option<Value>,
    pub(crate) country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) mode: Mode,
}

impl Identified for Customer {
    fn id(&self) -> &str {
        &self.id
    }
}
