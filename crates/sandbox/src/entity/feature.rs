//! What comes with a product: licence keys, credits.

use serde::{Deserialize, Serialize};

/// The feature that issues licence keys. At Creem only the dashboard makes one; here a seed or a control does.
pub(crate) const LICENSE_FEATURE: &str = "licenseKey";

/// The feature that grants credits.
pub(crate) const CREDITS_FEATURE: &str = "customerCredits";

/// Something that comes with a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Feature {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) description: String,
    /// For licence keys: most instances of one key.
    #[serde(default, skip_serializing)]
    pub(crate) activation_limit: Option<u32>,
    /// For credits: how many, and of which kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customer_credits: Option<CreditGrant>,
}

/// Credits that come with every unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CreditGrant {
    /// A whole number, as text.
    pub(crate) amount: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unit_label: Option<String>,
    /// The account they go to; the customer's first one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bucket_name: Option<String>,
}
