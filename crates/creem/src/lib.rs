//! A client for the Creem API: typed calls, the return URL's signature, webhook events.
//!
//! Tolerant in reading (unknown keys, nulls, a string where an object may be, new enum values), strict in writing.
//! Only what a checkout needs is here: products, discounts, checkout sessions and the events that tell of payments.

pub mod discount;
pub mod return_url;
pub mod webhook;

mod client;
mod entities;
mod error;
mod key;
mod signature;

pub use client::{Client, CreateCheckout, CreateCheckoutCustomer};
pub use entities::{Checkout, CheckoutStatus, Discount, DiscountStatus, Order, Page, Pagination, Product, Reference};
pub use error::{ApiError, ApiErrorBody};
pub use key::{ApiKey, ApiKeyError, Mode};
