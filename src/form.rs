//! What the form holds, without a browser: what the link and the proxy asked of the page, what the buyer has typed, the
//! price that follows, and the order that is made of it.

pub mod draft;
pub mod order;
pub mod quote;
pub mod settings;
pub mod typo;
