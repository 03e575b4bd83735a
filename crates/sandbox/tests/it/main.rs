//! The sandbox as its users meet it: over HTTP, in process, except where only a real connection shows the behaviour.

mod contract;
mod controls;
mod credits;
mod description;
mod less;
mod licenses;
mod overview;
mod partners;
mod payment_page;
#[rustfmt::skip]
#[expect(unreachable_pub, reason = "it is what others get, as they get it")]
mod recorded;
mod scenario;
mod shop;
mod time;
mod usage;
mod webhooks;
