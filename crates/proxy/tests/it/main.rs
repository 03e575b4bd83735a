//! The proxy as its callers meet it: over HTTP, with a sandbox behind it and a strict client in front.

mod binary;
mod creation;
mod hooks;
mod idempotency;
mod page;
mod prices;
mod returns;
mod shop;
