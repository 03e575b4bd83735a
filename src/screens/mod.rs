//! The screens: layouts of components.

pub mod checkout;
#[cfg(not(target_arch = "wasm32"))]
pub mod not_found;
pub mod status;

pub use checkout::{CheckoutScreen, CheckoutScreenProps};
#[cfg(not(target_arch = "wasm32"))]
pub use not_found::{NotFoundScreen, NotFoundScreenProps};
pub use status::{StatusScreen, StatusScreenProps};
