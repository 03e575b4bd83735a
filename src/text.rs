//! Every sentence a buyer reads, in English, found by what it is about.
//!
//! What the proxy also writes into the page without scripts (errors, the status screen) is in `wire`, so that both
//! say the same.

use wire::{BillingPeriod, DiscountDuration, EmailError, IntervalUnit, Product, QuotedDiscount, StatusScreen, TaxMode};

use crate::api::ApiError;
use crate::quote;
use crate::submit::Failure;

/// A sentence or label that stands by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is read beside its sentence in `Text::as_str`")]
pub enum Text {
    Checkout,
    Product,
    ProductsLoading,
    ProductsFailed,
    ProductsNone,
    DiscountCode,
    Optional,
    CodeAsking,
    CodeUnchecked,
    Email,
    EmailHint,
    PriceRegion,
    Subtotal,
    Discount,
    NoDiscount,
    NoAmount,
    Total,
    Pay,
    PaySending,
    PayLeaving,
    PayAgainLink,
    Assurance,
    TryAgain,
    StartOver,
    UnsafeAddress,
    ProblemCode,
    Reference,
    Amount,
    Order,
    Copy,
    Copied,
    CheckAgain,
    BackToCheckout,
    TryPaymentAgain,
}

impl Text {
    /// The words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checkout => "Checkout",
            Self::Product => "Product",
            Self::ProductsLoading => "Loading products…",
            Self::ProductsFailed => "The products could not be loaded. Check your connection and try again.",
            Self::ProductsNone => "Nothing is for sale here at the moment.",
            Self::DiscountCode => "Discount code",
            Self::Optional => "optional",
            Self::CodeAsking => "Checking the code…",
            Self::CodeUnchecked => "We could not check this code just now. We will try it when you continue.",
            Self::Email => "E-mail",
            Self::EmailHint => "Your receipt is sent here.",
            Self::PriceRegion => "Price",
            Self::Subtotal => "Subtotal",
            Self::Discount => "Discount",
            Self::NoDiscount => "None",
            Self::NoAmount => "–",
            Self::Total => "Total",
            Self::Pay => "Continue to payment",
            Self::PaySending => "One moment…",
            Self::PayLeaving => "Taking you to the payment page…",
            Self::PayAgainLink => "Open the payment page",
            Self::Assurance => "You pay on Creem’s secure page. Nothing is charged here.",
            Self::TryAgain => "Try again",
            Self::StartOver => "Load the page again",
            Self::UnsafeAddress => {
                "The payment page’s address is not valid. Nothing was charged. Please tell the seller."
            }
            Self::ProblemCode => "Problem code:",
            Self::Reference => "Reference",
            Self::Amount => "Amount",
            Self::Order => "Order",
            Self::Copy => "Copy",
            Self::Copied => "Copied",
            Self::CheckAgain => "Check again",
            Self::BackToCheckout => "Back to the checkout",
            Self::TryPaymentAgain => "Start a new order",
        }
    }
}

/// What is wrong with an e-mail, and how to mend it.
#[must_use]
pub fn email_problem(error: EmailError) -> &'static str {
    match error {
        EmailError::Empty => "Enter your e-mail address, for your receipt.",
        EmailError::Incomplete => "Enter the whole address, like name@example.com.",
        EmailError::Malformed => "Check the address for spaces and odd characters.",
        EmailError::TooLong => "This address is too long. Use a shorter one.",
    }
}

/// What became of a code. `amount` is the discount in the reader's notation.
#[must_use]
pub fn code_outcome(discount: &QuotedDiscount, amount: &str) -> String {
    match quote::refusal_of(discount.outcome) {
        Some(refusal) => refusal.sentence().to_owned(),
        None => [discount.code.as_str(), " applied: ", amount, " off", &duration(discount), "."].concat(),
    }
}

fn duration(discount: &QuotedDiscount) -> String {
    match (discount.duration, discount.duration_in_months) {
        (None | Some(DiscountDuration::Once), _) | (Some(DiscountDuration::Repeating), None) => String::new(),
        (Some(DiscountDuration::Forever), _) => " every payment".to_owned(),
        (Some(DiscountDuration::Repeating), Some(1)) => " for the first month".to_owned(),
        (Some(DiscountDuration::Repeating), Some(months)) => {
            [" for the first ", &months.to_string(), " months"].concat()
        }
    }
}

/// How often a product is charged, as it stands after its price; `None` when it is charged once.
#[must_use]
pub fn period(product: &Product) -> Option<String> {
    let every = |count: u32, unit: &str| match count {
        1 => ["per ", unit].concat(),
        _ => ["every ", &count.to_string(), " ", unit, "s"].concat(),
    };
    match product.billing_period {
        BillingPeriod::Once => None,
        BillingPeriod::EveryDay => Some(every(1, "day")),
        BillingPeriod::EveryMonth => Some(every(1, "month")),
        BillingPeriod::EveryThreeMonths => Some(every(3, "month")),
        BillingPeriod::EverySixMonths => Some(every(6, "month")),
        BillingPeriod::EveryYear => Some(every(1, "year")),
        BillingPeriod::Custom => {
            let unit = match product.recurring_interval? {
                IntervalUnit::Day => "day",
                IntervalUnit::Week => "week",
                IntervalUnit::Month => "month",
                IntervalUnit::Year => "year",
            };
            Some(every(product.recurring_interval_count.unwrap_or(1), unit))
        }
    }
}

