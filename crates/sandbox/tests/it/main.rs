//! The sandbox as its users meet it: over HTTP, in process, except where only a real connection shows the behaviour.

mod api;
mod breadth;
mod cards;
mod controls;
mod credits;
mod description;
mod later;
mod less;
mod licenses;
mod links;
mod openapi;
mod overview;
mod page;
mod partners;
#[rustfmt::skip]
#[expect(unreachable_pub, reason = "it is what others get, as they get it")]
mod recorded;
mod refusals;
mod scenario;
mod shop;
mod time;
mod usage;
mod webhooks;
