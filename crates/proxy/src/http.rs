//! What holds for HTTP whatever is asked: reading bodies, security headers, origins (CORS), compression, kept answers,
//! and the trace id with its one log line.
//!
//! What one address does is in [`crate::routes`]; how much a client may ask is in [`crate::limits`].

pub(crate) mod addresses;
pub(crate) mod body;
pub(crate) mod compression;
pub(crate) mod front;
pub(crate) mod kept;
pub(crate) mod numbers;
pub(crate) mod security;
pub(crate) mod sites;
pub(crate) mod trace;
