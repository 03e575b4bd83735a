//! Every sentence a buyer reads, in English, found by what it is about; `language` says it in another.
//!
//! What the contract with the proxy names (errors, the states of a payment, periods) has its sentence in `wire`.

use wire::words::{self, Words};
use wire::{
    DiscountDuration, Due, EmailError, ErrorCode, IntervalUnit, Product, QuotedDiscount, StatusScreen, TaxMode,
};

use crate::api::ApiError;
use crate::language::{fill, is_translated, say};
use crate::notation;
use crate::quote;
use crate::submit::Failure;

mod charges;

pub use charges::charges;

macro_rules! texts {
    ($($name:ident = $english:literal;)*) => {
        /// A sentence or label; what stands in braces is filled in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each name is read beside its sentence")]
        pub enum Text {
            $($name,)*
        }

        impl Text {
            /// Every sentence in English, for the languages' completeness.
            pub const ALL: &'static [&'static str] = &[$($english,)*];
        }
    };
}

texts! {
    Checkout = "Checkout";
    Product = "Product";
    ProductsLoading = "Loading products…";
    ProductsFailed = "The products could not be loaded. Check your connection and try again.";
    ProductsNone = "Nothing is for sale here at the moment.";
    ProductsFind = "Find a product";
    ProductsNoMatch = "No product matches. Change what you typed.";
    Units = "Quantity";
    UnitsLess = "One less";
    UnitsMore = "One more";
    DiscountCode = "Discount code";
    Optional = "optional";
    CodeRemove = "Remove the code";
    CodeAsking = "Checking the code…";
    CodeUnchecked = "We could not check this code just now. We will try it when you continue.";
    CodeApplied = "{code} applied: {amount} off.";
    CodeAppliedAlways = "{code} applied: {amount} off every payment.";
    CodeAppliedFor = "{code} applied: {amount} off for the first {time}.";
    Email = "E-mail";
    EmailHint = "Your receipt is sent here.";
    EmailMeant = "Did you mean {email}?";
    EmailEmpty = "Enter your e-mail address, for your receipt.";
    EmailIncomplete = "Enter the whole address, like name@example.com.";
    EmailMalformed = "Check the address for spaces and odd characters.";
    EmailTooLong = "This address is too long. Use a shorter one.";
    PriceRegion = "Price";
    Subtotal = "Subtotal";
    Discount = "Discount";
    NoAmount = "–";
    DueToday = "Due today";
    TaxIncluded = "Tax is included.";
    TaxAdded = "Tax, where due, is added on the payment page.";
    Charges = "{charges}.";
    ChargesThen = "Then {charges}.";
    ChargesInTurn = "{first}, then {next}";
    ChargesOn = "{amount} {period} from {date} until you cancel";
    ChargesFor = "{amount} {period} for {time}";
    ChargesForFrom = "{amount} {period} for {time} from {date}";
    ChargeOnce = "{amount} on {date}";
    ChargeTrial = "{amount} today for {time}";
    Pay = "Continue to payment";
    PayNothingToday = "Continue";
    PayTrial = "Start free trial";
    PayFree = "Get it free";
    PayWithoutCode = "Continue without the code";
    PaySending = "One moment…";
    PayLeaving = "Taking you to the payment page…";
    PayAgainLink = "Open the payment page";
    Assurance = "You pay on Creem’s secure page. Nothing is charged here.";
    Merchant = "Orders are processed by Creem, the merchant of record, who handles payment, tax and receipts.";
    TestMode = "Test mode: no real money moves.";
    Sandbox = "Sandbox: no real money moves.";
    TryAgain = "Try again";
    UnsafeAddress = "The payment page’s address is not valid. Nothing was charged. Please tell the seller.";
    Offline = "You seem to be offline. Nothing was charged, and your entries are kept.";
    TimedOut = "This took too long. Nothing was charged, and trying again will not order twice.";
    Unreadable = "The shop’s server gave no proper answer. Nothing was charged.";
    ProblemCode = "Problem code:";
    Reference = "Reference";
    Amount = "Amount";
    Order = "Order";
    Copy = "Copy";
    Copied = "Copied";
    CheckAgain = "Check again";
    MayClose = "You can close this page.";
    KeepLooking = "We keep looking. You need not do anything.";
    TakesLong = "This takes longer than usual. Keep the reference: with it the shop finds your order.";
    StoppedTrying = "We have stopped trying for now. Keep the reference: with it the shop finds your order.";
    Support = "Support";
    Terms = "Terms";
    Privacy = "Privacy";
    Refunds = "Refunds";
}

impl Text {
    /// The words, in the page's language.
    #[must_use]
    pub fn say(self) -> String {
        say(self.english())
    }

    /// The words in English, by which every other language finds its own.
    #[must_use]
    pub fn english(self) -> &'static str {
        Self::ALL[self as usize]
    }

    fn fill(self, values: &[(&str, &str)]) -> String {
        fill(self.english(), values)
    }
}

/// Every sentence that a language needs words for.
#[must_use]
pub fn everything() -> Vec<&'static str> {
    let errors = ErrorCode::ALL.iter().map(|code| code.sentence());
    let screens = StatusScreen::ALL.iter().flat_map(|screen| [screen.title(), screen.lead()]);
    let words = words::SENTENCES.iter().chain(&StatusScreen::WAYS_BACK).copied();
    let mut all: Vec<&str> = Text::ALL.iter().copied().chain(errors).chain(screens).chain(words).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What is wrong with an e-mail, and how to mend it.
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

/// The offer to mend a mistyped e-mail.
#[must_use]
pub fn email_meant(email: &str) -> String {
    Text::EmailMeant.fill(&[("email", email)])
}

/// The sentence for an error of the proxy.
#[must_use]
pub fn error(code: ErrorCode) -> String {
    say(code.sentence())
}

/// What became of a code. `amount` is the discount in the reader's notation, `time` how long it lowers a subscription's
/// payments where that is longer than once and not for ever.
#[must_use]
pub fn code_outcome(discount: &QuotedDiscount, amount: &str, time: Option<(u32, IntervalUnit)>) -> String {
    if let Some(refusal) = quote::refusal_of(discount.outcome) {
        return error(refusal);
    }
    let text = match (discount.duration, time) {
        (Some(DiscountDuration::Forever), _) => Text::CodeAppliedAlways,
        (_, Some(_)) => Text::CodeAppliedFor,
        (_, None) => Text::CodeApplied,
    };
    let time = time.map(|(count, unit)| Here.counted(count, unit)).unwrap_or_default();
    text.fill(&[("code", &discount.code), ("amount", amount), ("time", &time)])
}

/// The page's own language, for what `wire` says.
pub struct Here;

impl Words for Here {
    fn say(&self, english: &str) -> String {
        say(english)
    }

    /// The tables of all languages write the number and its unit by the language's plural rules, so that no language file
    /// needs up to six forms of each.
    fn counted(&self, count: u32, unit: IntervalUnit) -> String {
        let localized = if is_translated() { notation::count(count, unit) } else { None };
        localized.unwrap_or_else(|| words::counted_in_english(count, unit))
    }
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
        Failure::UnsafeAddress => Text::UnsafeAddress.say(),
        Failure::Call(ApiError::Offline) => Text::Offline.say(),
        Failure::Call(ApiError::TimedOut) => Text::TimedOut.say(),
        Failure::Call(ApiError::Unreadable) => Text::Unreadable.say(),
        Failure::Call(ApiError::Rejected(detail)) => error(detail.code),
    }
}

/// What the status screen adds below its lead, if anything; `gave_up` once it has stopped asking.
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
mod tests;
