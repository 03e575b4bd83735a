//! What the order page says of a payment besides its amount: what was bought, for whom, and what comes next.
//!
//! Nothing of it is kept here: the product is asked of the catalog, license keys of Creem.

use std::time::Duration;

use wire::{CheckoutId, PageMode, Payment, PaymentStatus, Receipt};

use crate::ledger::{KnownPayment, is_settled};
use crate::state::App;
use crate::text::log::sanitized;
use crate::upstream::budget::Purpose;

/// How long after the payment its license keys are shown: long enough to come back and copy them, too short for an
/// address that somebody finds later.
const KEYS_SHOWN_FOR: Duration = Duration::from_secs(60 * 60);

/// How long a page waits for the license keys; without them it is a page all the same.
const KEYS_AT_MOST: Duration = Duration::from_millis(1_500);

/// How long it waits to hear what the product is called, where that is not known yet.
const PRODUCT_AT_MOST: Duration = Duration::from_millis(500);

/// Where a subscription is managed: Creem's page, on which the buyer asks for a link by e-mail.
const PORTAL: &str = "https://creem.io/my-orders/login";

/// What the one who asks has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Creem's signature, which only the buyer's return has.
    Signature,
    /// The ids of the reference and its session, which travel in links.
    Ids,
}

impl App {
    /// The payment with its receipt.
    pub(crate) async fn with_receipt(&self, payment: Payment, proof: Proof) -> Payment {
        let product = self.catalog.product(payment.product_id.as_str());
        let product = tokio::time::timeout(PRODUCT_AT_MOST, product).await.ok().and_then(Result::ok);
        let known = self.ledger.known(&payment.checkout_id).await.ok().flatten();
        let known = known.filter(|known| known.payment.request_id == payment.request_id);
        let mut receipt = Receipt { product, units: known.as_ref().and_then(units), ..Receipt::default() };
        if is_settled(payment.status) {
            receipt.email = known.as_ref().and_then(email).map(|email| match proof {
                Proof::Signature => email,
                Proof::Ids => masked(&email),
            });
        }
        if payment.status == PaymentStatus::Paid {
            if let Some(offer) = self.config.page.offers.get(payment.product_id.as_str()) {
                receipt.after_text.clone_from(&offer.after_text);
                receipt.after_url = offer.after_url.as_ref().map(ToString::to_string);
            }
            let manages = payment.subscription_id.is_some() && self.config.mode != PageMode::Sandbox;
            receipt.portal_url = manages.then(|| PORTAL.to_owned());
            if proof == Proof::Signature && known.as_ref().is_some_and(|known| self.is_recent(known)) {
                receipt.license_keys = self.license_keys(&payment.checkout_id).await;
            }
        }
        Payment { receipt: Some(receipt), ..payment }
    }

    fn is_recent(&self, known: &KnownPayment) -> bool {
        let age_ms = self.clock.now_ms().saturating_sub(known.session.changed_at);
        u128::try_from(age_ms).is_ok_and(|age_ms| age_ms < KEYS_SHOWN_FOR.as_millis())
    }

    /// The license keys of a paid session, as Creem says them.
    async fn license_keys(&self, checkout_id: &CheckoutId) -> Vec<String> {
        let asked = self.payments.license_keys(Purpose::Return, checkout_id);
        match tokio::time::timeout(KEYS_AT_MOST, asked).await {
            Ok(Ok(keys)) => keys,
            Ok(Err(error)) => {
                tracing::warn!(checkout = checkout_id.as_str(), cause = sanitized(&error), "no license keys to show");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }
}

fn units(known: &KnownPayment) -> Option<u32> {
    let paid = known.session.paid.as_ref().and_then(|paid| paid.units);
    paid.or(known.session.opened.as_ref().map(|opened| opened.units))
}

fn email(known: &KnownPayment) -> Option<String> {
    let customer: serde_json::Value = serde_json::from_str(known.session.customer.as_deref()?).ok()?;
    customer["email"].as_str().map(str::to_owned)
}

/// An address that its owner knows again, and nobody else learns.
fn masked(email: &str) -> String {
    let (name, host) = email.rsplit_once('@').unwrap_or((email, ""));
    let first = name.chars().next().map(String::from).unwrap_or_default();
    [&first, "•••@", host].concat()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_masked_address_keeps_its_first_letter_and_its_host() {
        assert_eq!(masked("ada@example.com"), "a•••@example.com");
        assert_eq!(masked("\"a@b\"@example.com"), "\"•••@example.com");
        assert_eq!(masked("é@example.com"), "é•••@example.com");
    }
}
