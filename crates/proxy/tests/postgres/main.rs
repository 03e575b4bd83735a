//! The same tests as `it`, on PostgreSQL.

mod database;

#[path = "../it/abuse.rs"]
mod abuse;
#[path = "../it/binary.rs"]
mod binary;
#[path = "../it/chance.rs"]
mod chance;
#[path = "../it/crash.rs"]
mod crash;
#[path = "../it/creation.rs"]
mod creation;
#[path = "../it/faults.rs"]
mod faults;
#[path = "../it/hooks.rs"]
mod hooks;
#[path = "../it/idempotency.rs"]
mod idempotency;
#[path = "../it/intents.rs"]
mod intents;
#[path = "../it/limits.rs"]
mod limits;
#[path = "../it/live.rs"]
mod live;
#[path = "../it/log.rs"]
mod log;
#[path = "../it/merchant.rs"]
mod merchant;
#[path = "../it/page.rs"]
mod page;
#[path = "../it/prices.rs"]
mod prices;
#[path = "../it/returns.rs"]
mod returns;
#[path = "../it/shop.rs"]
mod shop;
#[path = "../it/untidy.rs"]
mod untidy;
