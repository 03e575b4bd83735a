//! What is sold and what it costs: products and their plans, amounts of money, discounts, and what is charged when.

pub(crate) mod date;
pub(crate) mod discount;
pub(crate) mod due;
pub(crate) mod money;
pub mod plans;
pub(crate) mod product;
pub(crate) mod quote;
