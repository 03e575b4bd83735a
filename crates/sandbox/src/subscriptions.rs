//! Subscriptions: what time does to them, what merchant and buyer may ask of them, and how a change is settled.

pub(crate) mod change;
mod life;
mod settlement;
