//! Where the pages for people are: Creem's addresses in test mode, below the address that browsers reach.

/// A session's payment page.
pub(crate) const CHECKOUT: &str = "/test/checkout/{product_id}/{checkout_id}";

/// Where the customer portal is entered.
pub(crate) const PORTAL: &str = "/test/my-orders/login/{token}";

/// A payment link.
pub(crate) const PAYMENT: &str = "/test/payment/{product_id}";

/// A product's own page, which is a payment link too.
pub(crate) const PRODUCT: &str = "/test/product/{product_id}";

/// The path of a session's payment page.
pub(crate) fn checkout(product_id: &str, checkout_id: &str) -> String {
    format!("/test/checkout/{product_id}/{checkout_id}")
}

/// The path at which a customer enters the portal.
pub(crate) fn portal(token: &str) -> String {
    format!("/test/my-orders/login/{token}")
}

/// The path of a product's own page.
pub(crate) fn product(product_id: &str) -> String {
    format!("/test/product/{product_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fit_their_routes() {
        assert_eq!(checkout("{product_id}", "{checkout_id}"), CHECKOUT);
        assert_eq!(portal("{token}"), PORTAL);
        assert_eq!(product("{product_id}"), PRODUCT);
    }
}
