//! The price that follows the draft: what is asked, what was answered, and which answer still counts.
//!
//! Asking itself is not here (`checkout` does it); this is the bookkeeping that makes a late answer harmless.

use serde::{Deserialize, Deserializer};
use wire::{Date, DiscountOutcome, Due, ErrorCode, Money, Product, QuotedDiscount, due};

/// How long the typing must rest before the price is asked for, in milliseconds.
pub const DEBOUNCE_MS: u32 = 300;

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
    /// Whether the question has left, or still waits for the typing to rest.
    is_sent: bool,
    answer: Option<Answer>,
    /// Whether the buyer asked about the code, by Enter, and waits for nothing else.
    is_asked_about: bool,
    /// Whether the buyer knows that this code does not apply, and that paying goes on without it.
    is_told: bool,
}

#[derive(Clone, Debug)]
enum Answer {
    Quoted(Quote),
    /// At creation, whatever was quoted before.
    Refused(DiscountOutcome),
    Failed,
}

impl QuoteDesk {
    /// Takes a new question. A number is returned if it must be asked: there is a code, and it is not the question
    /// already under way or answered.
    pub fn ask(&mut self, question: PriceQuestion) -> Option<u32> {
        if self.knows(&question) {
            return None;
        }
        if self.question.discount_code != question.discount_code {
            (self.is_asked_about, self.is_told) = (false, false);
        }
        self.number += 1;
        self.question = question;
        self.is_sent = false;
        self.answer = None;
        (!self.question.discount_code.is_empty()).then_some(self.number)
    }

    /// Whether this is the question already under way or answered.
    #[must_use]
    pub fn knows(&self, question: &PriceQuestion) -> bool {
        self.question == *question && !matches!(self.answer, Some(Answer::Failed))
    }

    /// The newest question's number.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The question with this number, for the one who sends it: once, and only while no newer one has come.
    pub fn take(&mut self, number: u32) -> Option<PriceQuestion> {
        let is_open = self.answer.is_none() && !self.question.discount_code.is_empty();
        let is_due = self.number == number && is_open && !self.is_sent;
        self.is_sent |= is_due;
        is_due.then(|| self.question.clone())
    }

    /// Takes the answer to a question; one that is no longer the newest changes nothing.
    pub fn answered(&mut self, number: u32, quote: Option<Quote>) {
        if self.number == number && self.answer.is_none() {
            self.answer = Some(quote.map_or(Answer::Failed, Answer::Quoted));
            match self.verdict() {
                Verdict::Refused => self.is_told |= self.is_asked_about,
                // Should the same code be refused later, that is news.
                Verdict::Applies => self.is_told = false,
                Verdict::None | Verdict::Open | Verdict::Unknown => {}
            }
            self.is_asked_about = false;
        }
    }

    /// The proxy refused the code at creation. Whatever was quoted before, the newer judgement counts; the buyer hears
    /// of it now.
    pub fn refused(&mut self, outcome: DiscountOutcome) {
        self.answer = Some(Answer::Refused(outcome));
        self.is_told = true;
    }

    /// The buyer asks about the code, to see what becomes of it and not to pay.
    pub fn ask_about(&mut self) {
        self.tell();
        self.is_asked_about = self.verdict() == Verdict::Open;
    }

    /// The buyer wants to pay and waits for the verdict, so that a refusal is to be said first.
    pub fn hurry(&mut self) {
        self.is_asked_about = false;
    }

    /// The buyer sees now, or has seen, what became of the code. What is still open is not seen.
    pub fn tell(&mut self) {
        self.is_told |= self.verdict() == Verdict::Refused;
    }

    /// Whether the code was refused and the buyer may not have seen it.
    #[must_use]
    pub fn has_news(&self) -> bool {
        !self.is_told && self.verdict() == Verdict::Refused
    }

    /// Whether paying goes on without the code, and the buyer knows.
    #[must_use]
    pub fn goes_on_without(&self) -> bool {
        self.is_told && self.verdict() == Verdict::Refused
    }

    /// What a press has to know of the code.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.code() {
            CodeState::None => Verdict::None,
            CodeState::Asking => Verdict::Open,
            CodeState::Unchecked => Verdict::Unknown,
            CodeState::Judged(discount) if discount.outcome == DiscountOutcome::Applied => Verdict::Applies,
            CodeState::Judged(_) => Verdict::Refused,
        }
    }

    /// What is known of the code.
    #[must_use]
    pub fn code(&self) -> CodeState {
        match &self.answer {
            _ if self.question.discount_code.is_empty() => CodeState::None,
            None => CodeState::Asking,
            Some(Answer::Failed) => CodeState::Unchecked,
            Some(Answer::Refused(outcome)) => CodeState::Judged(QuotedDiscount {
                code: self.question.discount_code.clone(),
                outcome: *outcome,
                amount: 0,
                duration: None,
                duration_in_months: None,
            }),
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
            Some(Answer::Quoted(_) | Answer::Refused(_) | Answer::Failed) | None => None,
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

    /// The code to send with the order: not one that was refused. One that nobody could judge is sent all the same,
    /// and should it be refused then, nothing is created and the buyer hears of it.
    #[must_use]
    pub fn code_to_send(&self) -> Option<String> {
        match self.code() {
            CodeState::Judged(discount) if discount.outcome == DiscountOutcome::Applied => Some(discount.code),
            CodeState::None | CodeState::Judged(_) => None,
            CodeState::Asking | CodeState::Unchecked => Some(self.question.discount_code.clone()),
        }
    }
}

/// What is known of a code, as far as a press has to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no code.
    None,
    /// The answer is still to come.
    Open,
    /// The proxy could not be asked.
    Unknown,
    /// It lowers the price.
    Applies,
    /// It does not apply.
    Refused,
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
mod tests;
