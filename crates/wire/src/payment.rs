//! What is known of a payment, as the proxy verified it.

use serde::{Deserialize, Serialize};

use crate::{CheckoutId, Currency, ProductId, RequestId};

/// A payment as `GET /api/return` and `GET /api/payments/{request_id}` tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The merchant's reference.
    pub request_id: RequestId,
    /// The session that decides the status.
    pub checkout_id: CheckoutId,
    /// What was verified, never what a URL claims.
    pub status: PaymentStatus,
    /// What was bought.
    pub product_id: ProductId,
    /// What was charged, tax included, in minor units; null until it is known.
    pub amount: Option<i64>,
    /// What `amount` is in; null with it.
    pub currency: Option<Currency>,
    /// Creem's order, `ord_…`; null until paid.
    pub order_id: Option<String>,
    /// Creem's subscription, `sub_…`; null for one-time products and until paid.
    pub subscription_id: Option<String>,
    /// When the status last changed, ISO 8601 in UTC.
    pub updated_at: String,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The session is open; nobody has paid.
    Pending,
    /// Creem is working on the payment.
    Processing,
    /// Paid, by a verified webhook or by Creem's own answer.
    Paid,
    /// The session ended without a payment.
    Expired,
    /// The money went back.
    Refunded,
    /// The buyer's bank took the money back, or asks to.
    Disputed,
}

impl PaymentStatus {
    /// Whether the buyer need not wait for anything more.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Processing => false,
            Self::Paid | Self::Expired | Self::Refunded | Self::Disputed => true,
        }
    }

    /// The word on the wire and in `data-payment-status`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [PaymentStatus; 6] = [
        PaymentStatus::Pending,
        PaymentStatus::Processing,
        PaymentStatus::Paid,
        PaymentStatus::Expired,
        PaymentStatus::Refunded,
        PaymentStatus::Disputed,
    ];

    #[test]
    fn the_page_and_the_api_call_a_status_by_the_same_word() {
        for status in ALL {
            assert_eq!(serde_json::to_value(status).expect("JSON"), status.as_str());
        }
    }

    #[test]
    fn only_an_open_payment_is_waited_for() {
        let open: Vec<PaymentStatus> = ALL.into_iter().filter(|status| !status.is_final()).collect();
        assert_eq!(open, [PaymentStatus::Pending, PaymentStatus::Processing]);
    }
}
