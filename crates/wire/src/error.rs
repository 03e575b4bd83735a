//! The one shape of every error answer, and the codes it can carry.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::PageMode;

/// The body of every error answer of the proxy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong, for a program (`code`, `field`) and for a developer (`message`, `trace_id`).
///
/// People read the app's own sentence for `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// Which error.
    pub code: ErrorCode,
    /// An English sentence for the person who integrates.
    pub message: String,
    /// The field of the request at fault, dotted (`customer.email`); absent when it is none in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Finds the matching line in the proxy's log.
    pub trace_id: String,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal;)*) => {
        /// Every error the proxy answers with. `Unknown` is a code of a newer proxy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code this build does not know.
            Unknown,
        }

        impl ErrorCode {
            /// Every known code, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Unknown => "unknown",
                }
            }

            /// The HTTP status this code is answered with.
            #[must_use]
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                    Self::Unknown => 500,
                }
            }

            /// Reads a word from the wire; one of a newer proxy becomes `Unknown`.
            #[must_use]
            pub fn parse(code: &str) -> Self {
                match code {
                    $($code => Self::$name,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}

error_codes! {
    /// The body is not JSON or a form, or a value has the wrong type.
    BodyInvalid = "body_invalid", 400;
    /// The body is larger than 64 KiB.
    BodyTooLarge = "body_too_large", 413;
    /// The body's content type is neither JSON nor a form.
    MediaTypeUnsupported = "media_type_unsupported", 415;
    /// A field that does not exist; `field` names it.
    FieldUnknown = "field_unknown", 400;
    /// No product is chosen.
    ProductRequired = "product_required", 400;
    /// The product does not exist or is not for sale here.
    ProductUnknown = "product_unknown", 404;
    /// Units are not a whole number from 1 to the limit.
    UnitsInvalid = "units_invalid", 400;
    /// The e-mail address is not one.
    EmailInvalid = "email_invalid", 400;
    /// The shop asks every buyer to accept its terms, and this one has not.
    ConsentRequired = "consent_required", 400;
    /// `request_id` has other characters than `A-Z`, `a-z`, `0-9`, `_`, `-`, or is too long.
    RequestIdInvalid = "request_id_invalid", 400;
    /// `success_url` is not a URL that can be returned to.
    SuccessUrlInvalid = "success_url_invalid", 400;
    /// `success_url` is on an origin that is not allowed.
    SuccessUrlNotAllowed = "success_url_not_allowed", 400;
    /// `metadata` is too large or too deep.
    MetadataInvalid = "metadata_invalid", 400;
    /// An answer to a custom field is missing, too long, or for no field of the product.
    CustomFieldInvalid = "custom_field_invalid", 400;
    /// No such discount code.
    DiscountUnknown = "discount_unknown", 400;
    /// The discount's time is over.
    DiscountExpired = "discount_expired", 400;
    /// The discount's time has not come.
    DiscountNotStarted = "discount_not_started", 400;
    /// The discount was redeemed as often as it may be.
    DiscountUsedUp = "discount_used_up", 400;
    /// The discount is for another product.
    DiscountWrongProduct = "discount_wrong_product", 400;
    /// The discount takes off an amount in another currency.
    DiscountWrongCurrency = "discount_wrong_currency", 400;
    /// `Idempotency-Key` is empty, too long, or has odd characters.
    IdempotencyKeyInvalid = "idempotency_key_invalid", 400;
    /// The same `Idempotency-Key` came with another body.
    IdempotencyConflict = "idempotency_conflict", 409;
    /// The intent is changed, expired or wrongly signed.
    IntentInvalid = "intent_invalid", 400;
    /// The body contradicts the intent.
    IntentMismatch = "intent_mismatch", 400;
    /// This shop takes only signed intents.
    IntentRequired = "intent_required", 400;
    /// A cross-site call from an origin that is not allowed.
    OriginNotAllowed = "origin_not_allowed", 403;
    /// Too many calls; `Retry-After` says when to come again.
    RateLimited = "rate_limited", 429;
    /// The returned URL was changed, is incomplete, or was not made by Creem.
    ReturnNotGenuine = "return_not_genuine", 400;
    /// The returned URL is genuine, but Creem does not (yet) say the session is paid.
    ReturnNotConfirmed = "return_not_confirmed", 409;
    /// No payment with this reference and session.
    PaymentUnknown = "payment_unknown", 404;
    /// A webhook whose signature is wrong or missing.
    WebhookSignatureInvalid = "webhook_signature_invalid", 401;
    /// A webhook that is signed but not an event.
    WebhookInvalid = "webhook_invalid", 400;
    /// The bearer token is missing or wrong.
    TokenInvalid = "token_invalid", 401;
    /// The request breaks HTTP's own rules: it has no `Host`, or two.
    RequestInvalid = "request_invalid", 400;
    /// No such address.
    NotFound = "not_found", 404;
    /// The address does not take this method.
    MethodNotAllowed = "method_not_allowed", 405;
    /// Creem refuses our key: the merchant's set-up is wrong.
    UpstreamMisconfigured = "upstream_misconfigured", 502;
    /// Creem refused the call for a reason the buyer cannot mend.
    UpstreamRefused = "upstream_refused", 502;
    /// Creem is down, overloaded or answers nonsense.
    UpstreamUnavailable = "upstream_unavailable", 503;
    /// Creem did not answer in time.
    UpstreamTimeout = "upstream_timeout", 504;
    /// The proxy has no room for the call just now; `Retry-After` says when to come again.
    Busy = "busy", 503;
    /// The proxy itself failed.
    Internal = "internal", 500;
}

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
    /// who integrates and can fix it.
    #[must_use]
    pub fn is_explained(self, mode: PageMode) -> bool {
        mode != PageMode::Live && (self.is_of_the_link() || self == Self::OriginNotAllowed)
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|code| Self::parse(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_wire_and_is_an_error_status() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(code.as_str()), *code);
            assert!((400..=599).contains(&code.status()), "{}", code.as_str());
        }
    }

    #[test]
    fn a_code_of_a_newer_proxy_is_unknown_not_unreadable() {
        let body: ErrorBody =
            serde_json::from_str(r#"{"error":{"code":"from_the_future","message":"m","trace_id":"t"}}"#)
                .expect("readable");
        assert_eq!(body.error.code, ErrorCode::Unknown);
    }

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
}
