//! The guides, tried as a reader would: each snippet is taken out of the Markdown and run by a shell or its language
//! against the program itself, with real HTTP and a database of its own.
//!
//! A guide's test takes all its snippets by position, so that a new one fails here until it is tried too.

#![cfg(unix)]

mod afternoon;
mod api;
mod caddy;
mod containers;
mod embed;
mod fulfil;
mod going_live;
mod guide;
mod intents;
mod operation;
mod payments;
mod readme;
mod shell;
mod shop;
mod shops_name;
