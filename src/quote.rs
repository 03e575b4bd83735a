//! The price that follows the draft: what is asked, what was answered, and which answer still counts.
//!
//! Asking itself is not here (`checkout` does it); this is the bookkeeping that makes a late answer harmless.

use serde::{Deserialize, Deserializer};
use wire::{Date, DiscountOutcome, Due, ErrorCode, Money, Product, QuotedDiscount, due};

/// How long the typing must rest before the price is asked for, in milliseconds.
pub const REST_MS: u32 = 300;

/// The proxy's answer. What is charged when follows from it by [`due`], as it does without an answer; reading it too
/// would be a second way, and 1 kB of the download.
pub type Quote = wire::Quote<Unread>;

/// A part of an answer that is not read.
#[derive(Clone, Copy, Debug)]
pub struct Unread;

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

/// What a price depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceQuestion {
    /// Which product.
    pub product_id: String,
    /// How many.
    pub units: u32,
    /// The code, trimmed; empty for none.
    pub discount_code: String,
}

/// What is known of the code in the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// The field is empty.
    None,
    /// The proxy is asked.
    Asking,
    /// The proxy has judged it.
    Judged(QuotedDiscount),
    /// The proxy could not be asked; the code may still be good.
    Unchecked,
}

/// The amounts beside the button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The product that is priced.
    pub product: Product,
    /// What would be due today without the code.
    pub subtotal: Money,
    /// What the code takes off it; zero without one, and during a trial, whose price no code lowers.
    pub discount: Money,
    /// What is due today.
    pub total: Money,
    /// That once more, and what is charged later.
    pub due: Due,
}

/// The newest question and its answer.
#[derive(Clone, Debug, Default)]
pub struct QuoteDesk {
    number: u32,
    question: PriceQuestion,
    answer: Option<Answer>,
}

#[derive(Clone, Debug)]
enum Answer {
    Quoted(Quote),
    Failed,
}

impl QuoteDesk {
    /// Takes a new question. A number is returned if it must be asked: there is a code, and it is not the question
    /// already under way or answered.
    pub fn ask(&mut self, question: PriceQuestion) -> Option<u32> {
        if self.knows(&question) {
            return None;
        }
        self.number += 1;
        self.question = question;
        self.answer = None;
        (!self.question.discount_code.is_empty()).then_some(self.number)
    }

    /// Whether this is the question already under way or answered.
    #[must_use]
    pub fn knows(&self, question: &PriceQuestion) -> bool {
        self.question == *question && !matches!(self.answer, Some(Answer::Failed))
    }

    /// The question with this number, if no newer one has come.
    #[must_use]
    pub fn current(&self, number: u32) -> Option<&PriceQuestion> {
        (self.number == number).then_some(&self.question)
    }

    /// Takes the answer to a question; one that is no longer the newest changes nothing.
    pub fn answered(&mut self, number: u32, quote: Option<Quote>) {
        if self.number == number {
            self.answer = Some(quote.map_or(Answer::Failed, Answer::Quoted));
        }
    }

    /// The proxy refused, at creation, a code that it had judged to be good: the newer judgement counts.
    pub fn refused(&mut self, outcome: DiscountOutcome) {
        if let Some(Answer::Quoted(quote)) = &mut self.answer
            && let Some(discount) = &mut quote.discount
        {
            *discount = QuotedDiscount { outcome, amount: 0, duration: None, ..discount.clone() };
        }
    }

    /// What is known of the code.
    #[must_use]
    pub fn code(&self) -> CodeState {
        match &self.answer {
            _ if self.question.discount_code.is_empty() => CodeState::None,
            None => CodeState::Asking,
            Some(Answer::Failed) => CodeState::Unchecked,
            Some(Answer::Quoted(quote)) => quote.discount.clone().map_or(CodeState::None, CodeState::Judged),
        }
    }

