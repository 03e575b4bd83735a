//! Opening a checkout: what a buyer or a merchant's server asks for, as JSON, as a form or as a signed intent, checked and
//! turned into one session of Creem's for each attempt.
//!
//! What is known of a session afterwards is in [`crate::payments`].

pub(crate) mod forms;
pub(crate) mod idempotency;
pub(crate) mod intents;
mod return_target;
pub(crate) mod sessions;
