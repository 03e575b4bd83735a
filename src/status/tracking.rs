//! The status screen's state: verify the returned address, follow the payment, give up honestly.
//!
//! Nothing here concludes that something is paid: a status comes only from the proxy's answer. The calls and the
//! waiting are in `screens::status`.

use wire::{CheckoutId, Money, PageData, Payment, Receipt, RequestId, Returned, StatusScreen};

use crate::api::ApiError;

/// How long the screen keeps asking before it tells the buyer what to do instead, in milliseconds.
///
/// Longer than Creem's first retry (30 s) would be kinder to the webhook but not to the person waiting.
pub const FOLLOW_LIMIT_MS: u32 = 20_000;

/// The first pause between two questions, and by how much each next one is longer, in milliseconds.
pub const GAP_STEP_MS: u32 = 1_000;

/// What to ask the proxy next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Verify the returned address; its query, untouched.
    Return(String),
    /// The payment of this reference and session.
    Payment(RequestId, CheckoutId),
}

/// A returned address being followed.
#[derive(Clone, Debug)]
pub struct Tracking {
    returned: Returned,
    screen: StatusScreen,
    payment: Option<Payment>,
    signature_accepted: bool,
    round: u32,
    gave_up: bool,
    listens: bool,
}

impl Tracking {
    /// Starts with what the proxy served with the page, if it has verified the address already.
    #[must_use]
    pub fn new(returned: Returned, page_data: &PageData) -> Self {
        let mut tracking = Self {
            returned,
            screen: StatusScreen::Verifying,
            payment: None,
            signature_accepted: false,
            round: 0,
            gave_up: false,
            listens: false,
        };
        if let Some(payment) = &page_data.payment {
            tracking.answered(Ok(payment.clone()));
        } else if let Some(error) = &page_data.error {
            tracking.answered(Err(ApiError::Rejected(error.clone())));
        } else if tracking.ask().is_none() {
            tracking.screen = StatusScreen::NotGenuine;
        }
        tracking
    }

    /// What the screen shows now. That nobody could say is a failure only once asking has stopped.
    #[must_use]
    pub fn screen(&self) -> StatusScreen {
        if self.gave_up && self.screen == StatusScreen::Verifying { StatusScreen::Unreachable } else { self.screen }
    }

    /// What the proxy verified, if it has.
    #[must_use]
    pub fn payment(&self) -> Option<&Payment> {
        self.payment.as_ref()
    }

    /// What its receipt says besides, if anything is known.
    #[must_use]
    pub fn receipt(&self) -> Option<&Receipt> {
        self.payment()?.receipt.as_ref()
    }

    /// What was charged, once that is known.
    #[must_use]
    pub fn charged(&self) -> Option<Money> {
        let payment = self.payment()?;
        Some(Money { amount_minor: payment.amount?, currency: payment.currency? })
    }

    /// Whether the screen has stopped asking although the payment may still change.
    #[must_use]
    pub fn gave_up(&self) -> bool {
        self.gave_up && self.screen.may_change()
    }

    /// The reference to show, verified or, until then, as the address has it.
    #[must_use]
    pub fn reference(&self) -> Option<&RequestId> {
        self.payment().map(|payment| &payment.request_id).or(self.returned.request_id.as_ref())
    }

    /// What to ask next: the signature first, and once it is accepted the payment itself. `None` if the address
    /// holds nothing that can be asked about.
    #[must_use]
    pub fn ask(&self) -> Option<Ask> {
        let by_ids = || {
            let request_id = self.reference()?.clone();
            let checkout_id = match self.payment() {
                Some(payment) => payment.checkout_id.clone(),
                None => self.returned.checkout_id.clone()?,
            };
            Some(Ask::Payment(request_id, checkout_id))
        };
        let by_signature = || self.returned.is_signed().then(|| Ask::Return(self.returned.query.clone()));
        if self.signature_accepted { by_ids().or_else(by_signature) } else { by_signature().or_else(by_ids) }
    }

    /// Takes the proxy's answer. A failed look-up does not take back what was verified before.
    pub fn answered(&mut self, answer: Result<Payment, ApiError>) {
        let screen = match &answer {
            Ok(payment) => payment.status.into(),
            Err(ApiError::Rejected(detail)) => detail.code.into(),
            Err(ApiError::Offline | ApiError::TimedOut | ApiError::Unreadable) => StatusScreen::Verifying,
        };
        self.signature_accepted |= answer.is_ok() || screen == StatusScreen::Pending;
        if answer.is_ok() || self.payment.is_none() {
            self.screen = screen;
            self.payment = answer.ok();
        }
    }

    /// Begins to ask, at first or because the buyer wants to look again. What an earlier round still has under way
    /// goes no further.
    pub fn begin(&mut self) -> u32 {
        self.gave_up = false;
        self.round += 1;
        self.round
    }

    /// Whether there is something to learn and time for it.
    #[must_use]
    pub fn goes_on(&self, round: u32) -> bool {
        self.round == round && !self.gave_up && self.screen.may_change()
    }

    /// A round's time is up, whatever it is still waiting for.
    pub fn give_up(&mut self, round: u32) {
        self.gave_up |= self.round == round;
    }

    /// The payment whose changes are to be listened to from now on: once, as soon as the proxy has verified it and
    /// while it may change.
    pub fn start_listening(&mut self) -> Option<(RequestId, CheckoutId)> {
        let payment = self.payment.as_ref().filter(|_| self.screen.may_change() && !self.listens)?;
        self.listens = true;
        Some((payment.request_id.clone(), payment.checkout_id.clone()))
    }

