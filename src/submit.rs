//! One attempt to create the session, by whatever path the button was pressed.
//!
//! The machine is here; the call and the redirect are in `checkout`.

use wire::CheckoutCreated;

use crate::api::ApiError;

/// How long an attempt may look as if nothing happened, in milliseconds: a quick answer needs no spinner.
pub const SPINNER_DELAY_MS: u32 = 300;

/// How long a press waits for the code's verdict, in milliseconds. Then the code is sent unjudged, and what refuses it
/// is the creation.
pub const VERDICT_AT_MOST_MS: u32 = 5_000;

/// How long the browser may be on its way to the payment page, in milliseconds. A page that is still here then was not
/// left: its session may be over when the button is pressed again, so that the proxy is asked anew.
pub const LEAVING_AT_MOST_MS: u32 = 30_000;

/// Where the order stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// The button waits for the buyer.
    #[default]
    Ready,
    /// The buyer has pressed while the code's verdict was open. `slow` once the buyer should see it.
    Judging {
        /// Whether [`SPINNER_DELAY_MS`] have passed.
        slow: bool,
    },
    /// The proxy is asked. `slow` once the buyer should see it.
    Sending {
        /// Whether [`SPINNER_DELAY_MS`] have passed.
        slow: bool,
    },
    /// The session exists, and the browser is on its way to this address.
    Leaving(String),
    /// It did not work; the form is as it was.
    Failed(Failure),
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The call failed.
    Call(ApiError),
    /// The answer's `checkout_url` is not one that a browser may be sent to.
    UnsafeAddress,
}

impl Failure {
    /// What it is called where programs read it: the proxy's error code, or what happened instead of an answer.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(ApiError::Rejected(detail)) => detail.code.as_str(),
            Self::Call(ApiError::Offline) => "offline",
            Self::Call(ApiError::TimedOut) => "timed_out",
            Self::Call(ApiError::Unreadable) => "unreadable",
            Self::UnsafeAddress => "unsafe_address",
        }
    }
}

/// A body and the key under which the proxy creates at most one session for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The `Idempotency-Key`.
    pub key: String,
    /// The JSON that is sent.
    pub body: String,
}

/// What a press of the button means now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Send this.
    Send(Attempt),
    /// The session is open already: go there again.
    GoTo(String),
    /// One attempt is under way; a second press changes nothing.
    Nothing,
}

/// The order's progress. It outlives a failure and a Back, so that the same order keeps its key.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    phase: Phase,
    attempt: Option<Attempt>,
    number: u32,
}

impl Submission {
    /// A submission that remembers the attempt of an earlier page load.
    #[must_use]
    pub fn resume(attempt: Option<Attempt>) -> Self {
        Self { attempt, ..Self::default() }
    }

    /// Where the order stands.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Which attempt is the newest; a timer of an older one has nothing to say.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The buyer pressed the button while the code's verdict was open. The number of this wait is returned.
    pub fn judge(&mut self) -> u32 {
        self.phase = Phase::Judging { slow: false };
        self.number += 1;
        self.number
    }

    /// Whether a press waits for the code's verdict.
    #[must_use]
    pub fn is_judging(&self) -> bool {
        matches!(self.phase, Phase::Judging { .. })
    }

    /// Whether a press is under way, so that another one changes nothing.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::Judging { .. } | Phase::Sending { .. })
    }

    /// The buyer pressed the button with `body` in the form.
    pub fn press(&mut self, body: String, new_key: impl FnOnce() -> String) -> Press {
        let same = self.attempt.as_ref().filter(|attempt| attempt.body == body);
        match (&self.phase, same) {
            (Phase::Sending { .. }, _) => return Press::Nothing,
            (Phase::Leaving(address), Some(_)) => return Press::GoTo(address.clone()),
            (Phase::Ready | Phase::Judging { .. } | Phase::Leaving(_) | Phase::Failed(_), _) => {}
        }
        // What the buyer sees going on does not stop and begin again.
        let slow = self.phase == Phase::Judging { slow: true };
        let key = same.map_or_else(new_key, |attempt| attempt.key.clone());
        let attempt = Attempt { key, body };
        self.attempt = Some(attempt.clone());
        self.phase = Phase::Sending { slow };
        self.number += 1;
        Press::Send(attempt)
    }

    /// [`SPINNER_DELAY_MS`] have passed since attempt `number` began, or its wait.
    pub fn slow(&mut self, number: u32) {
        if self.number == number
            && let Phase::Judging { slow } | Phase::Sending { slow } = &mut self.phase
        {
            *slow = true;
        }
    }

    /// [`LEAVING_AT_MOST_MS`] have passed since attempt `number` was answered, and the page is still here.
    pub fn stayed(&mut self, number: u32) {
        if self.number == number && matches!(self.phase, Phase::Leaving(_)) {
            self.reopen();
        }
    }

    /// The attempt's answer came. The address to go to is returned, if there is one.
    pub fn answered(&mut self, answer: Result<CheckoutCreated, ApiError>) -> Option<String> {
        match answer {
            Ok(created) if is_web_address(&created.checkout_url) => {
                self.phase = Phase::Leaving(created.checkout_url.clone());
                Some(created.checkout_url)
            }
            Ok(_) => {
                self.phase = Phase::Failed(Failure::UnsafeAddress);
                None
            }
            Err(error) => {
                if error.needs_new_idempotency_key() {
                    self.attempt = None;
                }
                self.phase = Phase::Failed(Failure::Call(error));
                None
            }
        }
    }

    /// The buyer pressed without a connection: nothing was sent.
    pub fn refuse_offline(&mut self) {
        if !matches!(self.phase, Phase::Sending { .. }) {
            self.phase = Phase::Failed(Failure::Call(ApiError::Offline));
        }
    }

    /// The form is ready for another press: the buyer came Back, or a refusal was dealt with elsewhere.
    pub fn reopen(&mut self) {
        self.phase = Phase::Ready;
    }
}

/// Whether a browser may be sent there: no `javascript:`, no path of our own.
fn is_web_address(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests;
