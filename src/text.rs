//! Every sentence a buyer reads, by what it is about. English is built in; `language` knows the words of another.

use wire::{DiscountDuration, Due, EmailError, ErrorCode, IntervalUnit, Product, QuotedDiscount, TaxMode};

use crate::api::ApiError;
use crate::form::quote;
use crate::language;
use crate::submit::Failure;

mod charges;
mod status;
mod table;
mod words;

pub use charges::charges;
pub use status::{receipt_sent, status_hint, status_lead, status_title};
pub use table::Text;
pub use words::{asked, duration, monthly, period, plan_name, saving, trial};

impl Text {
    /// The words, in the page's language; in English where that has none.
    #[must_use]
    pub fn say(self) -> String {
        let (id, english) = self.line();
        language::words_for(id).unwrap_or_else(|| english.to_owned())
    }

    /// The name by which a language's file or a merchant says it in other words.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.line().0
    }

    /// The words in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        self.line().1
    }

    /// The words with their `{names}` replaced.
    #[must_use]
    pub fn fill(self, values: &[(&str, &str)]) -> String {
        language::fill(&self.say(), values)
    }
}

/// What is wrong with an e-mail, and how to fix it.
#[must_use]
pub fn email_problem(error: EmailError) -> String {
    match error {
        EmailError::Empty => Text::EmailEmpty,
        EmailError::Incomplete => Text::EmailIncomplete,
        EmailError::Malformed => Text::EmailMalformed,
        EmailError::TooLong => Text::EmailTooLong,
    }
    .say()
}

/// The offer to correct a mistyped e-mail.
#[must_use]
pub fn email_suggestion(email: &str) -> String {
    Text::EmailSuggestion.fill(&[("email", email)])
}

/// The sentence for an error of the proxy: what happened and what to do next, never whose fault it was.
#[must_use]
pub fn error(code: ErrorCode) -> Text {
    match code {
        ErrorCode::ProductRequired => Text::ErrorProductRequired,
        ErrorCode::ProductUnknown => Text::ErrorProductUnknown,
        ErrorCode::UnitsInvalid => Text::ErrorUnitsInvalid,
        ErrorCode::EmailInvalid => Text::EmailIncomplete,
        ErrorCode::ConsentRequired => Text::ConsentMissing,
        ErrorCode::DiscountUnknown => Text::ErrorDiscountUnknown,
        ErrorCode::DiscountExpired => Text::ErrorDiscountExpired,
        ErrorCode::DiscountNotStarted => Text::ErrorDiscountNotStarted,
        ErrorCode::DiscountUsedUp => Text::ErrorDiscountUsedUp,
        ErrorCode::DiscountWrongProduct => Text::ErrorDiscountWrongProduct,
        ErrorCode::DiscountWrongCurrency => Text::ErrorDiscountWrongCurrency,
        ErrorCode::RateLimited => Text::ErrorRateLimited,
        ErrorCode::IntentInvalid | ErrorCode::IntentMismatch | ErrorCode::IntentRequired => Text::ErrorLinkExpired,
        ErrorCode::BodyInvalid
        | ErrorCode::BodyTooLarge
        | ErrorCode::MediaTypeUnsupported
        | ErrorCode::FieldUnknown
        | ErrorCode::RequestIdInvalid
        | ErrorCode::SuccessUrlInvalid
        | ErrorCode::SuccessUrlNotAllowed
        | ErrorCode::MetadataInvalid
        | ErrorCode::CustomFieldInvalid
        | ErrorCode::OriginNotAllowed => Text::ErrorLinkWrong,
        ErrorCode::IdempotencyKeyInvalid | ErrorCode::IdempotencyConflict => Text::ErrorReload,
        ErrorCode::ReturnNotGenuine | ErrorCode::PaymentUnknown => Text::ErrorReturnNotGenuine,
        ErrorCode::ReturnNotConfirmed => Text::ErrorReturnNotConfirmed,
        ErrorCode::UpstreamMisconfigured | ErrorCode::UpstreamRefused => Text::ErrorUpstreamRefused,
        ErrorCode::UpstreamUnavailable | ErrorCode::UpstreamTimeout => Text::ErrorUpstreamUnavailable,
        ErrorCode::WebhookSignatureInvalid
        | ErrorCode::WebhookInvalid
        | ErrorCode::TokenInvalid
        | ErrorCode::RequestInvalid
        | ErrorCode::NotFound
        | ErrorCode::MethodNotAllowed
        | ErrorCode::Busy
        | ErrorCode::Internal
        | ErrorCode::Unknown => Text::ErrorInternal,
    }
}

/// What became of a code. `amount` is the discount in the reader's notation, `time` how long it lowers a subscription's
/// payments where that is longer than once and not for ever.
#[must_use]
pub fn code_outcome(discount: &QuotedDiscount, amount: &str, time: Option<(u32, IntervalUnit)>) -> String {
    if let Some(refusal) = quote::refusal_of(discount.outcome) {
        return error(refusal).say();
    }
    let text = match (discount.duration, time) {
        (Some(DiscountDuration::Forever), _) => Text::CodeAppliedAlways,
        (_, Some(_)) => Text::CodeAppliedFor,
        (_, None) => Text::CodeApplied,
    };
    let time = time.map(|(count, unit)| duration(count, unit)).unwrap_or_default();
    text.fill(&[("code", &discount.code), ("amount", amount), ("time", &time)])
}

/// What the button says while nothing is under way.
#[must_use]
pub fn pay(product: &Product, due: &Due) -> Text {
    if due.today > 0 {
        Text::Pay
    } else if due.is_free() {
        Text::PayFree
    } else if product.trial_days().is_some() {
        Text::PayTrial
    } else {
        Text::PayNothingToday
    }
}

/// What the amounts say about tax.
#[must_use]
pub fn tax(mode: TaxMode) -> String {
    match mode {
        TaxMode::Inclusive => Text::TaxIncluded,
        TaxMode::Exclusive => Text::TaxAdded,
    }
    .say()
}

/// Why an attempt failed, and what to do.
#[must_use]
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::UnsafeAddress => Text::UnsafeAddress,
        Failure::Call(ApiError::Offline) => Text::Offline,
        Failure::Call(ApiError::TimedOut) => Text::TimedOut,
        Failure::Call(ApiError::Unreadable) => Text::ErrorInternal,
        Failure::Call(ApiError::Rejected(detail)) => error(detail.code),
    }
    .say()
}

#[cfg(test)]
mod tests;
