//! Everything a sandbox knows, in memory, and the questions one can ask it. Paying is in `purchase`, sending events in
//! `webhooks`.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::Url;

use crate::Options;
use crate::clock::Clock;
use crate::entity::{
    Checkout, CheckoutState, Customer, Discount, DiscountStatus, Mode, Order, Product, Refusal, Subscription,
    Transaction,
};
use crate::faults::Faults;
use crate::ids::Ids;
use crate::requests::Requests;
use crate::shelf::Shelf;
use crate::webhooks::{Behaviour, Due, Event};

/// How long a session can be paid. Creem publishes no number; its abandoned-cart detection runs after as long.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Where the ids start. Any number would do.
const ID_SEED: u64 = 0x0C4E_E2B0;

/// The state of one sandbox.
#[derive(Debug)]
pub(crate) struct World {
    /// Counts resets, so that what was under way before one is not mistaken for something after it.
    pub(crate) generation: u64,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    /// Apart from `ids`, so that a refused call does not change the ids after it.
    pub(crate) trace_ids: Ids,
    pub(crate) products: Shelf<Product>,
    pub(crate) discounts: Shelf<Discount>,
    pub(crate) checkouts: Shelf<Checkout>,
    pub(crate) customers: Shelf<Customer>,
    pub(crate) orders: Shelf<Order>,
    pub(crate) transactions: Shelf<Transaction>,
    pub(crate) subscriptions: Shelf<Subscription>,
    pub(crate) events: Shelf<Event>,
    /// Deliveries that have yet to be tried, by when.
    pub(crate) queue: BTreeMap<(Timestamp, u64), Due>,
    /// Orders deliveries that are due at the same instant.
    pub(crate) queued: u64,
    pub(crate) behaviour: Behaviour,
    /// Whether events go anywhere; without an address they are only kept.
    pub(crate) delivers: bool,
    pub(crate) requests: Requests,
    pub(crate) faults: Faults,
}

/// What one session costs, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) subtotal: i64,
    pub(crate) discount: i64,
    pub(crate) total: i64,
}

impl World {
    /// The world as the seed has it.
    pub(crate) fn seeded(options: &Options, generation: u64) -> Self {
        let seed = &options.seed;
        Self {
            generation,
            clock: Clock::default(),
            ids: Ids::seeded(ID_SEED),
            trace_ids: Ids::seeded(!ID_SEED),
            products: seed.products.iter().cloned().collect(),
            discounts: seed.discounts.iter().cloned().collect(),
            checkouts: Shelf::default(),
            customers: Shelf::default(),
            orders: Shelf::default(),
            transactions: Shelf::default(),
            subscriptions: Shelf::default(),
            events: Shelf::default(),
            queue: BTreeMap::new(),
            queued: 0,
            behaviour: Behaviour::default(),
            delivers: options.webhook_url.is_some(),
            requests: Requests::default(),
            faults: Faults::default(),
        }
    }

    /// Now, here.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock and lets happen what is due by then; deliveries follow by themselves.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
        self.expire_sessions();
    }

    /// Ends the sessions whose time is over.
    pub(crate) fn expire_sessions(&mut self) {
        let now = self.now();
        self.checkouts.iter_mut().for_each(|checkout| end_if_over(checkout, now));
    }

    /// A session as it is now.
    pub(crate) fn checkout(&mut self, id: &str) -> Option<&mut Checkout> {
        let now = self.now();
        let checkout = self.checkouts.get_mut(id)?;
        end_if_over(checkout, now);
        Some(checkout)
    }

    /// The discount with this code, however the buyer capitalises it, that applies to this product now.
    pub(crate) fn applicable_discount(&self, code: &str, product: &Product) -> Result<&Discount, Refusal> {
        let discount = self.discount_by_code(code).ok_or(Refusal::Unknown)?;
        discount.judge(product, self.now()).map(|()| discount)
    }

    /// The discount with this code, deleted ones aside.
    pub(crate) fn discount_by_code(&self, code: &str) -> Option<&Discount> {
        self.discounts
            .iter()
            .filter(|discount| discount.status != DiscountStatus::Deleted)
            .find(|discount| discount.code.eq_ignore_ascii_case(code))
    }

    /// The product of a session; products are archived, never removed.
    pub(crate) fn product_of(&self, checkout: &Checkout) -> &Product {
        self.products.get(&checkout.product_id).expect("a session's product was there when it was made and stays")
    }

    /// What a session costs now.
    pub(crate) fn price(&self, checkout: &Checkout) -> Price {
        let each = checkout.custom_price.unwrap_or(self.product_of(checkout).price);
        let subtotal = each.saturating_mul(checkout.units);
        let discount = checkout.discount_id.as_deref().and_then(|id| self.discounts.get(id));
        let discount = discount.map_or(0, |discount| discount.amount_off(subtotal));
        Price { subtotal, discount, total: subtotal - discount }
    }

    /// Where the buyer opens a session.
    pub(crate) fn checkout_url(public_url: &Url, checkout: &Checkout) -> String {
        format!("{}/checkout/{}/{}", public_url.as_str().trim_end_matches('/'), checkout.product_id, checkout.id)
    }

    /// A session as the API and `checkout.completed` show it: neighbours by id until it is paid, in full afterwards.
    pub(crate) fn checkout_json(&self, checkout: &Checkout, checkout_url: Option<String>) -> Value {
        let paid = match &checkout.state {
            CheckoutState::Pending | CheckoutState::Expired => None,
            CheckoutState::Completed(paid) => Some(paid),
        };
        let mut json = json!({ "id": checkout.id, "object": "checkout" });
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                json[key] = value;
            }
        };
        put("request_id", checkout.request_id.as_deref().map(Value::from));
        put("order", paid.and_then(|paid| self.orders.get(&paid.order_id)).map(|order| json!(order)));
        put(
            "product",
            Some(if paid.is_some() { json!(self.product_of(checkout)) } else { json!(checkout.product_id) }),
        );
        put("units", Some(checkout.units.into()));
        put("custom_price", checkout.custom_price.map(Value::from));
        put("checkout_url", checkout_url.map(Value::from));
        put("success_url", checkout.success_url.as_deref().map(Value::from));
        put(
            "customer",
            match paid {
                Some(paid) => self.customers.get(&paid.customer_id).map(|customer| json!(customer)),
                None => checkout.customer_id.as_deref().map(Value::from),
            },
        );
        let subscription = paid.and_then(|paid| paid.subscription_id.as_deref());
        put("subscription", subscription.and_then(|id| self.subscriptions.get(id)).map(Subscription::in_checkout));
        put("custom_fields", (!checkout.custom_fields.is_empty()).then(|| json!(checkout.custom_fields)));
        put("status", Some(checkout.state.status().into()));
        put("metadata", checkout.metadata.clone());
        let discount = checkout.discount_id.as_deref().and_then(|id| self.discounts.get(id));
        put("discount", discount.map(Discount::in_checkout));
        put("mode", Some(json!(Mode::Test)));
        json
    }
}

fn end_if_over(checkout: &mut Checkout, now: Timestamp) {
    if checkout.state == CheckoutState::Pending && now.duration_since(checkout.created_at) >= SESSION_LIFE {
        checkout.state = CheckoutState::Expired;
    }
}
