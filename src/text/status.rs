//! What the status screen says: one title and one lead for each state.

use wire::StatusScreen;

use super::Text;

/// The heading.
#[must_use]
pub fn status_title(screen: StatusScreen) -> Text {
    match screen {
        StatusScreen::Verifying => Text::StatusVerifyingTitle,
        StatusScreen::Pending => Text::StatusPendingTitle,
        StatusScreen::Processing => Text::StatusProcessingTitle,
        StatusScreen::Paid => Text::StatusPaidTitle,
        StatusScreen::Expired => Text::StatusExpiredTitle,
        StatusScreen::Refunded => Text::StatusRefundedTitle,
        StatusScreen::Disputed => Text::StatusDisputedTitle,
        StatusScreen::NotGenuine => Text::StatusNotGenuineTitle,
        StatusScreen::Unreachable => Text::StatusUnreachableTitle,
    }
}

/// The sentence below the heading: what it means and what to do next.
#[must_use]
pub fn status_lead(screen: StatusScreen) -> Text {
    match screen {
        StatusScreen::Verifying => Text::StatusVerifyingLead,
        StatusScreen::Pending => Text::StatusPendingLead,
        StatusScreen::Processing => Text::StatusProcessingLead,
        StatusScreen::Paid => Text::StatusPaidLead,
        StatusScreen::Expired => Text::StatusExpiredLead,
        StatusScreen::Refunded => Text::StatusRefundedLead,
        StatusScreen::Disputed => Text::StatusDisputedLead,
        StatusScreen::NotGenuine => Text::StatusNotGenuineLead,
        StatusScreen::Unreachable => Text::StatusUnreachableLead,
    }
}

/// Where the receipt of what is paid was sent.
#[must_use]
pub fn receipt_sent(email: &str) -> String {
    Text::ReceiptSent.fill(&[("email", email)])
}

/// What the screen adds below its lead, if anything; `gave_up` once it has stopped asking.
#[must_use]
pub fn status_hint(screen: StatusScreen, gave_up: bool) -> String {
    match screen {
        StatusScreen::Paid => Text::MayClose,
        StatusScreen::Pending | StatusScreen::Processing if gave_up => Text::TakesLong,
        StatusScreen::Unreachable | StatusScreen::Verifying if gave_up => Text::StoppedTrying,
        StatusScreen::Pending | StatusScreen::Processing | StatusScreen::Unreachable | StatusScreen::Verifying => {
            Text::KeepLooking
        }
        StatusScreen::Expired | StatusScreen::Refunded | StatusScreen::Disputed | StatusScreen::NotGenuine => {
            return String::new();
        }
    }
    .say()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_words() {
        for (i, one) in StatusScreen::ALL.into_iter().enumerate() {
            for other in StatusScreen::ALL.into_iter().skip(i + 1) {
                assert_ne!(status_title(one), status_title(other));
                assert_ne!(status_lead(one), status_lead(other));
            }
        }
    }
}
