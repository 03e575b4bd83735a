//! One event of a type, as the last thing that a sale of its own led to: for whoever wants to see what their server makes
//! of it.
//!
//! The sale takes place in a world that is thrown away. Its ids follow from the merchant's reference, so that the refund
//! of a sale names the payment that `checkout.completed` of the same sale told of.

use creem::webhook::{self, EVENT_TYPES};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::api::open_linked;
use crate::entity::card::Decline;
use crate::entity::{BillingType, Checkout, Ending, Paid, Product, Side};
use crate::money::proration::Proration;
use crate::subscriptions::change::WantedItem;
use crate::webhooks::Draft;
use crate::world::World;
use crate::world::ids::Ids;
use crate::world::ledger::Posting;
use crate::world::switches::CancelMode;
use crate::{Options, Seed, WEBHOOK_SECRET};

/// A sale of one month's subscription.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The merchant's reference.
    pub request_id: String,
    /// What was sold; the seed's monthly product when absent.
    pub product_id: Option<String>,
}

/// An event that nothing caused.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its id: of one sale and type always the same.
    pub id: String,
    /// What is sent, and to be signed.
    pub body: String,
}

/// Credits that the examples grant, and twice as many as they use.
const CREDITS: i128 = 100;

/// Days of a trial.
const TRIAL_DAYS: u32 = 14;

impl Sale {
    /// What Creem would send of this sale; `None` for a type that Creem does not have.
    ///
    /// ```
    /// let sale = sandbox::Sale { request_id: "order_1001".to_owned(), product_id: None };
    /// let refund = sale.event("refund.created").unwrap();
    /// assert!(refund.id.starts_with("evt_") && refund.body.contains("order_1001"));
    /// assert!(sale.event("refund.imagined").is_none());
    /// ```
    #[must_use]
    pub fn event(&self, kind: &str) -> Option<Example> {
        let kind = EVENT_TYPES.into_iter().find(|known| *known == kind)?;
        let mut world = World::seeded(&self.shop(kind), 0, number(&self.request_id));
        let now = world.now();
        world.clock.freeze(true);
        world.clock.set(began(kind, now));
        let paid = self.take_place(&mut world)?;
        lead_to(&mut world, kind, &paid);
        world.run_until(now);
        let object = world.latest_for(kind)?;
        // The ids of a world are the same whatever became of the sale, and two events must not share one.
        world.ids = Ids::seeded(number(&format!("{kind} {}", self.request_id)));
        world.publish(vec![Draft::new(kind, object)]);
        world.events.iter().next_back().map(|event| Example { id: event.id.clone(), body: event.body.clone() })
    }

    /// A shop with what is sold, which nobody reaches.
    fn shop(&self, kind: &str) -> Options {
        let monthly = |product: &Product| product.billing_type == BillingType::Recurring;
        let mut products: Vec<Product> = Seed::default().products.into_iter().filter(monthly).take(1).collect();
        for product in &mut products {
            product.id = self.product_id.clone().unwrap_or_else(|| product.id.clone());
            product.trial_period_days = (kind == "subscription.trialing").then_some(TRIAL_DAYS);
        }
        let public_url = Url::parse("http://127.0.0.1:8081").expect("a URL");
        Options { public_url, webhook_url: None, shop_url: None, seed: Seed { products, discounts: Vec::new() } }
    }

    fn take_place(&self, world: &mut World) -> Option<Paid> {
        let product_id = world.products.iter().next()?.id.clone();
        let session = open_linked(world, &product_id, None, None)?;
        let mut session = Checkout { request_id: Some(self.request_id.clone()), ..session };
        session.fill_in();
        let id = session.id.clone();
        world.add_checkout(session);
        world.pay(&id, Ok(())).ok()
    }
}

/// When the sale began, so that what the event is about has just happened.
fn began(kind: &str, now: Timestamp) -> Timestamp {
    let ago = match kind {
        // A month, and every attempt to charge the next one.
        "subscription.expired" | "subscription.past_due" | "subscription.unpaid" => SignedDuration::from_hours(40 * 24),
        // A refund takes a moment.
        _ => SignedDuration::from_mins(1),
    };
    now.checked_sub(ago).unwrap_or(now)
}

/// Lets happen after a sale what an event of this type tells of.
fn lead_to(world: &mut World, kind: &str, paid: &Paid) {
    const BOUGHT: &str = "what was just bought can be changed";
    let subscription = paid.subscription_id.as_deref().unwrap_or_default();
    match kind {
        "subscription.expired" | "subscription.past_due" | "subscription.unpaid" => {
            let known = world.subscriptions.get_mut(subscription).expect(BOUGHT);
            known.card = Err(Decline::InsufficientFunds);
        }
        "subscription.scheduled_cancel" => {
            world.cancel(subscription, CancelMode::Scheduled, Ending::Cancel).expect(BOUGHT);
        }
        "subscription.canceled" => {
            world.cancel(subscription, CancelMode::Immediate, Ending::Cancel).expect(BOUGHT);
        }
        "subscription.paused" => world.pause(subscription).expect(BOUGHT),
        "subscription.update" => {
            let item = world.subscriptions.get(subscription).and_then(|known| known.items.first()).expect(BOUGHT);
            let two = WantedItem {
                id: Some(item.id.clone()),
                product_id: Some(item.product_id.clone()),
                price_id: Some(item.price_id.clone()),
                units: Some(2),
            };
            world.update_items(subscription, &[two], Proration::default()).expect(BOUGHT);
        }
        "refund.created" => {
            let transaction = latest_transaction(world);
            world.refund(&transaction).expect(BOUGHT);
        }
        "dispute.created" => {
            let transaction = latest_transaction(world);
            world.dispute(&transaction).expect(BOUGHT);
        }
        "credits.granted" | "credits.consumed" | "credits.auto_recharged" | "customer_credits.exhausted" => {
            move_credits(world, kind, &paid.customer_id);
        }
        // The sale itself tells of the others.
        _ => {}
    }
}

