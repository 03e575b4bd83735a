//! The components in a real browser: what a person sees, hears and keeps.
//!
//! Run by `cargo xtask test`.

#![cfg(target_arch = "wasm32")]

mod checkout;
mod code;
mod instances;
mod links;
mod page;
mod price;
mod sending;
mod status;
mod takeover;
mod translated;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