    /// The amounts of `product`, with the code's discount once the proxy has answered that it applies, for an order on
    /// `today`.
    #[must_use]
    pub fn price(&self, mut product: Product, today: Date) -> Price {
        let units = self.question.units.max(1);
        let quoted = match &self.answer {
            Some(Answer::Quoted(quote)) if quote.product_id == product.id && quote.applies() => Some(quote),
            Some(Answer::Quoted(_) | Answer::Failed) | None => None,
        };
        // The quote is younger than the products.
        if let Some(quote) = quoted {
            product.price = quote.subtotal / i64::from(units);
        }
        let due = due(&product, units, quoted.and_then(|quote| quote.discount.as_ref()), today);
        let full = product.price.saturating_mul(i64::from(units));
        let subtotal = if product.trial_days().is_some() { due.today } else { full };
        let currency = product.currency;
        let money = |amount_minor| Money { amount_minor, currency };
        Price {
            product,
            subtotal: money(subtotal),
            discount: money(subtotal - due.today),
            total: money(due.today),
            due,
        }
    }

    /// The code to send with the order, and whether the buyer was promised it.
    #[must_use]
    pub fn code_to_send(&self) -> CodeToSend {
        match self.code() {
            CodeState::None => CodeToSend::Nothing,
            CodeState::Judged(discount) if discount.outcome == DiscountOutcome::Applied => {
                CodeToSend::Promised(discount.code)
            }
            CodeState::Judged(_) => CodeToSend::Nothing,
            CodeState::Asking | CodeState::Unchecked => CodeToSend::Hopeful(self.question.discount_code.clone()),
        }
    }
}

/// What becomes of the code when the buyer presses the button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeToSend {
    /// No code, or one that does not apply: paying goes on without it.
    Nothing,
    /// The price shown contains its discount. If it is refused now, the buyer must hear of it first.
    Promised(String),
    /// Nobody has judged it yet, and the price shown is the full one. If it is refused, paying goes on without it.
    Hopeful(String),
}

/// The outcomes of a code that does not apply, and the error each one is at creation.
const REFUSALS: [(ErrorCode, DiscountOutcome); 6] = [
    (ErrorCode::DiscountUnknown, DiscountOutcome::Unknown),
    (ErrorCode::DiscountExpired, DiscountOutcome::Expired),
    (ErrorCode::DiscountNotStarted, DiscountOutcome::NotStarted),
    (ErrorCode::DiscountUsedUp, DiscountOutcome::UsedUp),
    (ErrorCode::DiscountWrongProduct, DiscountOutcome::WrongProduct),
    (ErrorCode::DiscountWrongCurrency, DiscountOutcome::WrongCurrency),
];

/// The outcome that a refusal at creation stands for, if it is about the code.
#[must_use]
pub fn outcome_of(code: ErrorCode) -> Option<DiscountOutcome> {
    REFUSALS.into_iter().find_map(|(refusal, outcome)| (refusal == code).then_some(outcome))
}

