//! Switches: where Creem changed its ways, or where its sources disagree, and both have to be met.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// All of them; the default is Creem's newest documented behaviour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "switches are independent of each other")]
pub(crate) struct Switches {
    /// A wrong key is answered 403 without a message, as until 2025, instead of 401.
    pub(crate) legacy_auth_403: bool,
    /// When failed deliveries are tried again.
    pub(crate) retry_schedule: RetrySchedule,
    /// How the return URL is signed.
    pub(crate) return_signature: ReturnSignature,
    /// What a cancellation that names no mode means; at Creem a setting of the store.
    pub(crate) cancel_mode: CancelMode,
    /// A discount code that does not apply at creation is left out instead of refused; what Creem does is not published.
    pub(crate) ignore_bad_discounts: bool,
    /// Per cent of tax by country, ISO alpha-2; none where no number is given.
    #[serde(deserialize_with = "taxes")]
    pub(crate) taxes: BTreeMap<String, u32>,
    /// `GET /v1/checkouts` tells `checkout_url` too, and not only the answer that opens a session.
    pub(crate) show_checkout_url: bool,
    /// A product or price that an item of a subscription names and that is not there is answered 400 instead of 404.
    pub(crate) missing_price_400: bool,
    /// An item of a subscription is changed by naming its product or its price; otherwise both are needed.
    pub(crate) product_or_price: bool,
    /// The answer to `POST /v1/refunds` has the refund's `id`.
    pub(crate) refund_id: bool,
    /// `GET /v1/transactions/search` begins with the oldest.
    pub(crate) oldest_transactions_first: bool,
    /// How the payment page asks.
    pub(crate) payment_page: PaymentPage,
    /// An upgrade sends one more `subscription.update` first, whose items still are of the old product.
    pub(crate) stale_items: bool,
}

/// Taxes as programs send them, `{"DE": 19}`, or as people write them into a form, `DE 19, US 8`.
fn taxes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Taxes {
        Sent(BTreeMap<String, u32>),
        Written(String),
    }
    let written = match Taxes::deserialize(deserializer)? {
        Taxes::Sent(taxes) => return Ok(taxes),
        Taxes::Written(written) => written,
    };
    let one = |text: &str| {
        let (country, percent) = text.trim().split_once([' ', '=', ':'])?;
        Some((country.to_ascii_uppercase(), percent.trim().parse().ok()?))
    };
    let unreadable = || D::Error::custom("taxes are written as in DE 19, US 8");
    written.split(',').map(|text| one(text).ok_or_else(unreadable)).collect()
}

/// When failed deliveries are tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RetrySchedule {
    /// Since September 2026: after 30 seconds, 5 minutes, 30 minutes and 6 hours.
    #[default]
    Newest,
    /// Until the middle of 2026: after 30 seconds, 1 minute, 5 minutes and 1 hour.
    Older,
}

impl RetrySchedule {
    /// How long after the failed attempt of this number, counted from 0, the next one follows.
    pub(crate) fn after(self, attempt: usize) -> Option<SignedDuration> {
        let seconds = match self {
            Self::Newest => [30, 300, 1800, 21_600],
            Self::Older => [30, 60, 300, 3600],
        };
        seconds.get(attempt).map(|&seconds| SignedDuration::from_secs(seconds))
    }
}

/// How the return URL is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReturnSignature {
    /// Creem's own parameters, in the address's order.
    #[default]
    Current,
    /// The same, and the query that `success_url` already had.
    OwnQuery,
    /// As the documentation wrongly said in spring 2026: an HMAC over sorted parameters.
    Hmac,
    /// Not genuine.
    Tampered,
}

/// How the payment page asks; at Creem it depends on the payment provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentPage {
    /// Step by step: the buyer, their address, the card.
    #[default]
    Steps,
    /// Everything at once.
    Single,
}

/// When a cancelled subscription ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CancelMode {
    /// At once.
    #[default]
    Immediate,
    /// With the period that is paid.
    Scheduled,
}
