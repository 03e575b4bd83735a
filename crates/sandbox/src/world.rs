//! Everything a sandbox knows, in memory, and the questions one can ask it.
//!
//! What happens to it is elsewhere: money in `payments`, time in `time` and `subscriptions`, credits, license keys and
//! usage in `benefits`, events in `webhooks`.

pub(crate) mod addresses;
pub(crate) mod deliveries;
pub(crate) mod faults;
pub(crate) mod ids;
pub(crate) mod ledger;
pub(crate) mod partners;
pub(crate) mod recording;
pub(crate) mod requests;
pub(crate) mod schedule;
pub(crate) mod switches;
pub(crate) mod usage;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::entity::collection::Collection;
use crate::entity::{
    Checkout, CheckoutState, Customer, Discount, DiscountStatus, Endpoint, History, License, Mode, Moment, Order,
    Product, ProductPrice, Refund, Refusal, Related, Subscription, Transaction,
};
use crate::money::price::Price;
use crate::{Options, seed};
use deliveries::{Behaviour, Event, Queue};
use faults::Faults;
use ids::Ids;
use ledger::Ledger;
use partners::Partners;
use recording::Scenario;
use requests::Requests;
use schedule::{Schedule, Timer};
use switches::Switches;
use usage::Usage;

/// How long a session can be paid. Creem publishes no number; its abandoned-cart detection runs after as long.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Where the ids start. Any number would do.
pub(crate) const ID_SEED: u64 = 0x0C4E_E2B0;

/// The state of one sandbox.
#[derive(Debug)]
pub(crate) struct World {
    /// Counts resets, so that what was under way before one is not mistaken for something after it.
    pub(crate) generation: u64,
    /// The address browsers reach, without a slash at its end.
    base: String,
    pub(crate) clock: Clock,
    pub(crate) schedule: Schedule,
    pub(crate) ids: Ids,
    /// Apart from `ids`, so that a refused call does not change the ids after it.
    pub(crate) trace_ids: Ids,
    pub(crate) products: Collection<Product>,
    pub(crate) prices: Collection<ProductPrice>,
    /// Products by the idempotency key they were made with.
    pub(crate) idempotency: HashMap<String, String>,
    pub(crate) discounts: Collection<Discount>,
    pub(crate) checkouts: Collection<Checkout>,
    pub(crate) customers: Collection<Customer>,
    /// Customers by the token of their portal's address.
    pub(crate) portals: HashMap<String, String>,
    pub(crate) ledger: Ledger,
    pub(crate) usage: Usage,
    pub(crate) partners: Partners,
    pub(crate) orders: Collection<Order>,
    pub(crate) transactions: Collection<Transaction>,
    pub(crate) subscriptions: Collection<Subscription>,
    pub(crate) refunds: Collection<Refund>,
    pub(crate) licenses: Collection<License>,
    pub(crate) endpoints: Collection<Endpoint>,
    pub(crate) events: Collection<Event>,
    pub(crate) queue: Queue,
    pub(crate) behaviour: Behaviour,
    pub(crate) switches: Switches,
    pub(crate) requests: Requests,
    pub(crate) faults: Faults,
    /// What is being recorded, if anything.
    pub(crate) scenario: Option<Scenario>,
}

impl World {
    /// The world as the seed has it, with the ids of that number.
    pub(crate) fn seeded(options: &Options, generation: u64, id_seed: u64) -> Self {
        let seed = &options.seed;
        let mut world = Self {
            generation,
            base: options.public_url.as_str().trim_end_matches('/').to_owned(),
            clock: Clock::default(),
            schedule: Schedule::default(),
            ids: Ids::seeded(id_seed),
            trace_ids: Ids::seeded(!id_seed),
            products: seed.products.iter().cloned().collect(),
            prices: Collection::default(),
            idempotency: HashMap::new(),
            discounts: Collection::default(),
            checkouts: Collection::default(),
            customers: Collection::default(),
            portals: HashMap::new(),
            ledger: Ledger::default(),
            usage: Usage::default(),
            partners: Partners::default(),
            orders: Collection::default(),
            transactions: Collection::default(),
            subscriptions: Collection::default(),
            refunds: Collection::default(),
            licenses: Collection::default(),
            endpoints: options.webhook_url.as_ref().map(seed::endpoint).into_iter().collect(),
            events: Collection::default(),
            queue: Queue::default(),
            behaviour: Behaviour::default(),
            switches: Switches::default(),
            requests: Requests::default(),
            faults: Faults::default(),
            scenario: None,
        };
        seed.discounts.iter().for_each(|discount| world.add_discount(discount.clone()));
        world
    }

