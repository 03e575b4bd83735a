//! Licence keys: issued with a purchase of a product that has them, and put to use on instances.

use crate::clock::iso;
use crate::entity::{Instance, InstanceStatus, LICENSE_FEATURE, License, LicenseStatus, Mode, Product};
use crate::world::World;

/// Groups of a key, and characters of a group.
const KEY_SHAPE: (usize, usize) = (5, 5);

/// Why a key was not put to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LicenseError {
    #[error("License key not found")]
    Unknown,
    #[error("License instance not found")]
    NoSuchInstance,
    #[error("License key activation limit reached")]
    Full,
    #[error("License instance is already deactivated")]
    Deactivated,
    #[error("License key has expired")]
    Expired,
    #[error("License key is disabled")]
    Disabled,
}

impl World {
    /// Issues one key per key feature and unit.
    pub(crate) fn issue_licenses(&mut self, product: &Product, units: i64, customer_id: &str, order_id: &str) {
        let now = iso(self.now());
        for feature in product.features.iter().filter(|feature| feature.kind == LICENSE_FEATURE) {
            for _ in 0..units {
                let license = License {
                    id: self.ids.next("lk_"),
                    product_id: product.id.clone(),
                    customer_id: customer_id.to_owned(),
                    order_id: order_id.to_owned(),
                    key: self.license_key(),
                    activation_limit: feature.activation_limit,
                    created_at: now.clone(),
                    expires_at: None,
                    disabled: false,
                    instances: Vec::new(),
                };
                self.licenses.push(license);
            }
        }
    }

    fn license_key(&mut self) -> String {
        let (groups, length) = KEY_SHAPE;
        let characters = self.ids.next("").to_ascii_uppercase() + &self.ids.next("").to_ascii_uppercase();
        (0..groups).map(|group| &characters[group * length..(group + 1) * length]).collect::<Vec<_>>().join("-")
    }

    /// The keys that came with an order.
    pub(crate) fn license_keys_of(&self, order_id: &str) -> Vec<serde_json::Value> {
        let own = self.licenses.iter().filter(|license| license.order_id == order_id);
        own.map(|license| license.json(None, self.now())).collect()
    }

    fn license_by_key(&mut self, key: &str) -> Result<&mut License, LicenseError> {
        self.licenses.iter_mut().find(|license| license.key == key).ok_or(LicenseError::Unknown)
    }

    /// The licence of a key that has not come to its end.
    fn living_license(&mut self, key: &str) -> Result<&mut License, LicenseError> {
        let now = self.now();
        let license = self.license_by_key(key)?;
        match license.status(now) {
            LicenseStatus::Disabled => Err(LicenseError::Disabled),
            LicenseStatus::Expired => Err(LicenseError::Expired),
            LicenseStatus::Active | LicenseStatus::Inactive => Ok(license),
        }
    }

    /// Puts a key to use on a new instance.
    pub(crate) fn activate(&mut self, key: &str, name: &str) -> Result<serde_json::Value, LicenseError> {
        if self.living_license(key)?.is_full() {
            return Err(LicenseError::Full);
        }
        let now = self.now();
        let instance = Instance {
            id: self.ids.next("lki_"),
            object: "license-instance",
            name: name.to_owned(),
            status: InstanceStatus::Active,
            created_at: iso(now),
            mode: Mode::Test,
        };
        let license = self.license_by_key(key)?;
        license.instances.push(instance.clone());
        Ok(license.json(Some(&instance), now))
    }

    /// Takes a key out of use on an instance, also one that has come to its end.
    pub(crate) fn deactivate(&mut self, key: &str, instance_id: &str) -> Result<serde_json::Value, LicenseError> {
        let now = self.now();
        let license = self.license_by_key(key)?;
        let instance = license.instances.iter_mut().find(|instance| instance.id == instance_id);
        let instance = instance.ok_or(LicenseError::NoSuchInstance)?;
        if instance.status == InstanceStatus::Deactivated {
            return Err(LicenseError::Deactivated);
        }
        instance.status = InstanceStatus::Deactivated;
        let instance = instance.clone();
        Ok(license.json(Some(&instance), now))
    }

    /// Says whether a key is in use on an instance.
    pub(crate) fn validate(&mut self, key: &str, instance_id: &str) -> Result<serde_json::Value, LicenseError> {
        let now = self.now();
        let license = self.living_license(key)?;
        let instance = license.instances.iter().find(|instance| instance.id == instance_id);
        let instance = instance.ok_or(LicenseError::NoSuchInstance)?;
        Ok(license.json(Some(instance), now))
    }
}
