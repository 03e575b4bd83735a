//! The proxy as its callers meet it: over HTTP, with a sandbox behind it and a strict client in front.

mod abuse;
mod binary;
mod books;
mod budget;
mod chance;
mod child;
mod crash;
mod creation;
mod database;
#[cfg(target_os = "linux")]
mod disk;
mod faults;
mod floods;
mod handles;
mod hangups;
mod headers;
mod hooks;
mod idempotency;
mod intents;
mod limits;
mod live;
mod log;
mod manner;
mod merchant;
mod mutations;
mod outside;
mod page;
mod prices;
mod promises;
mod returns;
mod shop;
mod truth;
mod untidy;
mod waiting;
