//! The app's module for the browser, where `boot.js` mounts it; see [`checkout_app::mount`].

// What starts a program brings a kilobyte of the standard library along, and starts nothing here.
#![cfg_attr(target_arch = "wasm32", no_main)]

use checkout_app as _;

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
