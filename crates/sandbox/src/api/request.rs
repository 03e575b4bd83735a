//! What a call says, read as strictly as Creem reads it: its body and its query, and the JSON Schema of a body.

pub(super) mod body;
pub(super) mod described;
pub(super) mod query;
