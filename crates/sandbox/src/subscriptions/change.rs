//! What a merchant or buyer may ask of a subscription: cancel, pause, resume, other units, another plan.

use super::settlement::{PaymentFailed, remainder, subtotal};
use crate::entity::{BillingType, Ending, History, Item, Product, ProductStatus, State, Subscription};
use crate::money::proration::Proration;
use crate::world::World;
use crate::world::switches::CancelMode;

/// Why a change was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChangeError {
    #[error("Subscription does not exist")]
    Unknown,
    #[error("Subscription is already canceled")]
    Over,
    #[error("Subscription is not active")]
    NotActive,
    #[error("Subscription is not paused or scheduled to be canceled")]
    NotResting,
    #[error("Could not find product or price")]
    NoSuchPrice,
    #[error("Subscription item not found")]
    NoSuchItem,
    #[error("All items of a subscription must have the same currency and billing type")]
    Mixed,
    #[error("The payment failed")]
    PaymentFailed,
}

impl From<PaymentFailed> for ChangeError {
    fn from(PaymentFailed: PaymentFailed) -> Self {
        Self::PaymentFailed
    }
}

/// One item as it is asked for; one without an id is added.
#[derive(Clone, Debug, Default)]
pub(crate) struct WantedItem {
    pub(crate) id: Option<String>,
    pub(crate) product_id: Option<String>,
    pub(crate) price_id: Option<String>,
    pub(crate) units: Option<i64>,
}

impl World {
    /// Cancels, now or at the end of the period.
    pub(crate) fn cancel(&mut self, id: &str, mode: CancelMode, ending: Ending) -> Result<(), ChangeError> {
        let subscription = self.subscriptions.get(id).ok_or(ChangeError::Unknown)?;
        let (state, end) = (subscription.state, subscription.period_end);
        match (state, mode) {
            (State::Canceled(_), _) => return Err(ChangeError::Over),
            (_, CancelMode::Immediate) => self.end(id),
            (state, CancelMode::Scheduled) if state.is_running() => {
                self.alter(id, Some(end), |known| known.state = State::ScheduledCancel(ending));
                self.tell(id, "subscription.scheduled_cancel", History::Shown);
            }
            (_, CancelMode::Scheduled) => return Err(ChangeError::NotActive),
        }
        Ok(())
    }

    /// Pauses now.
    pub(crate) fn pause(&mut self, id: &str) -> Result<(), ChangeError> {
        let subscription = self.subscriptions.get(id).ok_or(ChangeError::Unknown)?;
        if !subscription.state.is_running() {
            return Err(ChangeError::NotActive);
        }
        self.rest(id);
        Ok(())
    }

    /// Goes on after a pause, or takes a scheduled cancellation back. A period that ended meanwhile is charged at once.
    pub(crate) fn resume(&mut self, id: &str) -> Result<(), ChangeError> {
        let now = self.now();
        let subscription = self.subscriptions.get(id).ok_or(ChangeError::Unknown)?;
        let resting = matches!(subscription.state, State::Paused | State::ScheduledCancel(_));
        let (end, trial) = (subscription.period_end, subscription.discount_from.is_none() && subscription.cycle == 0);
        if !resting {
            return Err(ChangeError::NotResting);
        }
        let state = if trial { State::Trialing } else { State::Active };
        if end > now {
            self.alter(id, Some(end), |known| known.state = state);
        } else {
            self.alter(id, None, |known| {
                known.state = state;
                known.anchor = now;
                known.cycle = 0;
                known.period_end = now;
            });
            self.end_of_period(id, 0);
        }
        self.tell(id, "subscription.update", History::Hidden);
        Ok(())
    }

    /// Changes items: those named are changed, those without an id are added.
    pub(crate) fn update_items(
        &mut self,
        id: &str,
        wanted: &[WantedItem],
        proration: Proration,
    ) -> Result<(), ChangeError> {
        let subscription = self.changeable(id)?;
        let mut items = subscription.items.clone();
        for item in wanted {
            self.put_item(&mut items, item)?;
        }
        let currency = |item: &Item| self.products.get(&item.product_id).map(|product| product.currency);
        if items.windows(2).any(|pair| currency(&pair[0]) != currency(&pair[1])) {
            return Err(ChangeError::Mixed);
        }
        let due = remainder(&subscription, self.now()).difference(subscription.subtotal(), subtotal(&items));
        self.settle(&subscription, items, due, proration, None)?;
        Ok(())
    }

