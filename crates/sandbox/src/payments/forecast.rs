//! What the buyer of a session will be charged after today: the rules of `life` asked before anything is paid.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;
use crate::entity::{self, Checkout};
use crate::world::World;

/// Payments of one amount, one each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charges {
    /// Each of them, in minor units, with the tax known so far.
    pub(crate) amount: i64,
    /// The first one.
    pub(crate) from: Timestamp,
    /// How many; `None` until the buyer cancels.
    pub(crate) times: Option<u32>,
}

impl World {
    /// What follows when the session is paid now; nothing for one-time products.
    pub(crate) fn charges_to_come(&self, checkout: &Checkout) -> Vec<Charges> {
        let product = self.product_of(checkout);
        if product.rhythm().is_none() {
            return Vec::new();
        }
        let now = self.now();
        let trial = product.trial_period_days.map(|days| Duration::from_secs(u64::from(days) * 86_400));
        let anchor = trial.map_or(now, |trial| later(now, trial));
        let mut first_full = trial.is_none().then_some(now);
        let mut all: Vec<Charges> = Vec::new();
        for cycle in u32::from(trial.is_none()).. {
            let at = product.periods_after(anchor, cycle);
            let discount = self.discount_in(checkout).filter(|discount| discount.lowers(first_full, at));
            let amount = self.full_price(checkout, discount).total;
            let ends = discount.is_some_and(|discount| discount.duration != entity::Duration::Forever);
            first_full = first_full.or(Some(at));
            match all.last_mut() {
                Some(last) if last.amount == amount => last.times = last.times.filter(|_| ends).map(|times| times + 1),
                _ => all.push(Charges { amount, from: at, times: ends.then_some(1) }),
            }
            if !ends {
                break;
            }
        }
        all
    }
}
