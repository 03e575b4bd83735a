//! The entities that answers carry: which fields each has, and which of them may be absent or null.

pub(super) mod common;
pub(super) mod credits;
pub(super) mod goods;
pub(super) mod partners;
pub(super) mod sales;
pub(super) mod shape;

/// The one mode of a sandbox.
const TEST: &[&str] = &["test"];
