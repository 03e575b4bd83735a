//! Why a call failed, and what the buyer can do about it.

use wire::{ErrorCode, ErrorDetail, Field};

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No answer at all: there is no connection, or something in the browser blocks the call.
    Offline,
    /// No answer in time.
    TimedOut,
    /// The proxy refused, and said why.
    Rejected(ErrorDetail),
    /// The answer broke off, or is not one of the proxy's.
    Unreadable,
}

/// What the buyer can do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Mend this field, where the problem is said.
    Fix(Field),
    /// Choose another product.
    ChooseAnother,
    /// Press again, now or in a moment.
    TryAgain,
    /// Get another link, at the shop.
    NewLink,
    /// Nothing: the merchant's set-up is at fault.
    TellMerchant,
}

impl ApiError {
    /// What the buyer can do.
    #[must_use]
    pub fn recovery(&self) -> Recovery {
        match self {
            Self::Offline | Self::TimedOut | Self::Unreadable => Recovery::TryAgain,
            Self::Rejected(detail) => recovery(detail.code),
        }
    }

    /// Finds the matching line in the proxy's log, for a buyer who writes to the merchant.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        match self {
            Self::Offline | Self::TimedOut | Self::Unreadable => None,
            Self::Rejected(detail) => Some(&detail.trace_id),
        }
    }

    /// Whether another attempt needs another `Idempotency-Key`.
    #[must_use]
    pub fn needs_new_idempotency_key(&self) -> bool {
        match self {
            Self::Offline | Self::TimedOut | Self::Unreadable => false,
            Self::Rejected(detail) => {
                [ErrorCode::IdempotencyConflict, ErrorCode::IdempotencyKeyInvalid].contains(&detail.code)
            }
        }
    }
}

fn recovery(code: ErrorCode) -> Recovery {
    match code {
        ErrorCode::EmailInvalid => Recovery::Fix(Field::Email),
        ErrorCode::ProductRequired => Recovery::Fix(Field::Product),
        ErrorCode::ProductUnknown => Recovery::ChooseAnother,
        ErrorCode::UnitsInvalid => Recovery::Fix(Field::Units),
        ErrorCode::ConsentRequired => Recovery::Fix(Field::Consent),
        ErrorCode::DiscountUnknown
        | ErrorCode::DiscountExpired
        | ErrorCode::DiscountNotStarted
        | ErrorCode::DiscountUsedUp
        | ErrorCode::DiscountWrongProduct
        | ErrorCode::DiscountWrongCurrency => Recovery::Fix(Field::DiscountCode),
        ErrorCode::RateLimited
        | ErrorCode::IdempotencyConflict
        | ErrorCode::IdempotencyKeyInvalid
        | ErrorCode::ReturnNotConfirmed
        | ErrorCode::UpstreamUnavailable
        | ErrorCode::UpstreamTimeout
        | ErrorCode::Busy
        | ErrorCode::Internal
        | ErrorCode::Unknown => Recovery::TryAgain,
        ErrorCode::IntentInvalid | ErrorCode::IntentMismatch | ErrorCode::IntentRequired => Recovery::NewLink,
        ErrorCode::BodyInvalid
        | ErrorCode::BodyTooLarge
        | ErrorCode::MediaTypeUnsupported
        | ErrorCode::FieldUnknown
        | ErrorCode::RequestIdInvalid
        | ErrorCode::SuccessUrlInvalid
        | ErrorCode::SuccessUrlNotAllowed
        | ErrorCode::MetadataInvalid
        | ErrorCode::CustomFieldInvalid
        | ErrorCode::OriginNotAllowed
        | ErrorCode::ReturnNotGenuine
        | ErrorCode::PaymentUnknown
        | ErrorCode::WebhookSignatureInvalid
        | ErrorCode::WebhookInvalid
        | ErrorCode::TokenInvalid
        | ErrorCode::RequestInvalid
        | ErrorCode::NotFound
        | ErrorCode::MethodNotAllowed
        | ErrorCode::UpstreamMisconfigured
        | ErrorCode::UpstreamRefused => Recovery::TellMerchant,
    }
}
