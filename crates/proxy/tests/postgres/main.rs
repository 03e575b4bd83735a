//! The same tests as `it`, on PostgreSQL.

mod behind;
mod database;
mod lost;
mod replicas;
mod server;

#[path = "../it/abuse.rs"]
mod abuse;
#[path = "../it/binary.rs"]
mod binary;
#[path = "../it/books.rs"]
mod books;
#[path = "../it/budget.rs"]
mod budget;
#[path = "../it/chance.rs"]
mod chance;
#[path = "../it/child.rs"]
mod child;
#[path = "../it/crash.rs"]
mod crash;
#[path = "../it/creation.rs"]
mod creation;
#[path = "../it/faults.rs"]
mod faults;
#[path = "../it/floods.rs"]
mod floods;
#[path = "../it/handles.rs"]
mod handles;
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
#[path = "../it/notify.rs"]
mod notify;
#[path = "../it/outside.rs"]
mod outside;
#[path = "../it/page.rs"]
mod page;
#[path = "../it/prices.rs"]
mod prices;
#[path = "../it/promises.rs"]
mod promises;
#[path = "../it/returns.rs"]
mod returns;
#[path = "../it/shop.rs"]
mod shop;
#[path = "../it/truth.rs"]
mod truth;
#[path = "../it/untidy.rs"]
mod untidy;