/// The error that an outcome would be at creation; `None` for a code that applies.
#[must_use]
pub fn refusal_of(outcome: DiscountOutcome) -> Option<ErrorCode> {
    REFUSALS.into_iter().find_map(|(refusal, refused)| (refused == outcome).then_some(refusal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product() -> Product {
        serde_json::from_value(serde_json::json!({
            "id": "prod_1", "name": "Pro", "price": 1000, "currency": "USD", "billing_type": "onetime",
            "billing_period": "once", "tax_mode": "exclusive"
        }))
        .expect("a product")
    }

    fn question(discount_code: &str) -> PriceQuestion {
        PriceQuestion { product_id: "prod_1".into(), units: 2, discount_code: discount_code.into() }
    }

    fn today() -> Date {
        Date::parse("2026-11-22").expect("a date")
    }

    fn quote(code: &str, outcome: &str, amount: i64) -> Quote {
        serde_json::from_value(serde_json::json!({
            "product_id": "prod_1", "units": 2, "currency": "USD", "subtotal": 2000, "total": 2000 - amount,
            "tax": "exclusive", "discount": { "code": code, "outcome": outcome, "amount": amount }
        }))
        .expect("a quote")
    }

    #[test]
    fn a_late_answer_to_an_older_question_changes_nothing() {
        let mut desk = QuoteDesk::default();
        let first = desk.ask(question("SAVE2")).expect("asked");
        let second = desk.ask(question("SAVE25")).expect("asked");
        desk.answered(second, Some(quote("SAVE25", "applied", 500)));
        desk.answered(first, Some(quote("SAVE2", "unknown", 0)));
        assert_eq!(desk.price(product(), today()).total.amount_minor, 1500);
        assert_eq!(desk.code_to_send(), CodeToSend::Promised("SAVE25".into()));
    }

    #[test]
    fn without_a_code_nobody_is_asked_and_the_price_is_known() {
        let mut desk = QuoteDesk::default();
        assert_eq!(desk.ask(question("")), None);
        assert_eq!(desk.price(product(), today()).total.amount_minor, 2000);
        assert_eq!(desk.code_to_send(), CodeToSend::Nothing);
    }

    #[test]
    fn the_same_question_is_asked_once_and_again_only_after_a_failure() {
        let mut desk = QuoteDesk::default();
        let number = desk.ask(question("SAVE25")).expect("asked");
        assert_eq!(desk.ask(question("SAVE25")), None);
        desk.answered(number, None);
        assert_eq!(desk.code(), CodeState::Unchecked);
        assert!(desk.ask(question("SAVE25")).is_some());
    }

    #[test]
    fn a_wrong_code_is_left_out_and_an_unjudged_one_is_tried() {
        let mut desk = QuoteDesk::default();
        let number = desk.ask(question("NOPE")).expect("asked");
        assert_eq!(desk.code_to_send(), CodeToSend::Hopeful("NOPE".into()));
        desk.answered(number, Some(quote("NOPE", "unknown", 0)));
        assert_eq!(desk.code_to_send(), CodeToSend::Nothing);
    }

    #[test]
    fn a_code_that_ran_out_between_quote_and_press_is_taken_off_the_price() {
        let mut desk = QuoteDesk::default();
        let number = desk.ask(question("SAVE25")).expect("asked");
        desk.answered(number, Some(quote("SAVE25", "applied", 500)));
        desk.refused(DiscountOutcome::UsedUp);
        assert_eq!(desk.price(product(), today()).total.amount_minor, 2000);
        assert_eq!(desk.code_to_send(), CodeToSend::Nothing);
    }
    /// The price of the trial was not known here at all, and a code's discount was taken off the price of a day on
    /// which nothing is charged.
    #[test]
    fn during_a_trial_its_price_is_due_and_no_code_lowers_it() {
        let trial: Product = serde_json::from_value(serde_json::json!({
            "id": "prod_1", "name": "Pro", "price": 1000, "currency": "USD", "billing_type": "recurring",
            "billing_period": "every-month", "trial_period_days": 30, "trial_price": 100, "tax_mode": "exclusive"
        }))
        .expect("a product");
        let mut desk = QuoteDesk::default();
        assert_eq!(desk.ask(question("")), None);
        let price = desk.price(trial.clone(), today());
        assert_eq!((price.subtotal, price.discount.amount_minor), (price.total, 0));
        assert_eq!(price.due, due(&trial, 2, None, today()));
        let number = desk.ask(question("SAVE25")).expect("asked");
        let quote = quote("SAVE25", "applied", 500);
        let due = due(&trial, 2, quote.discount.as_ref(), today());
        desk.answered(number, Some(quote));
        let price = desk.price(trial.clone(), today());
        assert_eq!((price.subtotal.amount_minor, price.discount.amount_minor, price.due), (200, 0, due));
    }
}
