//! Paying a session: what is checked, what it leaves behind, which events it sends.

use jiff::Timestamp;

use super::billing::Bill;
use crate::clock::{iso, later};
use crate::entity::card::Decline;
use crate::entity::{
    BillingType, Checkout, CheckoutState, Customer, History, Item, Kind, Mode, Moment, Paid, Product, State,
    Subscription,
};
use crate::webhooks::Draft;
use crate::world::World;
use crate::world::schedule::Timer;

/// Why a session was not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PayError {
    /// There is no such session.
    #[error("there is no such checkout")]
    Unknown,
    /// Its time is over.
    #[error("this checkout has expired")]
    Expired,
    /// It is paid already; nothing is charged twice.
    #[error("this checkout is already paid")]
    AlreadyPaid,
    /// The card said no. The session stays open, and no event is sent.
    #[error(transparent)]
    Declined(#[from] Decline),
}

impl World {
    /// Pays a session with a card that answers so; one that costs nothing does not ask it. The buyer's details are those
    /// of the session.
    pub(crate) fn pay(&mut self, checkout_id: &str, card: Result<(), Decline>) -> Result<Paid, PayError> {
        let checkout = self.checkouts.get(checkout_id).ok_or(PayError::Unknown)?.clone();
        match &checkout.state {
            CheckoutState::Pending => {}
            CheckoutState::Expired => return Err(PayError::Expired),
            CheckoutState::Completed(_) => return Err(PayError::AlreadyPaid),
        }
        let declined = card.err().filter(|_| self.needs_card(&checkout));
        let now = self.now();
        if let Some(session) = self.checkouts.get_mut(checkout_id) {
            session.note(now, declined.map_or(Moment::Paid, Moment::Declined));
        }
        match declined {
            Some(decline) => Err(decline.into()),
            None => Ok(self.complete(&checkout)),
        }
    }

    fn complete(&mut self, checkout: &Checkout) -> Paid {
        let now = self.now();
        let product = self.product_of(checkout).clone();
        let price = self.price(checkout);
        let customer_id = self.customer_for(checkout, now);
        let subscription = (product.billing_type == BillingType::Recurring)
            .then(|| self.subscription_for(checkout, &product, &customer_id, now));
        let receipt = self.charge(&Bill {
            product: &product,
            customer_id: &customer_id,
            checkout_id: &checkout.id,
            price,
            discount_id: checkout.discount_id.as_deref(),
            period: subscription.as_ref().map(|new| (new.id.as_str(), new.period_start, new.period_end)),
        });
        self.issue_licenses(&product, checkout.units, &customer_id, &receipt.order_id);
        if let Some(discount) = checkout.discount_id.as_deref().and_then(|id| self.discounts.get_mut(id)) {
            discount.redeem_count += 1;
        }
        let paid = Paid {
            order_id: receipt.order_id,
            customer_id,
            subscription_id: subscription.as_ref().map(|new| new.id.clone()),
        };
        let session = self.checkouts.get_mut(&checkout.id).expect("the session was just read");
        session.state = CheckoutState::Completed(paid.clone());
        let session = session.clone();
        let mut events = subscription.map_or_else(Vec::new, |new| self.start(new, &receipt.transaction_id));
        events.push(Draft::new("checkout.completed", self.checkout_json(&session, None)));
        self.publish(events);
        self.grant_credits_with(&product, checkout.units, &paid.customer_id, &paid.order_id);
        paid
    }

    /// Adds a new subscription, sees to it that it goes on, and says what starting it tells.
    fn start(&mut self, mut subscription: Subscription, transaction_id: &str) -> Vec<Draft> {
        let draft = |world: &Self, kind, subscription: &Subscription, history| {
            Draft::new(kind, world.subscription_json(subscription, history))
        };
        let first = match subscription.state {
            State::Trialing => draft(self, "subscription.trialing", &subscription, History::Hidden),
            State::Active
            | State::ScheduledCancel(_)
            | State::PastDue { .. }
            | State::Unpaid
            | State::Paused
            | State::Canceled(_) => draft(self, "subscription.active", &subscription, History::Hidden),
        };
        let mut events = vec![first];
        subscription.last_payment = Some((transaction_id.to_owned(), subscription.period_start));
        if subscription.state == State::Active {
            events.push(draft(self, "subscription.paid", &subscription, History::Shown));
        }
        if let Some(due) = subscription.due {
            self.schedule.add(due, Timer::SubscriptionDue(subscription.id.clone()));
        }
        self.subscriptions.push(subscription);
        events
    }

    /// The customer with the buyer's e-mail; a new one copies the session's metadata as its own.
    fn customer_for(&mut self, checkout: &Checkout, now: Timestamp) -> String {
        let buyer = &checkout.buyer;
        let named = checkout.customer_id.as_deref().and_then(|id| self.customers.get(id));
        if let Some(known) = named.or_else(|| self.customer_by_email(&buyer.email)) {
            let (id, country) = (known.id.clone(), Some(buyer.country.clone()).filter(|country| !country.is_empty()));
            if let Some(known) = self.customers.get_mut(&id) {
                known.country = country.or_else(|| known.country.take());
            }
            return id;
        }
        let customer = Customer {
            id: self.ids.next("cust_"),
            object: Kind::Customer,
            email: buyer.email.clone(),
            name: Some(buyer.name.clone()).filter(|name| !name.is_empty()),
            metadata: checkout.metadata.clone(),
            country: Some(buyer.country.clone()).filter(|country| !country.is_empty()),
            external_id: None,
            created_at: iso(now),
            updated_at: iso(now),
            mode: Mode::Test,
        };
        let id = customer.id.clone();
        self.customers.push(customer);
        id
    }

    /// The customer with this e-mail, however it is capitalised.
    pub(crate) fn customer_by_email(&self, email: &str) -> Option<&Customer> {
        self.customers.iter().find(|customer| customer.email.eq_ignore_ascii_case(email))
    }

    fn subscription_for(
        &mut self,
        checkout: &Checkout,
        product: &Product,
        customer_id: &str,
        now: Timestamp,
    ) -> Subscription {
        let trial = product.trial_period_days.map(|days| std::time::Duration::from_secs(u64::from(days) * 86_400));
        let end = trial.map_or_else(|| product.periods_after(now, 1), |trial| later(now, trial));
        let item = Item {
            id: self.ids.next("sitem_"),
            product_id: product.id.clone(),
            price_id: self.price_id(&product.id, product.price),
            unit_price: product.price,
            units: checkout.units,
            created_at: now,
            updated_at: now,
        };
        Subscription {
            id: self.ids.next("sub_"),
            checkout_id: checkout.id.clone(),
            customer_id: customer_id.to_owned(),
            items: vec![item],
            state: if trial.is_some() { State::Trialing } else { State::Active },
            card: Ok(()),
            anchor: if trial.is_some() { end } else { now },
            cycle: u32::from(trial.is_none()),
            period_start: now,
            period_end: end,
            due: Some(end),
            last_payment: None,
            discount_id: checkout.discount_id.clone(),
            discount_from: trial.is_none().then_some(now),
            created_at: now,
            updated_at: now,
            metadata: checkout.metadata.clone(),
        }
    }
}
