//! The commands of `creem-checkout`, one module each, and what they share.
//!
//! They are the binary's; what they do with the ledger goes through the library.

mod about;
pub(crate) mod bookkeeping;
mod delivery;
pub(crate) mod doctor;
#[cfg(feature = "embed-page")]
mod embedded;
pub(crate) mod log_writer;
pub(crate) mod papers;
pub(crate) mod serve;
pub(crate) mod trigger;
