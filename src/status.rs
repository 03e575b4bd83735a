//! One payment being followed: its signal, and what happens to it when the proxy answers, when time passes and when the
//! buyer wants to look again.
//!
//! The rules are in `tracking`; this is where they meet the calls.

mod tracking;

use wire::StatusScreen;

use crate::api::Api;
use crate::host::{Entry, Host, clock};
use crate::signal::{Live, followed};
use crate::text;
pub use tracking::{Ask, FOLLOW_LIMIT_MS, GAP_STEP_MS, Tracking};

/// A handle to one payment that is followed; copies are the same.
#[derive(Clone, Copy)]
pub struct Status {
    host: Live<Host>,
    /// What is known of the payment.
    pub tracking: Live<Tracking>,
}

impl Status {
    /// A payment of which nobody asks yet: it can be drawn without a browser.
    #[must_use]
    pub fn new(host: Host, tracking: Tracking) -> Self {
        Self { host: Live::new(host), tracking: Live::new(tracking) }
    }

    /// What this instance stands in; nothing once it has ended.
    #[must_use]
    pub fn host(self) -> Host {
        self.host.try_with_untracked(Host::clone).unwrap_or_default()
    }

    /// What the screen shows now.
    #[must_use]
    pub fn screen(self) -> StatusScreen {
        self.tracking.with(Tracking::screen)
    }

    /// Comes to life in a browser: names the state in the page's title, and follows the payment.
    pub fn begin(self) {
        let titled = followed(Box::new(move || self.host().set_title(&text::status_title(self.screen()).say())));
        self.host().at_end(move || drop(titled));
        self.follow();
    }

    /// Asks until the payment is final or time is up. A final answer that was served needs no asking.
    pub fn follow(self) {
        self.settle();
        let round = self.tracking.try_update(Tracking::begin).unwrap_or_default();
        self.host().spawn(async move {
            clock::sleep(FOLLOW_LIMIT_MS).await;
            self.tracking.update(|tracking| tracking.give_up(round));
        });
        self.host().spawn(self.ask(round));
    }

    async fn ask(self, round: u32) {
        let host = self.host();
        let mut gap_ms = 0;
        while self.tracking.with_untracked(|tracking| tracking.goes_on(round)) {
            self.listen();
            let answer = match self.tracking.with_untracked(Tracking::ask) {
                Some(Ask::Return(query)) => Api::of(&host).verify_return(&query).await,
                Some(Ask::Payment(request_id, checkout_id)) => Api::of(&host).payment(&request_id, &checkout_id).await,
                None => return,
            };
            self.tracking.update(|tracking| tracking.answered(answer));
            self.settle();
            gap_ms += GAP_STEP_MS;
            clock::sleep(gap_ms).await;
        }
    }

    /// Hears of changes as they happen; asking goes on behind it, for where events do not come through.
    fn listen(self) {
        if let Some((request_id, checkout_id)) = self.tracking.try_update(Tracking::start_listening).flatten() {
            let host = self.host();
            Api::of(&host).follow_payment(&request_id, &checkout_id, &host, move |payment| {
                let is_final = payment.status.is_final();
                self.tracking.update(|tracking| tracking.answered(Ok(payment)));
                self.settle();
                is_final
            });
        }
    }

    /// Does what an answer asks for: tells the site around of a payment, forgets an attempt that is over, and takes the
    /// signature out of the address bar once it has done its work.
    fn settle(self) {
        let host = self.host();
        self.tracking.with_untracked(|tracking| {
            if let Some(payment) = tracking.payment() {
                if payment.status.is_final() {
                    // The next order is another one, even if it is for the same.
                    host.forget(Entry::Attempt);
                }
                if payment.status == wire::PaymentStatus::Paid {
                    host.emit(
                        "paid",
                        &[
                            ("request_id", payment.request_id.as_str().into()),
                            ("checkout_id", payment.checkout_id.as_str().into()),
                            ("order_id", payment.order_id.as_deref().into()),
                        ],
                    );
                }
            }
            if let Some(query) = tracking.tidy_query() {
                host.replace_query(&query);
            }
        });
    }
}
