//! What Creem's refusal of a session is about, by its words.
//!
//! Creem publishes neither status nor words for most of them, and has changed both, so nothing is decided by a status
//! alone: a 404 may be about the product or about the code. Words are looked for in any case and in any order. What
//! names nothing of ours stays what it is.

use creem::{ApiError, CreateCheckout};
use wire::link::Parameter;
use wire::{DiscountOutcome, ErrorCode, Field};

use super::checks;
use crate::error::ProxyError;

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Affiliate,
    Discount(DiscountOutcome),
    Email,
    CustomFields,
    Units,
    Metadata,
    SuccessUrl,
    RequestId,
    Product,
}

impl Subject {
    /// What a failed creation is about; `None` when it is no refusal, or names nothing that was sent.
    pub(super) fn of(error: &ApiError, asked: &CreateCheckout) -> Option<Self> {
        let body = match error {
            ApiError::NotFound { body } | ApiError::Refused { body, .. } => body,
            // Creem has used 403 also for what is not about the key.
            ApiError::Key { status: 403, body } if !speaks_of_the_key(&body.message) => body,
            ApiError::Key { .. }
            | ApiError::Unavailable { .. }
            | ApiError::Timeout
            | ApiError::OverBudget { .. }
            | ApiError::Unreadable { .. } => return None,
        };
        let named = body.message.iter().find_map(|sentence| Said::new(sentence, asked).subject());
        // Without a word it is the product, which is the one thing Creem is known to answer 404 for.
        named.or_else(|| matches!(error, ApiError::NotFound { .. }).then_some(Self::Product))
    }

    /// What is answered.
    pub(super) fn refused(self, cause: &ApiError) -> ProxyError {
        let about = |code, field, message| ProxyError::new(code, message).in_field(field);
        let refused = match self {
            Self::Affiliate => about(
                ErrorCode::BodyInvalid,
                "affiliate_code",
                "Creem does not know this affiliate; without the code the session can be opened",
            ),
            Self::Discount(outcome) => checks::does_not_apply(outcome),
            Self::Email => about(ErrorCode::EmailInvalid, "customer.email", "Creem does not take this e-mail address"),
            Self::CustomFields => about(
                ErrorCode::CustomFieldInvalid,
                Parameter::CustomFields.name(),
                "Creem does not take these custom fields",
            ),
            Self::Units => {
                about(ErrorCode::UnitsInvalid, Field::Units.name(), "Creem does not sell this number of units")
            }
            Self::Metadata => about(ErrorCode::MetadataInvalid, "metadata", "Creem does not take this metadata"),
            Self::SuccessUrl => about(
                ErrorCode::SuccessUrlInvalid,
                Parameter::SuccessUrl.name(),
                "Creem does not send buyers back to this address",
            ),
            Self::RequestId => {
                about(ErrorCode::RequestIdInvalid, Parameter::RequestId.name(), "Creem does not take this request_id")
            }
            Self::Product => {
                about(ErrorCode::ProductUnknown, Field::Product.name(), "Creem does not sell this product")
            }
        };
        refused.because(cause)
    }
}

fn speaks_of_the_key(messages: &[String]) -> bool {
    const OF_THE_KEY: [&str; 8] =
        ["key", "scope", "permission", "forbidden", "unauthorized", "access", "feature", "enabled"];
    messages.iter().any(|message| {
        let message = message.to_lowercase();
        OF_THE_KEY.iter().any(|word| message.contains(word))
    })
}

/// One sentence of a refusal, beside what it answers.
struct Said<'a> {
    sentence: String,
    asked: &'a CreateCheckout,
}

impl<'a> Said<'a> {
    fn new(sentence: &str, asked: &'a CreateCheckout) -> Self {
        Self { sentence: sentence.to_lowercase(), asked }
    }

    fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.sentence.contains(word))
    }

    /// Whether a word of it begins like one of these.
    fn has_word(&self, beginnings: &[&str]) -> bool {
        let mut words = self.sentence.split(|c: char| !c.is_alphanumeric());
        words.any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
    }

    /// Whether it repeats what was sent; a text of a few letters would be found in any sentence.
    fn repeats(&self, sent: Option<&str>) -> bool {
        sent.is_some_and(|sent| sent.chars().count() > 3 && self.sentence.contains(&sent.to_lowercase()))
    }

    fn subject(&self) -> Option<Subject> {
        // A field that Creem does not have any more is ours to mend, and says nothing of its value.
        if self.has(&["should not exist"]) && !self.has_word(&["affiliate"]) {
            return None;
        }
        self.field_at_fault().or_else(|| self.thing_named())
    }

    /// What a validator names, which begins with the field's path: `metadata.email must be a string`.
    fn field_at_fault(&self) -> Option<Subject> {
        let path = self.sentence.split_whitespace().next()?;
        match path.split(['.', '[']).next()? {
            "affiliate_code" => self.affiliate(),
            "discount_code" => self.discount(),
            "email" | "customer" => self.email(),
            "custom_field" | "custom_fields" => Some(Subject::CustomFields),
            "units" => Some(Subject::Units),
            "metadata" => Some(Subject::Metadata),
            "success_url" => Some(Subject::SuccessUrl),
            "request_id" => Some(Subject::RequestId),
            "product_id" => Some(Subject::Product),
            _ => None,
        }
    }

    /// What a sentence is about, the most particular thing first: one about a code often names the product as well.
    fn thing_named(&self) -> Option<Subject> {
        let affiliate = || self.has_word(&["affiliate", "referral"]).then(|| self.affiliate()).flatten();
        let discount = || self.speaks_of_the_code().then(|| self.discount()).flatten();
        let email = || {
            let named = self.has_word(&["email"]) || self.has(&["e-mail", "mail address"]);
            let sent = self.asked.customer.as_ref().map(|customer| customer.email.as_str());
            (named || self.repeats(sent)).then(|| self.email()).flatten()
        };
        let fields = || self.has(&["custom_field", "custom field", "customfield"]).then_some(Subject::CustomFields);
        let units = || {
            let named = self.has_word(&["seat", "quantit"]) || self.has_words_of_units();
            named.then_some(Subject::Units)
        };
        let url = || self.has(&["success_url", "success url", "successurl"]).then_some(Subject::SuccessUrl);
        let request_id = || self.has(&["request_id", "request id", "requestid"]).then_some(Subject::RequestId);
        let metadata = || self.has_word(&["metadata"]).then_some(Subject::Metadata);
        let product = || {
            let price_is_gone = self.has_word(&["price"]) && self.has(&["find", "found", "archiv", "active", "exist"]);
            let named = self.has_word(&["product"]) || price_is_gone || self.repeats(Some(&self.asked.product_id));
            named.then_some(Subject::Product)
        };
        affiliate()
            .or_else(discount)
            .or_else(email)
            .or_else(fields)
            .or_else(units)
            .or_else(url)
            .or_else(request_id)
            .or_else(metadata)
            .or_else(product)
    }

    fn affiliate(&self) -> Option<Subject> {
        self.asked.affiliate_code.is_some().then_some(Subject::Affiliate)
    }

    fn email(&self) -> Option<Subject> {
        self.asked.customer.is_some().then_some(Subject::Email)
    }

    fn speaks_of_the_code(&self) -> bool {
        let by_name = self.has_word(&["discount", "coupon", "promo", "voucher", "redemption", "redeem"]);
        let by_code = self.asked.affiliate_code.is_none()
            && self.has_word(&["code"])
            && !self.has(&["postal", "zip", "country code", "status code", "error code"]);
        by_name || by_code || self.repeats(self.asked.discount_code.as_deref())
    }

    /// What is wrong with the code, if one was sent.
    fn discount(&self) -> Option<Subject> {
        self.asked.discount_code.as_ref()?;
        let outcomes: [(DiscountOutcome, &[&str]); 5] = [
            (
                DiscountOutcome::NotStarted,
                &["yet", "not started", "not begun", "scheduled", "in the future", "starts", "upcoming"],
            ),
            (DiscountOutcome::Expired, &["expir", "ended", "no longer", "is over", "in the past", "out of date"]),
            (
                DiscountOutcome::UsedUp,
                &[
                    "limit",
                    "redemption",
                    "redeemed",
                    "used up",
                    "been used",
                    "already used",
                    "maximum",
                    "max ",
                    "max_",
                    "exhausted",
                    "exceeded",
                    "usage",
                    "fully",
                ],
            ),
            (DiscountOutcome::WrongCurrency, &["currenc"]),
            (
                DiscountOutcome::WrongProduct,
                &["product", "not applicable", "not apply", "cannot be applied", "can't be applied", "eligible"],
            ),
        ];
        let is = |words: &&[&str]| self.has(words);
        let found = outcomes.iter().find(|(_, words)| is(words));
        Some(Subject::Discount(found.map_or(DiscountOutcome::Unknown, |(outcome, _)| *outcome)))
    }

    fn has_words_of_units(&self) -> bool {
        self.sentence.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "unit" | "units"))
    }
}

#[cfg(test)]
mod tests;
