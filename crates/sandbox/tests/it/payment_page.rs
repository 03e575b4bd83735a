//! The payment page and the other pages with an address of their own, for buyers and for their programs.

mod cards;
mod later;
mod links;
mod looks;
mod page;