    /// The short query under which a reload finds the payment again, once the signature has done its work.
    #[must_use]
    pub fn tidy_query(&self) -> Option<String> {
        let payment = self.payment().filter(|_| self.returned.is_signed())?;
        Some(["?request_id=", payment.request_id.as_str(), "&checkout_id=", payment.checkout_id.as_str()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(status: &str) -> Payment {
        serde_json::from_value(serde_json::json!({
            "request_id": "order_1001", "checkout_id": "ch_1", "status": status, "product_id": "prod_1",
            "amount": 1999, "currency": "USD", "order_id": null, "subscription_id": null, "updated_at": "2026-11-22"
        }))
        .expect("a payment")
    }

    fn rejected(code: &str) -> ApiError {
        let detail = serde_json::json!({ "code": code, "message": "m", "trace_id": "t" });
        ApiError::Rejected(serde_json::from_value(detail).expect("an error"))
    }

    fn tracking() -> Tracking {
        let returned = Returned::parse("request_id=order_1001&checkout_id=ch_1&order_id=ord_1&signature=ab");
        Tracking::new(returned.expect("a return"), &PageData::default())
    }

    #[test]
    fn an_address_that_looks_paid_is_not_paid_before_the_proxy_says_so() {
        let mut tracking = tracking();
        assert_eq!(tracking.screen().as_str(), "verifying");
        tracking.answered(Err(rejected("return_not_genuine")));
        assert_eq!(tracking.screen().as_str(), "not_genuine");
        let round = tracking.begin();
        assert!(!tracking.goes_on(round));
    }

    /// Only the pauses between the questions used to be counted. A server that answered slowly, or not at all, kept
    /// the mark turning for minutes.
    #[test]
    fn asking_stops_when_time_is_up_even_without_an_answer() {
        let mut tracking = tracking();
        let round = tracking.begin();
        assert!(tracking.goes_on(round));
        tracking.give_up(round);
        assert!(tracking.gave_up() && !tracking.goes_on(round));
    }

    /// One slow answer was enough for "We cannot check your payment" and a red mark, for somebody who had paid, while
    /// the page went on asking.
    #[test]
    fn a_payment_cannot_be_checked_only_once_asking_was_in_vain() {
        let error = serde_json::json!({ "code": "upstream_timeout", "message": "m", "trace_id": "t" });
        let page_data = PageData { error: serde_json::from_value(error).ok(), ..PageData::default() };
        let returned = Returned::parse("request_id=order_1001&checkout_id=ch_1&signature=ab").expect("a return");
        let mut tracking = Tracking::new(returned, &page_data);
        let round = tracking.begin();
        for error in [rejected("upstream_unavailable"), ApiError::Offline, ApiError::TimedOut, ApiError::Unreadable] {
            assert_eq!(tracking.screen(), StatusScreen::Verifying);
            assert!(tracking.goes_on(round));
            tracking.answered(Err(error));
        }
        tracking.give_up(round);
        assert_eq!(tracking.screen(), StatusScreen::Unreachable);
        tracking.begin();
        assert_eq!(tracking.screen(), StatusScreen::Verifying, "the buyer checks again");
        tracking.answered(Ok(payment("paid")));
        assert_eq!(tracking.screen(), StatusScreen::Paid);
    }

    #[test]
    fn what_an_earlier_round_left_behind_does_not_touch_the_next() {
        let mut tracking = tracking();
        let earlier = tracking.begin();
        let round = tracking.begin();
        tracking.give_up(earlier);
        assert!(tracking.goes_on(round) && !tracking.goes_on(earlier));
        assert!(!tracking.gave_up());
    }

    #[test]
    fn the_signature_is_asked_first_and_the_payment_after_it_was_accepted() {
        let mut tracking = tracking();
        assert!(matches!(tracking.ask(), Some(Ask::Return(_))));
        tracking.answered(Err(ApiError::Offline));
        assert!(matches!(tracking.ask(), Some(Ask::Return(_))), "not verified yet");
        tracking.answered(Ok(payment("processing")));
        assert!(matches!(tracking.ask(), Some(Ask::Payment(..))));
        assert_eq!(tracking.tidy_query().as_deref(), Some("?request_id=order_1001&checkout_id=ch_1"));
    }

    #[test]
    fn a_verified_payment_that_may_change_is_listened_to_once() {
        let mut tracking = tracking();
        assert_eq!(tracking.start_listening(), None);
        tracking.answered(Ok(payment("processing")));
        assert!(tracking.start_listening().is_some());
        assert_eq!(tracking.start_listening(), None);
    }

    #[test]
    fn a_failed_look_up_does_not_take_back_what_was_verified() {
        let mut tracking = tracking();
        tracking.answered(Ok(payment("processing")));
        tracking.answered(Err(ApiError::Offline));
        assert_eq!(tracking.screen().as_str(), "processing");
        tracking.answered(Ok(payment("paid")));
        assert_eq!(tracking.screen(), StatusScreen::Paid);
    }

    #[test]
    fn a_served_answer_is_shown_without_asking() {
        let page_data = PageData { payment: Some(payment("paid")), ..PageData::default() };
        let returned = Returned::parse("request_id=order_1001&checkout_id=ch_1").expect("a return");
        assert_eq!(Tracking::new(returned, &page_data).screen(), StatusScreen::Paid);
    }

    #[test]
    fn an_address_with_nothing_to_ask_about_is_not_genuine() {
        let returned = Returned::parse("request_id=%20&checkout_id=ch_1").expect("a return");
        assert_eq!(Tracking::new(returned, &PageData::default()).screen(), StatusScreen::NotGenuine);
    }
}
