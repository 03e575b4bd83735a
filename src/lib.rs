//! The checkout page of a merchant who sells through Creem.
//!
//! The modules are listed in reading order: first what is known without a browser, then the calls, then the page.
//! In the browser it runs; natively it draws the page that the proxy serves ([`served`]).
//! No key and no address of Creem's is here; the app talks to its own proxy and to nobody else.

pub mod form;
pub mod submit;

pub mod signal;

pub mod language;
pub mod notation;
pub mod text;

pub mod api;
pub mod host;

pub mod checkout;
pub mod components;
pub mod screens;
pub mod status;

pub mod mount;
#[cfg(not(target_arch = "wasm32"))]
pub mod served;
