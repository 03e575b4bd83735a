//! Subscriptions through time: trials end, periods are charged, failed charges are tried again, and what ends, ends.
//!
//! Creem publishes the events and not the calendar of a failing card. Here the period ends (`subscription.expired`), the
//! charge fails (`subscription.past_due`), is tried again after 1, 3 and 7 days, then the subscription is unpaid
//! (`subscription.unpaid`), and a week later it is over (`subscription.canceled`).

use jiff::{SignedDuration, Timestamp};

use crate::entity::{Ending, History, State, Subscription};
use crate::money::price::Price;
use crate::payments::billing::Bill;
use crate::webhooks::Draft;
use crate::world::World;
use crate::world::schedule::Timer;

/// When a failed charge is tried again, counted from the end of the period.
const RETRY_AFTER: [SignedDuration; 3] =
    [SignedDuration::from_hours(24), SignedDuration::from_hours(3 * 24), SignedDuration::from_hours(7 * 24)];

/// How long an unpaid subscription stays before it is over.
const UNPAID_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

impl World {
    /// What follows for a subscription whose time has come. One that was changed meanwhile has another time.
    pub(crate) fn subscription_due(&mut self, id: &str, at: Timestamp) {
        let Some(subscription) = self.subscriptions.get(id).filter(|known| known.due == Some(at)) else { return };
        match subscription.state {
            State::Trialing | State::Active => self.end_of_period(id, 0),
            State::PastDue { failures } => self.end_of_period(id, failures),
            State::ScheduledCancel(Ending::Cancel) | State::Unpaid => self.end(id),
            State::ScheduledCancel(Ending::Pause) => self.rest(id),
            State::Paused | State::Canceled(_) => {}
        }
    }

    /// Changes a subscription, dates the change and sets its next time.
    pub(crate) fn alter(&mut self, id: &str, due: Option<Timestamp>, change: impl FnOnce(&mut Subscription)) {
        let now = self.now();
        let subscription = self.subscriptions.get_mut(id).expect("the subscription was found before it is changed");
        change(subscription);
        subscription.updated_at = now;
        subscription.due = due;
        if let Some(due) = due {
            self.schedule.add(due, Timer::SubscriptionDue(id.to_owned()));
        }
    }

    /// Tells about a subscription as it is now.
    pub(crate) fn tell(&mut self, id: &str, kind: &'static str, history: History) {
        let subscription = self.subscriptions.get(id).expect("the subscription was found before it is told of");
        let draft = Draft::new(kind, self.subscription_json(subscription, history));
        self.publish(vec![draft]);
    }

    /// Ends a subscription now.
    pub(crate) fn end(&mut self, id: &str) {
        let now = self.now();
        self.alter(id, None, |subscription| subscription.state = State::Canceled(now));
        self.tell(id, "subscription.canceled", History::Shown);
    }

    /// Lets a subscription rest until it is resumed.
    pub(crate) fn rest(&mut self, id: &str) {
        self.alter(id, None, |subscription| subscription.state = State::Paused);
        self.tell(id, "subscription.paused", History::Hidden);
    }

    /// Charges the next period, or notes that it could not be charged.
    pub(crate) fn end_of_period(&mut self, id: &str, failures: usize) {
        let subscription = self.subscriptions.get(id).expect("the subscription was just read");
        let price = self.price_of_next(subscription);
        if subscription.card.is_err() && price.total > 0 {
            self.charge_failed(id, failures);
        } else {
            self.renew(id, price);
        }
    }

    fn charge_failed(&mut self, id: &str, failures: usize) {
        let end = self.subscriptions.get(id).expect("the subscription was just read").period_end;
        let in_time = |after: SignedDuration| end.checked_add(after).ok();
        if failures == 0 {
            self.tell(id, "subscription.expired", History::Shown);
        }
        match RETRY_AFTER.get(failures).copied().and_then(in_time) {
            Some(retry) => {
                self.alter(id, Some(retry), |known| known.state = State::PastDue { failures: failures + 1 });
                if failures == 0 {
                    self.tell(id, "subscription.past_due", History::Shown);
                }
            }
            None => {
                let over = self.now().checked_add(UNPAID_FOR).ok();
                self.alter(id, over, |known| known.state = State::Unpaid);
                self.tell(id, "subscription.unpaid", History::Shown);
            }
        }
    }

    fn renew(&mut self, id: &str, price: Price) {
        let subscription = self.subscriptions.get(id).expect("the subscription was just read").clone();
        let product = self.products.get(subscription.product_id()).expect("products stay").clone();
        let (start, cycle) = (subscription.period_end, subscription.cycle + 1);
        let end = product.periods_after(subscription.anchor, cycle);
        let receipt = self.charge(&Bill {
            product: &product,
            customer_id: &subscription.customer_id,
            checkout_id: &subscription.checkout_id,
            price,
            discount_id: subscription.discount_id.as_deref().filter(|_| price.discount > 0),
            period: Some((id, start, end)),
        });
        let now = self.now();
        self.alter(id, Some(end), |known| {
            known.state = State::Active;
            known.cycle = cycle;
            known.period_start = start;
            known.period_end = end;
            known.last_payment = Some((receipt.transaction_id, now));
            known.discount_from = known.discount_from.or(Some(start));
        });
        if subscription.state == State::Trialing {
            self.tell(id, "subscription.active", History::Hidden);
        }
        self.tell(id, "subscription.paid", History::Shown);
        let units = subscription.items.first().map_or(0, |item| item.units);
        self.grant_credits_with(&product, units, &subscription.customer_id, &receipt.order_id);
    }

    /// What the period after the running one costs.
    pub(crate) fn price_of_next(&self, subscription: &Subscription) -> Price {
        let (from, start) = (subscription.discount_from, subscription.period_end);
        let discount = self.discount_of(subscription).filter(|discount| discount.lowers(from, start));
        let product = self.products.get(subscription.product_id()).expect("products stay");
        self.taxed_for(Price::with(subscription.subtotal(), discount), product, &subscription.customer_id)
    }
}