    /// Moves to another product. The units stay; another billing period begins at once.
    pub(crate) fn upgrade(&mut self, id: &str, product_id: &str, proration: Proration) -> Result<(), ChangeError> {
        let subscription = self.changeable(id)?;
        let product = self.sellable(product_id, &subscription)?;
        let rhythm = self.products.get(subscription.product_id()).and_then(Product::rhythm);
        let now = self.now();
        let mut items = subscription.items.clone();
        let price_id = self.price_id(&product.id, product.price);
        let first = items.first_mut().ok_or(ChangeError::NoSuchItem)?;
        first.product_id.clone_from(&product.id);
        first.price_id = price_id;
        first.unit_price = product.price;
        first.updated_at = now;
        let left = remainder(&subscription, now);
        let (old, new) = (subscription.subtotal(), subtotal(&items));
        if rhythm == product.rhythm() || subscription.state == State::Trialing || proration == Proration::None {
            self.settle(&subscription, items, left.difference(old, new), proration, None)?;
        } else {
            self.settle(&subscription, items, left.fresh_start(old, new), proration, Some(&product))?;
        }
        Ok(())
    }

    fn changeable(&self, id: &str) -> Result<Subscription, ChangeError> {
        let subscription = self.subscriptions.get(id).ok_or(ChangeError::Unknown)?;
        if subscription.state.is_running() { Ok(subscription.clone()) } else { Err(ChangeError::NotActive) }
    }

    fn sellable(&self, product_id: &str, beside: &Subscription) -> Result<Product, ChangeError> {
        let product = self.products.get(product_id).filter(|product| product.status == ProductStatus::Active);
        let product = product.ok_or(ChangeError::NoSuchPrice)?;
        let currency = self.products.get(beside.product_id()).map(|known| known.currency);
        if product.billing_type == BillingType::Recurring && currency == Some(product.currency) {
            Ok(product.clone())
        } else {
            Err(ChangeError::Mixed)
        }
    }

    fn put_item(&mut self, items: &mut Vec<Item>, wanted: &WantedItem) -> Result<(), ChangeError> {
        let now = self.now();
        let (product_id, unit_price, price_id) = self.wanted_price(wanted)?;
        match &wanted.id {
            Some(id) => {
                let item = items.iter_mut().find(|item| item.id == *id).ok_or(ChangeError::NoSuchItem)?;
                item.product_id = product_id;
                item.price_id = price_id;
                item.unit_price = unit_price;
                item.units = wanted.units.unwrap_or(item.units);
                item.updated_at = now;
            }
            None => items.push(Item {
                id: self.ids.next("sitem_"),
                product_id,
                price_id,
                unit_price,
                units: wanted.units.unwrap_or(1),
                created_at: now,
                updated_at: now,
            }),
        }
        Ok(())
    }

    /// The price an item names. One that is there already needs its product and its price; a new one either.
    fn wanted_price(&mut self, wanted: &WantedItem) -> Result<(String, i64, String), ChangeError> {
        let names_both = wanted.product_id.is_some() && wanted.price_id.is_some();
        if wanted.id.is_some() && !names_both && !self.switches.product_or_price {
            return Err(ChangeError::NoSuchPrice);
        }
        if let Some(price) = wanted.price_id.as_deref().and_then(|id| self.prices.get(id)) {
            let fits = wanted.product_id.as_ref().is_none_or(|id| *id == price.product_id);
            return fits
                .then(|| (price.product_id.clone(), price.amount, price.id.clone()))
                .ok_or(ChangeError::NoSuchPrice);
        }
        let product = wanted.product_id.as_deref().filter(|_| wanted.price_id.is_none());
        let product = product.and_then(|id| self.products.get(id)).ok_or(ChangeError::NoSuchPrice)?;
        if product.billing_type != BillingType::Recurring {
            return Err(ChangeError::Mixed);
        }
        let (id, amount) = (product.id.clone(), product.price);
        let price_id = self.price_id(&id, amount);
        Ok((id, amount, price_id))
    }
}
