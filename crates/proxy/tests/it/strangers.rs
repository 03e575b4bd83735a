//! What strangers may do: how much they may ask for and hold, and what comes of nonsense and harm.

mod abuse;
mod budget;
mod floods;
mod handles;
mod hangups;
pub(crate) mod limits;
mod mutations;
mod outside;
