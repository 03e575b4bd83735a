//! Small pieces of text, wherever they are needed: what comes from outside made fit for the log, hashes in hexadecimal,
//! near misses in spelling, and why a file cannot be read.
//!
//! What buyers read is the app's, in the repository's `src/text`.

pub(crate) mod files;
pub(crate) mod hex;
pub(crate) mod log;
pub(crate) mod spelling;
