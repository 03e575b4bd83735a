//! What is known of a payment, as the proxy verified it.

use serde::{Deserialize, Serialize};

use crate::{CheckoutId, Currency, Product, ProductId, RequestId};

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
    #[serde(default)]
    pub amount: Option<i64>,
    /// What `amount` is in; null with it.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// Creem's order, `ord_…`; null until paid.
    #[serde(default)]
    pub order_id: Option<String>,
    /// Creem's subscription, `sub_…`; null for one-time products and until paid.
    #[serde(default)]
    pub subscription_id: Option<String>,
    /// When the status last changed, ISO 8601 in UTC.
    pub updated_at: String,
    /// What a receipt says besides; absent where nothing of it is known, and in the merchant's own view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

/// What the order page says of a payment besides its amount.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What was bought, as it is sold today; absent when it no longer is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// How many of it; absent when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
    /// Where the receipt was sent: `ada@example.com` to who came with Creem's signature, else `a•••@example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// License keys, to who came with Creem's signature within an hour of the payment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub license_keys: Vec<String>,
    /// What the merchant says once it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_text: Option<String>,
    /// Where the buyer goes on from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_url: Option<String>,
    /// Where a subscription is managed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal_url: Option<String>,
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
