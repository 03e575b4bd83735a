//! Licence keys: activate, validate, deactivate, where a key is in use.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};

use super::error::ApiError;
use super::list::{self, Answer};
use super::request::body::{self, Fields};
use super::request::query::Query;
use crate::Sandbox;
use crate::benefits::licenses::LicenseError;

/// A key, and what the instance is to be called.
pub(super) fn new_instance(fields: &Fields<'_>) -> Option<(String, String)> {
    key_and(fields, "instance_name")
}

/// A key, and one of its instances.
pub(super) fn instance(fields: &Fields<'_>) -> Option<(String, String)> {
    key_and(fields, "instance_id")
}

fn key_and(fields: &Fields<'_>, other: &str) -> Option<(String, String)> {
    fields.only(&["key", other]);
    let (key, other) = (fields.required_string("key"), fields.required_string(other));
    key.zip(other)
}

/// `POST /v1/licenses/activate`
pub(crate) async fn activate(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let (key, name) = body::read(&bytes, new_instance)?;
    Ok(Json(sandbox.world().activate(&key, &name)?))
}

/// `POST /v1/licenses/validate`
pub(crate) async fn validate(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let (key, instance_id) = body::read(&bytes, instance)?;
    Ok(Json(sandbox.world().validate(&key, &instance_id)?))
}

/// `POST /v1/licenses/deactivate`
pub(crate) async fn deactivate(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let (key, instance_id) = body::read(&bytes, instance)?;
    Ok(Json(sandbox.world().deactivate(&key, &instance_id)?))
}

/// `GET /v1/licenses/{id}/instances`
pub(crate) async fn instances(State(sandbox): State<Sandbox>, Path(id): Path<String>, query: Query) -> Answer {
    let world = sandbox.world();
    let license = world.licenses.get(&id).ok_or_else(|| ApiError::no_such("License"))?;
    list::page(&license.instances, &query)
}

impl From<LicenseError> for ApiError {
    fn from(error: LicenseError) -> Self {
        match error {
            LicenseError::Unknown => Self::no_such("License key"),
            LicenseError::NoSuchInstance => Self::no_such("License instance"),
            LicenseError::Full => Self::of_status(axum::http::StatusCode::FORBIDDEN),
            LicenseError::Deactivated => Self::conflict(error.to_string()),
            LicenseError::Expired | LicenseError::Disabled => Self::gone(error.to_string()),
        }
    }
}
