//! Opening sessions: products and prices, what is asked for and refused, and what becomes of it when Creem fails.

mod creation;
mod due;
mod faults;
mod idempotency;
pub(crate) mod intents;
mod prices;
mod refusals;
