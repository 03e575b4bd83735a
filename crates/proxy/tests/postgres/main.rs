//! The same tests as `it`, on PostgreSQL.

mod behind;
mod database;
mod lost;
mod replicas;
mod server;

#[path = "../it/chance.rs"]
mod chance;
#[path = "../it/child.rs"]
mod child;
#[path = "../it/promises.rs"]
mod promises;
#[path = "../it/shop.rs"]
mod shop;

#[path = "../it/checkout"]
mod checkout {
    mod creation;
    mod faults;
    mod idempotency;
    pub(crate) mod intents;
    mod prices;
}

#[path = "../it/page"]
mod page {
    mod served;
}

#[path = "../it/payments"]
mod payments {
    mod books;
    mod hooks;
    mod live;
    mod merchant;
    mod notify;
    mod returns;
    mod truth;
    mod untidy;
}

#[path = "../it/program"]
mod program {
    mod binary;
    mod crash;
    pub(crate) mod log;
}

#[path = "../it/strangers"]
mod strangers {
    mod abuse;
    mod budget;
    mod floods;
    mod handles;
    mod limits;
    mod outside;
}
