//! Settling a change of a subscription: what it costs is charged, what it leaves unused goes back, and both are told.

use crate::entity::{History, Item, Product, State, Subscription, Transaction};
use crate::money::price::Price;
use crate::money::proration::{Proration, Remainder};
use crate::payments::billing::Bill;
use crate::webhooks::Draft;
use crate::world::World;

/// What is due could not be charged, and nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PaymentFailed;

impl World {
    /// Charges what is due for a change, or gives back what is not used any more, and makes it. `fresh` begins a new
    /// period at once.
    pub(crate) fn settle(
        &mut self,
        before: &Subscription,
        items: Vec<Item>,
        due_minor: i64,
        proration: Proration,
        fresh: Option<&Product>,
    ) -> Result<(), PaymentFailed> {
        let now = self.now();
        let due = if proration == Proration::None || before.state == State::Trialing { 0 } else { due_minor };
        if due > 0 && before.card.is_err() {
            return Err(PaymentFailed);
        }
        let end = fresh.map_or(before.period_end, |product| product.periods_after(now, 1));
        let paid = (due > 0).then(|| {
            let product_id = items.first().map_or("", |item| item.product_id.as_str());
            let product = self.products.get(product_id).expect("items name products that stay").clone();
            self.charge(&Bill {
                product: &product,
                customer_id: &before.customer_id,
                checkout_id: &before.checkout_id,
                price: self.taxed_for(Price::plain(due), &product, &before.customer_id),
                discount_id: None,
                period: Some((&before.id, now, end)),
            })
        });
        if due < 0 {
            self.give_unused_back(before, -due);
        }
        let was_paid = paid.is_some();
        let rhythm = |items: &[Item]| items.first().and_then(|item| self.products.get(&item.product_id)?.rhythm());
        let other_rhythm = rhythm(&items) != rhythm(&before.items);
        self.alter(&before.id, Some(end), |known| {
            known.items = items;
            if fresh.is_some() {
                known.anchor = now;
                known.cycle = 1;
                known.period_start = now;
                known.period_end = end;
            } else if other_rhythm {
                // The running period stays; the new ones are counted from its end.
                known.anchor = end;
                known.cycle = 0;
            }
            if let Some(receipt) = paid {
                known.last_payment = Some((receipt.transaction_id, now));
            }
        });
        self.tell_stale(before);
        self.tell(&before.id, "subscription.update", History::Hidden);
        if was_paid {
            self.tell(&before.id, "subscription.paid", History::Shown);
        }
        Ok(())
    }

    /// Gives back what a change to less leaves unused, with its tax: from the payments of the running period, latest
    /// first, and no more than they were.
    fn give_unused_back(&mut self, before: &Subscription, unused_minor: i64) {
        let product = self.products.get(before.product_id()).expect("products stay");
        let mut unused = self.taxed_for(Price::plain(unused_minor), product, &before.customer_id).total;
        let end = before.period_end.as_millisecond();
        let own =
            |known: &&Transaction| known.subscription.as_ref() == Some(&before.id) && known.period_end == Some(end);
        let payments = self.transactions.iter().rev().filter(own).map(|known| (known.id.clone(), known.left()));
        for (id, left) in payments.collect::<Vec<_>>() {
            let part = left.min(unused);
            if part > 0 {
                self.give_back(&id, part, "other");
                unused -= part;
            }
        }
    }

    /// Where a switch asks for it: tells of an upgrade as real events were seen to, with the new product and items of the
    /// old one.
    fn tell_stale(&mut self, before: &Subscription) {
        let known = self.subscriptions.get(&before.id).expect("the subscription was just changed");
        if !self.switches.stale_items || known.product_id() == before.product_id() {
            return;
        }
        let mut stale = self.subscription_json(known, History::Hidden);
        stale["items"] = before.items_json();
        self.publish(vec![Draft::new("subscription.update", stale)]);
    }
}

/// What items cost for one period.
pub(crate) fn subtotal(items: &[Item]) -> i64 {
    items.iter().fold(0, |sum, item| sum.saturating_add(item.unit_price.saturating_mul(item.units)))
}

/// What is left of the running period.
pub(crate) fn remainder(subscription: &Subscription, now: jiff::Timestamp) -> Remainder {
    let end = subscription.period_end.as_millisecond();
    Remainder { left: end - now.as_millisecond(), whole: end - subscription.period_start.as_millisecond() }
}
