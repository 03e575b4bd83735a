//! What a buyer reads for each error, in English; the app translates them.

use crate::{ErrorCode, PageMode};

impl ErrorCode {
    /// Whether the merchant's link is at fault: it stays wrong whatever the buyer does.
    #[must_use]
    pub fn is_of_the_link(self) -> bool {
        matches!(
            self,
            Self::RequestIdInvalid
                | Self::SuccessUrlInvalid
                | Self::SuccessUrlNotAllowed
                | Self::MetadataInvalid
                | Self::CustomFieldInvalid
                | Self::IntentInvalid
                | Self::IntentMismatch
                | Self::IntentRequired
        )
    }

    /// Whether the page says more of it than the buyer's sentence: where no real money moves, its reader is the person
    /// who integrates and can mend it.
    #[must_use]
    pub fn is_explained(self, mode: PageMode) -> bool {
        mode != PageMode::Live && (self.is_of_the_link() || self == Self::OriginNotAllowed)
    }

    /// The sentence for the person who buys: what happened and what to do next, never whose fault it was.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ProductUnknown => "This product is no longer for sale. Choose another one.",
            Self::UnitsInvalid => "Type a whole number, 1 or more.",
            Self::EmailInvalid => "Type a complete e-mail address, such as ada@example.com.",
            Self::DiscountUnknown => "There is no such code. Go on without it, or type another one.",
            Self::DiscountExpired => "This code has expired. Go on without it, or type another one.",
            Self::DiscountNotStarted => "This code is not valid yet. Go on without it, or type another one.",
            Self::DiscountUsedUp => "This code has been used up. Go on without it, or type another one.",
            Self::DiscountWrongProduct => "This code is for another product. Go on without it, or type another one.",
            Self::DiscountWrongCurrency => "This code is for another currency. Go on without it, or type another one.",
            Self::RateLimited => "Too many tries. Wait a moment and press again.",
            Self::IntentInvalid | Self::IntentMismatch | Self::IntentRequired => {
                "This link is no longer valid. Go back to the shop and open a new one."
            }
            Self::BodyInvalid
            | Self::BodyTooLarge
            | Self::MediaTypeUnsupported
            | Self::FieldUnknown
            | Self::RequestIdInvalid
            | Self::SuccessUrlInvalid
            | Self::SuccessUrlNotAllowed
            | Self::MetadataInvalid
            | Self::CustomFieldInvalid
            | Self::OriginNotAllowed => {
                "The shop's link to this page has a mistake, so the payment cannot start. Please tell the shop."
            }
            Self::IdempotencyKeyInvalid | Self::IdempotencyConflict => "Reload the page and press again.",
            Self::ReturnNotGenuine | Self::PaymentUnknown => {
                "This link could not be verified. Open the original link again, or write to the shop."
            }
            Self::ReturnNotConfirmed => "The payment is not confirmed yet. Check again in a minute.",
            Self::UpstreamMisconfigured | Self::UpstreamRefused => {
                "The payment cannot start right now. Nothing was charged. Please tell the shop."
            }
            Self::UpstreamUnavailable | Self::UpstreamTimeout => {
                "The payment service does not answer. Nothing was charged. Try again in a minute."
            }
            Self::WebhookSignatureInvalid
            | Self::WebhookInvalid
            | Self::TokenInvalid
            | Self::RequestInvalid
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::Busy
            | Self::Internal
            | Self::Unknown => "Something went wrong on our side. Nothing was charged. Try again in a minute.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a link can get wrong, which no buyer can mend.
    const OF_THE_LINK: [ErrorCode; 8] = [
        ErrorCode::RequestIdInvalid,
        ErrorCode::SuccessUrlInvalid,
        ErrorCode::SuccessUrlNotAllowed,
        ErrorCode::MetadataInvalid,
        ErrorCode::CustomFieldInvalid,
        ErrorCode::IntentInvalid,
        ErrorCode::IntentMismatch,
        ErrorCode::IntentRequired,
    ];

    #[test]
    fn a_mistake_of_the_link_is_told_from_one_of_the_buyer() {
        for code in ErrorCode::ALL {
            assert_eq!(code.is_of_the_link(), OF_THE_LINK.contains(code), "{code:?}");
        }
    }

    #[test]
    fn a_mistake_of_the_integration_is_explained_only_where_no_real_money_moves() {
        for code in ErrorCode::ALL {
            let is_of_the_integration = OF_THE_LINK.contains(code) || *code == ErrorCode::OriginNotAllowed;
            assert!(!code.is_explained(PageMode::Live), "{code:?}");
            assert_eq!(code.is_explained(PageMode::Test), is_of_the_integration, "{code:?}");
            assert_eq!(code.is_explained(PageMode::Sandbox), is_of_the_integration, "{code:?}");
        }
    }

    #[test]
    fn a_buyer_reads_a_whole_sentence_for_every_error() {
        for code in ErrorCode::ALL.iter().chain([&ErrorCode::Unknown]) {
            let sentence = code.sentence();
            assert!(sentence.ends_with('.') && sentence.split(' ').count() > 4, "{code:?}: {sentence}");
            assert!(!sentence.contains(code.as_str()), "{code:?}: {sentence}");
        }
    }
}