fn latest_transaction(world: &World) -> String {
    world.transactions.iter().next_back().expect("a sale leaves one").id.clone()
}

fn move_credits(world: &mut World, kind: &str, customer_id: &str) {
    const OPEN: &str = "a new account takes part";
    let account = world.wallet(customer_id).expect("who bought is a customer");
    match kind {
        "credits.auto_recharged" => {
            world.ledger.accounts.get_mut(&account).expect(OPEN).auto_recharge = Some(CREDITS);
        }
        "customer_credits.exhausted" => {}
        _ => {
            let granted = Posting::with_store(&account, Side::Credit, CREDITS, "example", "example");
            world.post_credits(granted).expect(OPEN);
        }
    }
    if kind != "credits.granted" {
        world.consume_credits(&account, CREDITS / 2).expect(OPEN);
    }
}

/// A number that is always the same for a text, and another for each.
fn number(text: &str) -> u64 {
    let digest = webhook::sign(WEBHOOK_SECRET, text.as_bytes());
    digest.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use creem::webhook::{Event, Notice};
    use serde_json::Value;

    use super::*;

    fn sale() -> Sale {
        Sale { request_id: "order_1001".to_owned(), product_id: Some("prod_mine".to_owned()) }
    }

    fn example(kind: &str) -> Value {
        serde_json::from_str(&sale().event(kind).expect("an event").body).expect("JSON")
    }

    #[test]
    fn every_type_tells_of_what_it_says() {
        for (kind, status) in [
            ("checkout.completed", "completed"),
            ("subscription.active", "active"),
            ("subscription.paid", "active"),
            ("subscription.trialing", "trialing"),
            ("subscription.canceled", "canceled"),
            ("subscription.scheduled_cancel", "scheduled_cancel"),
            ("subscription.unpaid", "unpaid"),
            ("subscription.past_due", "past_due"),
            ("subscription.paused", "paused"),
            ("refund.created", "succeeded"),
        ] {
            assert_eq!(example(kind)["object"]["status"], status, "{kind}");
        }
        assert_eq!(example("subscription.update")["object"]["items"][0]["units"], 2);
        assert_eq!(example("dispute.created")["object"]["object"], "dispute");
        for (kind, object) in [
            ("credits.granted", "customer_credits_grant"),
            ("credits.consumed", "customer_credits_consumption"),
            ("credits.auto_recharged", "customer_credits_auto_recharge"),
            ("customer_credits.exhausted", "customer_credits_exhaustion"),
        ] {
            assert_eq!(example(kind)["object"]["object"], object, "{kind}");
        }
    }

    #[test]
    fn all_events_are_of_one_sale_and_no_two_are_the_same() {
        let examples = EVENT_TYPES.map(|kind| sale().event(kind).expect("an event"));
        let ids: HashSet<&str> = examples.iter().map(|example| example.id.as_str()).collect();
        assert_eq!(ids.len(), EVENT_TYPES.len());
        let Notice::CheckoutCompleted(checkout) = notice(&examples[0]) else { panic!("{:?}", examples[0]) };
        assert_eq!(checkout.request_id.as_deref(), Some("order_1001"));
        assert_eq!(checkout.product.as_ref().map(creem::Reference::id), Some("prod_mine"));
        let order = checkout.order.and_then(|order| order.id).expect("an order");
        let Notice::Refunded(refund) = notice(&examples[1]) else { panic!("{:?}", examples[1]) };
        assert_eq!(refund.order.as_ref().map(creem::Reference::id), Some(order.as_str()));
        let Notice::Disputed(dispute) = notice(&examples[2]) else { panic!("{:?}", examples[2]) };
        assert_eq!(dispute.order.as_ref().map(creem::Reference::id), Some(order.as_str()));
        assert_eq!(sale().event(EVENT_TYPES[0]).map(|again| again.id), Some(examples[0].id.clone()));
        let other = Sale { request_id: "order_1002".to_owned(), ..sale() };
        assert_ne!(other.event(EVENT_TYPES[0]).map(|other| other.id), Some(examples[0].id.clone()));
    }

    fn notice(example: &Example) -> Notice {
        let event = Event::parse(example.body.as_bytes()).expect("an event");
        assert_eq!(event.id, example.id);
        event.notice()
    }
}
