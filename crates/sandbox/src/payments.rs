//! Money that moves: paying a session and what it leaves behind, charges, commissions, refunds and disputes, and the way
//! back to the shop. Subscriptions are in [`crate::subscriptions`].

pub(crate) mod billing;
mod commissions;
pub(crate) mod forecast;
pub(crate) mod purchase;
pub(crate) mod refunds;
mod returning;
