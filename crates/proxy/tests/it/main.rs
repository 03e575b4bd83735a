//! The proxy as its callers meet it: over HTTP, with a sandbox behind it and a strict client in front.

mod chance;
mod checkout;
mod child;
mod database;
mod page;
mod payments;
mod program;
mod promises;
mod shop;
mod strangers;
