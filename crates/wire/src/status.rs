//! The states that the status screen shows; the app has the words for them.

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

impl StatusScreen {
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

    /// Whether asking again may show something else.
    #[must_use]
    pub fn may_change(self) -> bool {
        match self {
            Self::Verifying | Self::Pending | Self::Processing | Self::Unreachable => true,
            Self::Paid | Self::Expired | Self::Refunded | Self::Disputed | Self::NotGenuine => false,
        }
    }

    /// Whether the buyer is led back to the form where no shop is known.
    ///
    /// Only from a session that ended without a payment. Everywhere else money has moved or may be under way, and a form
    /// beside that asks to be paid twice.
    #[must_use]
    pub fn leads_to_checkout(self) -> bool {
        self == Self::Expired
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
