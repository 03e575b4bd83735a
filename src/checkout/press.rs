//! A press of the button: what the form holds, the code's verdict, the order, and the way to the payment page.

use wire::Field;

use super::Checkout;
use crate::api::{Api, ApiError};
use crate::form::draft::Draft;
use crate::form::order;
use crate::form::quote::{self, QuoteDesk, Verdict};
use crate::host::{Entry, clock, navigation, random};
use crate::submit::{Attempt, LEAVING_AT_MOST_MS, Press, SPINNER_DELAY_MS, Submission, VERDICT_AT_MOST_MS};

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
            self.spawn(self.show_failure());
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
        // What a code takes off depends on the product, which is asked for as by the button.
        if self.draft.with_untracked(|draft| draft.product_id.is_empty()) {
            self.press();
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
        let (host, mut held) = (self.host(), self.draft.get_untracked());
        held.take_fields(&|field| match field {
            Field::Product => host.choice(field.name()),
            Field::Consent => host.ticked(field.name()),
            Field::Units | Field::DiscountCode | Field::Email => host.value(field.name()),
        });
        if self.draft.with_untracked(|draft| *draft != held) {
            self.change(|draft| *draft = held);
            self.keep_draft();
        }
    }

    /// Does not wait until the typing rests.
    fn ask_at_once(self) {
        self.spawn(self.ask_price(self.desk.with_untracked(QuoteDesk::number)));
    }

    fn wait_for_verdict(self) {
        self.desk.update(QuoteDesk::hurry);
        let number = self.submission.try_update(Submission::judge).unwrap_or_default();
        self.ask_at_once();
        self.show_when_slow(number);
        self.spawn(async move {
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
        self.spawn(async move {
            // What describes the field has to be in the page before the focus comes there.
            clock::sleep(0).await;
            self.focus(Field::DiscountCode);
        });
    }

    fn send(self) {
        let code = self.desk.with_untracked(QuoteDesk::code_to_send);
        let body = self.settings.with_untracked(|settings| {
            self.draft.with_untracked(|draft| order::body(settings, draft, code.as_deref()))
        });
        match self.submission.try_update(|submission| submission.press(body, random::key)) {
            Some(Press::Send(attempt)) => {
                self.host().emit("submit", &[]);
                self.spawn(self.attempt(attempt, code));
            }
            Some(Press::GoTo(address)) => self.leave(&address),
            Some(Press::Nothing) | None => {}
        }
    }

    async fn attempt(self, attempt: Attempt, code: Option<String>) {
        let host = self.host();
        host.remember(Entry::Attempt, &[attempt.key.as_str(), "\n", attempt.body.as_str()].concat());
        let number = self.submission.with_untracked(Submission::number);
        self.show_when_slow(number);
        // Once more where nothing answered. The same key: whatever became of the first call, there is one session.
        let mut is_first = true;
        let answer = loop {
            let answer = Api::of(&host).create_checkout(&attempt.key, &attempt.body).await;
            if !is_unheard(&answer) || !is_first {
                break answer;
            }
            is_first = false;
        };
        // Something in the browser may block this call and let the page's own form pass. If it lets other calls pass,
        // it is not the connection. Should the lost call have opened a session after all, the form opens a second one,
        // which costs nobody anything: a session is no charge.
        if is_unheard(&answer) && Api::of(&host).products().await.is_ok() {
            let fields = self.settings.with_untracked(|settings| {
                self.draft.with_untracked(|draft| order::fields(settings, draft, code.as_deref()))
            });
            navigation::post_form(&Api::of(&host).checkouts(), &fields);
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
        let ids = answer.as_ref().ok().map(|created| (created.request_id.clone(), created.checkout_id.clone()));
        match self.submission.try_update(|submission| submission.answered(answer)).flatten().zip(ids) {
            Some((address, (request_id, checkout_id))) => {
                let detail = [
                    ("request_id", request_id.as_str().into()),
                    ("checkout_id", checkout_id.as_str().into()),
                    ("checkout_url", address.as_str().into()),
                ];
                if !host.emit("created", &detail) {
                    self.submission.update(Submission::reopen);
                    return;
                }
                self.leave(&address);
                clock::sleep(LEAVING_AT_MOST_MS).await;
                self.submission.update(|submission| submission.stayed(number));
            }
            None => self.show_failure().await,
        }
    }

    fn show_when_slow(self, number: u32) {
        self.spawn(async move {
            clock::sleep(SPINNER_DELAY_MS).await;
            self.submission.update(|submission| submission.slow(number));
        });
    }

    async fn show_failure(self) {
        // The notice has to be in the page before it can take the focus.
        clock::sleep(0).await;
        self.focus_failure();
        if let Some(failure) = self.failure() {
            self.host().emit("error", &[("code", failure.code().into())]);
        }
    }

    /// Goes to the payment page; the site around may have a way of its own to show it.
    fn leave(self, address: &str) {
        let address = self.settings.with_untracked(|settings| settings.pass_on(address));
        if self.host().emit("leave", &[("url", address.as_str().into())]) {
            navigation::go_to(&address);
        } else {
            self.submission.update(Submission::reopen);
        }
    }
}

/// Whether a call got no answer although the browser has a connection.
fn is_unheard<T>(answer: &Result<T, ApiError>) -> bool {
    matches!(answer, Err(ApiError::Offline)) && !navigation::is_offline()
}
