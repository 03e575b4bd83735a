//! Sales from the choice to the verified payment: what is due, how a merchant asks for it, in several windows.

mod catalog;
mod prices;
mod sale;
mod shopping;
mod windows;
