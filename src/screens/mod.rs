//! The two screens: layouts of components.

pub mod checkout;
pub mod status;

pub use checkout::{CheckoutScreen, CheckoutScreenProps};
pub use status::{StatusScreen, StatusScreenProps, announce, follow};
