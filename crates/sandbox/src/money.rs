//! Arithmetic of money, without a world: whole minor units in, whole minor units out.

pub(crate) mod price;
pub(crate) mod proration;
