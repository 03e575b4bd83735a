//! Licence keys, and where they are in use.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Mode;
use super::collection::Identified;
use crate::clock::iso;

/// A key that was issued with a purchase.
#[derive(Clone, Debug)]
pub(crate) struct License {
    pub(crate) id: String,
    pub(crate) product_id: String,
    pub(crate) customer_id: String,
    pub(crate) order_id: String,
    pub(crate) key: String,
    /// Most instances at once; `None` for as many as one likes.
    pub(crate) activation_limit: Option<u32>,
    pub(crate) created_at: String,
    /// When it ends by itself.
    pub(crate) expires_at: Option<Timestamp>,
    /// The merchant has revoked it.
    pub(crate) disabled: bool,
    pub(crate) instances: Vec<Instance>,
}

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LicenseStatus {
    /// In use nowhere.
    Inactive,
    Active,
    /// Its last moment is over.
    Expired,
    /// The merchant has revoked it.
    Disabled,
}

/// One place where a key is or was in use.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) object: &'static str,
    pub(crate) name: String,
    pub(crate) status: InstanceStatus,
    pub(crate) created_at: String,
    pub(crate) mode: Mode,
}

/// Whether an instance counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InstanceStatus {
    Active,
    Deactivated,
}

impl Identified for License {
    fn id(&self) -> &str {
        &self.id
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.customer_id)
    }
}

impl License {
    /// How many instances count.
    pub(crate) fn activations(&self) -> usize {
        self.instances.iter().filter(|instance| instance.status == InstanceStatus::Active).count()
    }

    /// Whether one more may be added.
    pub(crate) fn is_full(&self) -> bool {
        self.activation_limit.is_some_and(|most| self.activations() >= usize::try_from(most).unwrap_or(usize::MAX))
    }

    /// Where it is in its life.
    pub(crate) fn status(&self, now: Timestamp) -> LicenseStatus {
        if self.disabled {
            LicenseStatus::Disabled
        } else if self.expires_at.is_some_and(|end| end <= now) {
            LicenseStatus::Expired
        } else if self.activations() == 0 {
            LicenseStatus::Inactive
        } else {
            LicenseStatus::Active
        }
    }

    /// As Creem shows it now, with the instance a call was about.
    pub(crate) fn json(&self, instance: Option<&Instance>, now: Timestamp) -> Value {
        json!({
            "id": self.id, "object": "license", "product_id": self.product_id, "key": self.key,
            "status": self.status(now), "activation": self.activations(), "activation_limit": self.activation_limit,
            "expires_at": self.expires_at.map(iso), "created_at": self.created_at, "instance": instance,
            "mode": Mode::Test,
        })
    }
}
