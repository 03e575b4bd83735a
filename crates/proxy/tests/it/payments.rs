//! What is known of payments: webhooks, returns, events, the merchant's endpoint and API, and putting them in order by hand.

mod books;
mod hooks;
mod live;
mod merchant;
mod notify;
mod receipts;
mod returns;
mod truth;
mod untidy;
mod waiting;
