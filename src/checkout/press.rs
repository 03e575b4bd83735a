//! A press of the button: what the form holds, the code's verdict, the order, and the way to the payment page.

use leptos::prelude::*;

use super::{ATTEMPT, Checkout};
use crate::api::{self, ApiError};
use crate::browser::{clock, navigation, page, random, storage, task};
use crate::draft::{Draft, Field};
use crate::order;
use crate::quote::{self, QuoteDesk, Verdict};
use crate::submit::{Attempt, LEAVING_AT_MOST_MS, Press, QUIET_MS, Submission, VERDICT_AT_MOST_MS};

impl Checkout {
    /// The buyer wants to pay, by the button, by Enter or by "try again".
    pub fn press(self) {
        self.read_fields();
        if self.submission.with_untracked(Submission::is_busy) {
            return;
        }
        if let Some(field) = self.draft.try_update(Draft::check).flatten() {
            self.focus(field);
            return;
        }
        if navigation::is_offline() {
            self.submission.update(Submission::refuse_offline);
            task::spawn(self.show_failure());
            return;
        }
        match self.desk.with_untracked(QuoteDesk::verdict) {
            Verdict::Open => self.wait_for_verdict(),
            Verdict::None | Verdict::Unknown | Verdict::Applies | Verdict::Refused => self.go_on(),
        }
    }

    /// The buyer wants to know what becomes of the code, at once, and not to pay yet.
    pub fn ask_about_code(self) {
        if self.submission.with_untracked(Submission::is_busy) {
            return;
        }
        // One that could not be judged is asked about again.
        let question = self.draft.with_untracked(Draft::question);
        self.desk.update(|desk| {
            desk.ask(question);
            desk.ask_about();
        });
        self.ask_at_once();
    }

    /// Takes what the fields hold: a filler of forms may have set it without telling anybody.
    fn read_fields(self) {
        let mut held = self.draft.get_untracked();
        held.take_fields(|field| match field {
            Field::Product => page::choice("product_id"),
            Field::Units | Field::DiscountCode | Field::Email => page::value(field.element_id()),
        });
        if self.draft.with_untracked(|draft| *draft != held) {
            self.change(|draft| *draft = held);
            self.keep_draft();
        }
    }

    /// Does not wait until the typing rests.
    fn ask_at_once(self) {
        task::spawn(self.ask_price(self.desk.with_untracked(QuoteDesk::number)));
    }

    fn wait_for_verdict(self) {
        self.desk.update(QuoteDesk::hurry);
        let number = self.submission.try_update(Submission::judge).unwrap_or_default();
        self.ask_at_once();
        self.show_when_slow(number);
        task::spawn(async move {
            clock::sleep(VERDICT_AT_MOST_MS).await;
            let waits = self.submission.with_untracked(|press| press.is_judging() && press.number() == number);
            if waits {
                self.go_on();
            }
        });
    }

    /// Goes on with a press that waited for the code's verdict, once there is one or the code is gone.
    pub(super) fn go_on_if_judged(self) {
        let is_judged = self.desk.with_untracked(QuoteDesk::verdict) != Verdict::Open;
        if is_judged && self.submission.with_untracked(Submission::is_judging) {
            self.go_on();
        }
    }

    /// Sends the order, unless there is a refusal to be said first: nobody pays the full price unasked.
    fn go_on(self) {
        if self.tell_of_code() {
            self.hold();
        } else {
            self.send();
        }
    }

    /// Keeps the buyer at the code that was refused.
    fn hold(self) {
        self.submission.update(Submission::reopen);
        task::spawn(async move {
            // What describes the field has to be in the page before the focus comes there.
            clock::sleep(0).await;
            self.focus(Field::DiscountCode);
        });
    }

    fn send(self) {
        let code = self.desk.with_untracked(QuoteDesk::code_to_send);
        let body = self
            .settings
            .with_value(|settings| self.draft.with_untracked(|draft| order::body(settings, draft, code.as_deref())));
        match self.submission.try_update(|submission| submission.press(body, random::key)) {
            Some(Press::Send(attempt)) => task::spawn(self.attempt(attempt, code)),
            Some(Press::GoTo(address)) => self.leave(&address),
            Some(Press::Nothing) | None => {}
        }
    }

    async fn attempt(self, attempt: Attempt, code: Option<String>) {
        storage::write(ATTEMPT, &[attempt.key.as_str(), "\n", attempt.body.as_str()].concat());
        let number = self.submission.with_untracked(Submission::number);
        self.show_when_slow(number);
        // Once more where nothing answered. The same key: whatever became of the first call, there is one session.
        let mut is_first = true;
        let answer = loop {
            let answer = api::create_checkout(&attempt.key, &attempt.body).await;
            if !is_unheard(&answer) || !is_first {
                break answer;
            }
            is_first = false;
        };
        // Something in the browser may block this call and let the page's own form pass. If it lets other calls pass,
        // it is not the connection. Should the lost call have opened a session after all, the form opens a second one,
        // which costs nobody anything: a session is no charge.
        if is_unheard(&answer) && api::products().await.is_ok() {
            let fields = self.settings.with_value(|settings| {
                self.draft.with_untracked(|draft| order::fields(settings, draft, code.as_deref()))
            });
            navigation::post_form("api/checkouts", &fields);
            clock::sleep(LEAVING_AT_MOST_MS).await;
        }
        if self.submission.with_untracked(|submission| submission.number() != number || !submission.is_busy()) {
            return;
        }
        if let Err(ApiError::Rejected(detail)) = &answer
            && let Some(outcome) = quote::outcome_of(detail.code)
            && code.is_some()
        {
            self.desk.update(|desk| desk.refused(outcome));
            self.hold();
            return;
        }
        match self.submission.try_update(|submission| submission.answered(answer)).flatten() {
            Some(address) => {
                self.leave(&address);
                clock::sleep(LEAVING_AT_MOST_MS).await;
                self.submission.update(|submission| submission.stayed(number));
            }
            None => self.show_failure().await,
        }
    }

    fn show_when_slow(self, number: u32) {
        task::spawn(async move {
            clock::sleep(QUIET_MS).await;
            self.submission.update(|submission| submission.slow(number));
        });
    }

    async fn show_failure(self) {
        // The notice has to be in the page before it can take the focus.
        clock::sleep(0).await;
        self.focus_failure();
    }

    fn leave(self, address: &str) {
        self.settings.with_value(|settings| navigation::go_to(&settings.pass_on(address)));
    }
}

/// Whether a call got no answer although the browser has a connection.
fn is_unheard<T>(answer: &Result<T, ApiError>) -> bool {
    matches!(answer, Err(ApiError::Offline)) && !navigation::is_offline()
}
