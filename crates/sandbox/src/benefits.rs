//! What a customer has of a product besides having paid for it: credits, license keys, metered usage.

pub(crate) mod credits;
pub(crate) mod licenses;
pub(crate) mod metering;
