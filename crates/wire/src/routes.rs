//! The addresses below the checkout's own that both sides know, and what a header and an event are called there.

/// `GET` the products.
pub const PRODUCTS: &str = "api/products";
/// `GET` the price of a product, units and a code.
pub const QUOTE: &str = "api/quote";
/// `POST` what is bought, as JSON or as the plain form.
pub const CHECKOUTS: &str = "api/checkouts";
/// `GET` the payment that a returned address tells of.
pub const RETURN: &str = "api/return";
/// `GET` payments; one is below it by its reference.
pub const PAYMENTS: &str = "api/payments";
/// Below one payment: its changes as server-sent events.
pub const EVENTS: &str = "/events";
/// The page that a buyer comes back to.
pub const STATUS: &str = "status";

/// The header with the caller's own key for one attempt.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The server-sent event that holds a payment.
pub const PAYMENT_EVENT: &str = "payment";