/// The trial of a product, if it has one. `price` is what the trial costs, absent when it is free.
#[must_use]
pub fn trial(product: &Product, price: Option<&str>) -> Option<String> {
    let days = product.trial_period_days.filter(|days| *days > 0)?;
    let days = [days.to_string().as_str(), if days == 1 { " day" } else { " days" }].concat();
    Some(match price {
        Some(price) => ["Trial: ", &days, " for ", price].concat(),
        None => [&days, " free"].concat(),
    })
}

/// When and what a subscription charges again. `amount` is the price without a discount that has ended by then.
#[must_use]
pub fn renewal(period: &str, amount: &str) -> String {
    ["Renews at ", amount, " ", period, " until you cancel."].concat()
}

/// What the amounts say about tax.
#[must_use]
pub fn tax(mode: TaxMode) -> &'static str {
    match mode {
        TaxMode::Inclusive => "Tax is included.",
        TaxMode::Exclusive => "Tax, where due, is added on the payment page.",
    }
}

/// Why an attempt failed, and what to do.
#[must_use]
pub fn failure(failure: &Failure) -> &'static str {
    match failure {
        Failure::UnsafeAddress => Text::UnsafeAddress.as_str(),
        Failure::Call(error) => call_error(error),
    }
}

fn call_error(error: &ApiError) -> &'static str {
    match error {
        ApiError::Offline => "You seem to be offline. Nothing was charged, and your entries are kept.",
        ApiError::TimedOut => "This took too long. Nothing was charged, and trying again will not order twice.",
        ApiError::Unreadable => "The shop’s server gave no proper answer. Nothing was charged.",
        ApiError::Rejected(detail) => detail.code.sentence(),
    }
}

/// What the status screen adds below its lead, if anything; `gave_up` once it has stopped asking.
#[must_use]
pub fn status_hint(screen: StatusScreen, gave_up: bool) -> Option<&'static str> {
    match screen {
        StatusScreen::Paid => Some("You can close this page."),
        StatusScreen::Pending | StatusScreen::Processing if gave_up => {
            Some("This takes longer than usual. Keep the reference: with it the shop finds your order.")
        }
        StatusScreen::Unreachable | StatusScreen::Verifying if gave_up => {
            Some("We have stopped trying for now. Keep the reference: with it the shop finds your order.")
        }
        StatusScreen::Pending | StatusScreen::Processing | StatusScreen::Unreachable | StatusScreen::Verifying => {
            Some("We keep looking. You need not do anything.")
        }
        StatusScreen::Expired | StatusScreen::Refunded | StatusScreen::Disputed | StatusScreen::NotGenuine => None,
    }
}

#[cfg(test)]
mod tests {
    use wire::DiscountOutcome;

    use super::*;

    #[test]
    fn every_code_that_does_not_apply_has_its_own_sentence() {
        let outcomes = [
            DiscountOutcome::Unknown,
            DiscountOutcome::Expired,
            DiscountOutcome::NotStarted,
            DiscountOutcome::UsedUp,
            DiscountOutcome::WrongProduct,
            DiscountOutcome::WrongCurrency,
        ];
        let mut sentences = outcomes.map(|outcome| {
            let discount =
                QuotedDiscount { code: "NOPE".into(), outcome, amount: 0, duration: None, duration_in_months: None };
            code_outcome(&discount, "")
        });
        sentences.sort();
        assert!(sentences.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(sentences.iter().all(|sentence| !sentence.contains("applied")));
    }

    fn product(period: &str) -> Product {
        serde_json::from_value(serde_json::json!({
            "id": "prod_1", "name": "Pro", "price": 1000, "currency": "USD", "billing_type": "recurring",
            "billing_period": period, "recurring_interval": "week", "recurring_interval_count": 2,
            "trial_period_days": 14, "tax_mode": "exclusive"
        }))
        .expect("a product")
    }

    #[test]
    fn periods_and_trials_are_said_in_words() {
        assert_eq!(period(&product("once")), None);
        assert_eq!(period(&product("every-month")).as_deref(), Some("per month"));
        assert_eq!(period(&product("every-three-months")).as_deref(), Some("every 3 months"));
        assert_eq!(period(&product("custom")).as_deref(), Some("every 2 weeks"));
        assert_eq!(trial(&product("every-month"), None).as_deref(), Some("14 days free"));
        assert_eq!(trial(&product("every-month"), Some("$1.00")).as_deref(), Some("Trial: 14 days for $1.00"));
    }

    #[test]
    fn a_discount_says_how_long_it_lasts() {
        let discount = |duration| QuotedDiscount {
            code: "SAVE25".into(),
            outcome: DiscountOutcome::Applied,
            amount: 250,
            duration: Some(duration),
            duration_in_months: Some(3),
        };
        assert_eq!(code_outcome(&discount(DiscountDuration::Once), "$2.50"), "SAVE25 applied: $2.50 off.");
        assert_eq!(
            code_outcome(&discount(DiscountDuration::Repeating), "$2.50"),
            "SAVE25 applied: $2.50 off for the first 3 months."
        );
    }
}
