//! The sandbox as its users meet it: over HTTP, in process, except where only a real connection shows the behaviour.

mod api;
mod breadth;
mod controls;
mod later;
mod links;
mod page;
mod shop;
mod time;
mod webhooks;
