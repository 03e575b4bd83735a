//! A client for the Creem API: typed calls, the return URL's signature, webhook events.
//!
//! Tolerant in reading (unknown keys, nulls, a string where an object may be, new enum values), strict in writing.
//! Only what a checkout needs is here: products, discounts, checkout sessions and the events that tell of payments.
//!
//! Open a session and send the buyer to its address:
//!
//! ```no_run
//! use creem::{ApiKey, Client, CreateCheckout};
//!
//! # async fn open() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(ApiKey::parse("creem_test_…")?, None)?;
//! let checkout = client
//!     .create_checkout(&CreateCheckout {
//!         product_id: "prod_…".to_owned(),
//!         request_id: Some("order_1001".to_owned()),
//!         ..CreateCheckout::default()
//!     })
//!     .await?;
//! println!("{}", checkout.checkout_url.unwrap_or_default());
//! # Ok(()) }
//! ```
//!
//! Believe what comes back only when it is genuine: the buyer's return, and the webhook, over its raw bytes.
//!
//! ```
//! use creem::webhook::{Event, Kind};
//! use creem::{ApiKey, return_url, webhook};
//!
//! let key = ApiKey::parse("creem_test_example")?;
//! let query = "checkout_id=ch_1&order_id=ord_1&customer_id=cust_1&product_id=prod_1&signature=made-up";
//! assert!(return_url::verify(query, [&key]).is_err());
//!
//! let body = br#"{"id":"evt_1","eventType":"checkout.completed","created_at":1,"object":{}}"#;
//! let header = webhook::sign("whsec_example", body);
//! assert!(webhook::verify("whsec_example", body, &header));
//! assert_eq!(Event::parse(body)?.kind(), Kind::CheckoutCompleted);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod discount;
pub mod return_url;
pub mod webhook;

mod client;
mod entities;
mod error;
mod key;
mod signature;

pub use client::{Budget, Client, CreateCheckout, CreateCheckoutCustomer};
pub use entities::{Checkout, CheckoutStatus, Discount, DiscountStatus, Order, Page, Pagination, Product, Reference};
pub use error::{ApiError, ApiErrorBody};
pub use key::{ApiKey, ApiKeyError, Mode};
