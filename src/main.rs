//! The app's module for the browser, where `boot.js` mounts it; see [`checkout_app::mount`].

use checkout_app as _;

fn main() {}
