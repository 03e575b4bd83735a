//! The database itself: how it is connected to, how statements are sent, where its file is and in which state, and what
//! is wrong with it in words. Nothing here knows what a payment is.

pub(super) mod batch;
mod cause;
pub(super) mod connection;
pub(super) mod file;
pub(super) mod first_contact;
pub(super) mod migration;

pub(crate) use cause::in_words;
