//! What the status screen says, in English: one title and one lead for each state.
//!
//! The app shows them and translates them.

use crate::{ErrorCode, PaymentStatus};

/// What the status screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusScreen {
    /// Nobody could say yet; asking goes on.
    Verifying,
    /// The returned URL is genuine, but nobody confirms a payment yet.
    Pending,
    /// Creem is working on the payment.
    Processing,
    /// Paid.
    Paid,
    /// The session ended without a payment.
    Expired,
    /// The money went back.
    Refunded,
    /// The buyer's bank took the money back, or asks to.
    Disputed,
    /// The returned URL was changed, or names a payment that does not exist.
    NotGenuine,
    /// Asking was in vain and has stopped.
    Unreachable,
}

/// What the way back is called where it leads to the shop.
const BACK_TO_SHOP: &str = "Back to the shop";

/// What it is called where it leads to the form.
const BACK_TO_CHECKOUT: &str = "Back to the checkout";

impl StatusScreen {
    /// What the ways back are called, for the languages' completeness.
    pub const WAYS_BACK: [&str; 2] = [BACK_TO_SHOP, BACK_TO_CHECKOUT];

    /// Every state, for tables and tests.
    pub const ALL: [Self; 9] = [
        Self::Verifying,
        Self::Pending,
        Self::Processing,
        Self::Paid,
        Self::Expired,
        Self::Refunded,
        Self::Disputed,
        Self::NotGenuine,
        Self::Unreachable,
    ];

    /// The word in `data-payment-status`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verifying => "verifying",
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
            Self::NotGenuine => "not_genuine",
            Self::Unreachable => "unreachable",
        }
    }

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Verifying => "Checking your payment",
            Self::Pending => "Your payment is not confirmed yet",
            Self::Processing => "Your payment is being processed",
            Self::Paid => "Payment received",
            Self::Expired => "This checkout has expired",
            Self::Refunded => "Payment refunded",
            Self::Disputed => "Payment disputed",
            Self::NotGenuine => "We could not verify this link",
            Self::Unreachable => "We cannot check your payment right now",
        }
    }

    /// The sentence below the heading: what it means and what to do next.
    #[must_use]
    pub fn lead(self) -> &'static str {
        match self {
            Self::Verifying => "This takes a moment. If you’ve paid, there’s no need to pay again.",
            Self::Pending => {
                "It can take a minute. If you have paid, you need not pay again: check here a little later."
            }
            Self::Processing => "Nothing is left for you to do. This page shows the result when it is there.",
            Self::Paid => "Thank you. A receipt is on its way to your e-mail.",
            Self::Expired => "Nothing was charged. You can start again whenever you like.",
            Self::Refunded => "The money is on its way back to you. Banks can take some days to show it.",
            Self::Disputed => "Your bank is looking into this payment. Write to the shop if that is a surprise.",
            Self::NotGenuine => {
                "The address was changed or is incomplete, so it proves nothing. Open the original link again, or \
                 write to the shop with your receipt."
            }
            Self::Unreachable => {
                "If you have paid, your payment is safe and you need not pay again. Check again in a minute."
            }
        }
    }

    /// Whether asking again may show something else.
    #[must_use]
    pub fn may_change(self) -> bool {
        match self {
            Self::Verifying | Self::Pending | Self::Processing | Self::Unreachable => true,
            Self::Paid | Self::Expired | Self::Refunded | Self::Disputed | Self::NotGenuine => false,
        }
    }

    /// Where the buyer goes from here, and what that is called: to the shop where one is known.
    ///
    /// To the form only from a session that ended without a payment. Everywhere else money has moved or may be under
    /// way, and a form beside that asks to be paid twice.
    #[must_use]
    pub fn way_back(self, shop_url: Option<&str>) -> Option<(&str, &'static str)> {
        match shop_url {
            Some(address) => Some((address, BACK_TO_SHOP)),
            None => (self == Self::Expired).then_some(("./", BACK_TO_CHECKOUT)),
        }
    }
}

impl From<PaymentStatus> for StatusScreen {
    fn from(status: PaymentStatus) -> Self {
        match status {
            PaymentStatus::Pending => Self::Pending,
            PaymentStatus::Processing => Self::Processing,
            PaymentStatus::Paid => Self::Paid,
            PaymentStatus::Expired => Self::Expired,
            PaymentStatus::Refunded => Self::Refunded,
            PaymentStatus::Disputed => Self::Disputed,
        }
    }
}

/// What a refused verification shows. Only a changed link is the link's fault; everything else may pass, so the page
/// goes on checking.
impl From<ErrorCode> for StatusScreen {
    fn from(code: ErrorCode) -> Self {
        if matches!(code, ErrorCode::ReturnNotGenuine | ErrorCode::PaymentUnknown) {
            Self::NotGenuine
        } else if code == ErrorCode::ReturnNotConfirmed {
            Self::Pending
        } else {
            Self::Verifying
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_words() {
        for (i, one) in StatusScreen::ALL.iter().enumerate() {
            for other in &StatusScreen::ALL[i + 1..] {
                assert_ne!(one.as_str(), other.as_str());
                assert_ne!(one.title(), other.title());
                assert_ne!(one.lead(), other.lead());
            }
        }
    }

    #[test]
    fn no_error_ever_looks_paid() {
        for code in ErrorCode::ALL {
            assert_ne!(StatusScreen::from(*code), StatusScreen::Paid);
        }
    }

    /// A page of somebody who had paid said "We cannot check your payment" with a red mark, while it went on checking.
    #[test]
    fn an_error_that_may_pass_is_still_checking_and_not_yet_in_vain() {
        for code in ErrorCode::ALL {
            assert_ne!(StatusScreen::from(*code), StatusScreen::Unreachable, "{code:?}");
        }
        assert_eq!(StatusScreen::from(ErrorCode::UpstreamTimeout), StatusScreen::Verifying);
    }

    /// "Back to the checkout" stood beside "you need not pay again", and invited exactly that.
    #[test]
    fn only_an_expired_session_leads_back_to_the_form() {
        for screen in StatusScreen::ALL {
            let to_form = screen.way_back(None).is_some_and(|(address, _)| address == "./");
            assert_eq!(to_form, screen == StatusScreen::Expired, "{screen:?}");
            let shop = "https://shop.example/";
            assert_eq!(screen.way_back(Some(shop)), Some((shop, BACK_TO_SHOP)), "{screen:?}");
        }
    }

    #[test]
    fn asking_goes_on_until_the_payment_is_decided() {
        let decided: Vec<StatusScreen> = StatusScreen::ALL.into_iter().filter(|screen| !screen.may_change()).collect();
        let expected = [
            StatusScreen::Paid,
            StatusScreen::Expired,
            StatusScreen::Refunded,
            StatusScreen::Disputed,
            StatusScreen::NotGenuine,
        ];
        assert_eq!(decided, expected);
    }
}