    /// Whether nothing was made yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.ids.is_untouched()
    }

    /// Gives the ids that a world has whose clock is held from the beginning: the same on every run.
    pub(crate) fn repeat_ids(&mut self) {
        self.ids = Ids::seeded(ID_SEED);
        self.trace_ids = Ids::seeded(!ID_SEED);
    }

    /// Adds a new discount and sees to it that it ends.
    pub(crate) fn add_discount(&mut self, discount: Discount) {
        if let Some(end) = discount.end() {
            self.schedule.add(end, Timer::DiscountEnds(discount.id.clone()));
        }
        self.discounts.push(discount);
    }

    /// Ends a discount whose last moment is over.
    pub(crate) fn end_discount(&mut self, id: &str) {
        let running = |discount: &&mut Discount| discount.status == DiscountStatus::Active;
        if let Some(discount) = self.discounts.get_mut(id).filter(running) {
            discount.status = DiscountStatus::Expired;
        }
    }

    /// Now, here.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Adds a new session and sees to it that it ends.
    pub(crate) fn add_checkout(&mut self, checkout: Checkout) {
        let end = checkout.created_at.checked_add(SESSION_LIFE).unwrap_or(Timestamp::MAX);
        self.schedule.add(end, Timer::SessionEnds(checkout.id.clone()));
        self.checkouts.push(checkout);
    }

    /// Ends a session that was not paid.
    pub(crate) fn end_session(&mut self, id: &str) {
        let now = self.now();
        if let Some(checkout) = self.checkouts.get_mut(id).filter(|checkout| checkout.state == CheckoutState::Pending) {
            checkout.state = CheckoutState::Expired;
            checkout.note(now, Moment::Expired);
        }
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

    /// What is due when a session is paid: a trial costs its own price, and a discount waits for the first full one.
    pub(crate) fn price(&self, checkout: &Checkout) -> Price {
        let product = self.product_of(checkout);
        if product.trial_period_days.is_some() {
            let price = Price::plain(product.trial_price.unwrap_or(0).saturating_mul(checkout.units));
            return self.taxed(price, product, &checkout.buyer.country);
        }
        self.full_price(checkout, self.discount_in(checkout))
    }

    /// What a full period of a session costs with a discount, or without.
    pub(crate) fn full_price(&self, checkout: &Checkout, discount: Option<&Discount>) -> Price {
        let product = self.product_of(checkout);
        let each = checkout.custom_price.unwrap_or(product.price);
        let price = Price::with(each.saturating_mul(checkout.units), discount);
        self.taxed(price, product, &checkout.buyer.country)
    }

    /// The discount that a session is paid with.
    pub(crate) fn discount_in(&self, checkout: &Checkout) -> Option<&Discount> {
        checkout.discount_id.as_deref().and_then(|id| self.discounts.get(id))
    }

    /// A price with the tax of a country, where the switches name one.
    fn taxed(&self, price: Price, product: &Product, country: &str) -> Price {
        let percent = self.switches.taxes.get(country).copied().unwrap_or(0);
        price.taxed(percent.min(100), product.tax_mode)
    }

    /// A price with the tax of a customer's country.
    pub(crate) fn taxed_for(&self, price: Price, product: &Product, customer_id: &str) -> Price {
        let country = self.customers.get(customer_id).and_then(|customer| customer.country.as_deref());
        self.taxed(price, product, country.unwrap_or_default())
    }

    /// Whether a session cannot be paid without a card: something is due, now or after the trial.
    pub(crate) fn needs_card(&self, checkout: &Checkout) -> bool {
        self.price(checkout).total > 0 || self.product_of(checkout).trial_period_days.is_some()
    }

    /// A subscription as its events and calls show it.
    pub(crate) fn subscription_json(&self, subscription: &Subscription, history: History) -> Value {
        let product = self.products.get(subscription.product_id()).expect("products stay");
        let customer = self.customers.get(&subscription.customer_id).expect("customers stay");
        let last = subscription.last_payment.as_ref();
        let last_transaction = last.and_then(|(id, _)| self.transactions.get(id));
        let discount = self.discount_of(subscription);
        subscription.full(Related { product, customer, last_transaction, discount }, history)
    }

    /// The discount a subscription was bought with.
    pub(crate) fn discount_of(&self, subscription: &Subscription) -> Option<&Discount> {
        subscription.discount_id.as_deref().and_then(|id| self.discounts.get(id))
    }

    /// Where the buyer opens a session.
    pub(crate) fn checkout_url(&self, checkout: &Checkout) -> String {
        [self.base.as_str(), &addresses::checkout(&checkout.product_id, &checkout.id)].concat()
    }

    /// An address at which a customer enters their portal; each call makes a new one.
    pub(crate) fn open_portal(&mut self, customer_id: &str) -> String {
        let token = self.ids.next("");
        let link = [self.base.as_str(), &addresses::portal(&token)].concat();
        self.portals.insert(token, customer_id.to_owned());
        link
    }

    /// Where an affiliate sends buyers.
    pub(crate) fn referral_link(&self, code: &str) -> String {
        format!("{}/?ref={code}", self.base)
    }

    /// A product as its own calls show it, with the address of its page; other entities carry it without.
    pub(crate) fn product_json(&self, product: &Product) -> Value {
        let mut json = json!(product);
        json["product_url"] = json!([self.base.as_str(), &addresses::product(&product.id)].concat());
        json
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
        let subscription = subscription.and_then(|id| self.subscriptions.get(id));
        put("subscription", subscription.map(|known| known.in_checkout(self.discount_of(known))));
        put("custom_fields", (!checkout.custom_fields.is_empty()).then(|| json!(checkout.custom_fields)));
        let keys = paid.map(|paid| self.license_keys_of(&paid.order_id)).filter(|keys| !keys.is_empty());
        put("license_keys", keys.map(Value::from));
        put("status", Some(checkout.state.status().into()));
        put("metadata", checkout.metadata.clone());
        put("discount", self.discount_in(checkout).map(Discount::in_checkout));
        put("mode", Some(json!(Mode::Test)));
        json
    }
}
