//! Types and rules that cross between the checkout app and the proxy.
//!
//! No I/O, no framework and no sentences: this crate builds for WebAssembly and for servers, and both sides parse with it, so
//! that a message shown under a field and the proxy's refusal can never disagree.
//! Creem's own shapes are not here; they live in the `creem` crate, which the app never sees.

mod catalog;
pub mod characters;
mod checkout;
pub mod code;
mod email;
mod error;
mod form;
mod ids;
mod lenient;
pub mod link;
pub mod locale;
pub mod metadata;
mod mode;
mod page;
mod payment;
pub mod query;
mod returned;
pub mod routes;
mod status;

pub use catalog::date::{Date, DateError};
pub use catalog::discount::{DiscountDuration, DiscountOutcome, QuotedDiscount};
pub use catalog::due::{Due, DueStep, due};
pub use catalog::money::{Currency, CurrencyError, Money};
pub use catalog::plans;
pub use catalog::product::{
    BillingPeriod, BillingType, CustomField, CustomFieldType, IntervalUnit, Product, Products, TaxMode,
};
pub use catalog::quote::Quote;
pub use checkout::{
    CheckboxLabel, CheckoutCreated, CheckoutRequest, CustomFieldDefinition, Customer, MAX_DISCOUNT_CODE_CHARS,
    MAX_UNITS, TextBounds, parse_units,
};
pub use email::{Email, EmailError};
pub use error::{ErrorBody, ErrorCode, ErrorDetail};
pub use form::Field;
pub use ids::{CheckoutId, IdError, ProductId, RequestId, RequestIdError};
pub use link::Link;
pub use mode::PageMode;
pub use page::{Consent, FormValues, PageData};
pub use payment::{Payment, PaymentStatus, Receipt};
pub use returned::Returned;
pub use status::StatusScreen;
