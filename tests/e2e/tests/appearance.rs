//! How the page looks and reads to one buyer: sight and keys, languages, the merchant's look, whose shop it is.

pub(crate) mod accessibility;
pub(crate) mod identity;
pub(crate) mod looks;
mod manner;
mod translated;
