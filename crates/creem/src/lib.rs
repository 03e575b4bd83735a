//! A client for the Creem API: typed calls, the return URL's signature, webhook events.
//!
//! Strict in writing, tolerant in reading: each field is read by itself, so an odd one costs itself and neither its
//! entity nor the list around it (numbers as text, ids for objects, words of the future, half an emoji, …).
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
//! use creem::webhook::{Event, Notice};
//! use creem::{ApiKey, return_url, webhook};
//!
//! let key = ApiKey::parse("creem_test_example")?;
//! let query = "checkout_id=ch_1&order_id=ord_1&customer_id=cust_1&product_id=prod_1&signature=made-up";
//! assert!(return_url::verify(query, [&key]).is_err());
//!
//! let body = br#"{"id":"evt_1","eventType":"checkout.completed","object":{"id":"ch_1","order":"ord_1"}}"#;
//! let header = webhook::sign("whsec_example", body);
//! assert!(webhook::verify("whsec_example", body, &header));
//! match Event::parse(body)?.notice() {
//!     Notice::CheckoutCompleted(checkout) => assert_eq!(checkout.id, "ch_1"),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod discount;
pub mod return_url;
pub mod webhook;

mod checkout;
mod client;
mod endpoint;
mod error;
mod key;
mod page;
mod product;
mod reader;
mod signature;
mod transaction;

pub use checkout::{Checkout, CheckoutStatus, EventMode, Order, OrderStatus};
pub use client::{Budget, Client, CreateCheckout, CreateCheckoutCustomer};
pub use discount::{Discount, DiscountStatus};
pub use endpoint::WebhookEndpoint;
pub use error::{ApiError, ApiErrorBody};
pub use key::{ApiKey, ApiKeyError, Mode};
pub use product::{CustomField, Product};
pub use reader::{Reference, Unreadable};
pub use transaction::{Transaction, TransactionStatus, Transactions};
