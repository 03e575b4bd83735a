//! Paying a session: what is checked, what it leaves behind, which events it sends, and where the buyer goes.

use creem::ApiKey;
use jiff::Timestamp;
use url::Url;

use crate::card::{self, Decline};
use crate::clock::iso;
use crate::entity::{
    BillingType, Checkout, CheckoutState, Customer, Kind, Mode, Order, Paid, Product, Subscription, Transaction,
};
use crate::shelf::Identified;
use crate::webhooks::Draft;
use crate::world::{Price, World};

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
    /// Pays a session with a card; one that costs nothing needs none. The buyer's details are those of the session.
    pub(crate) fn pay(&mut self, checkout_id: &str, card_number: &str) -> Result<Paid, PayError> {
        let checkout = self.checkout(checkout_id).ok_or(PayError::Unknown)?.clone();
        match &checkout.state {
            CheckoutState::Pending => {}
            CheckoutState::Expired => return Err(PayError::Expired),
            CheckoutState::Completed(_) => return Err(PayError::AlreadyPaid),
        }
        let price = self.price(&checkout);
        if price.total > 0 {
            card::charge(card_number)?;
        }
        Ok(self.complete(&checkout, price))
    }

    fn complete(&mut self, checkout: &Checkout, price: Price) -> Paid {
        let now = self.now();
        let product = self.product_of(checkout).clone();
        let customer = self.customer_for(checkout, now);
        let (order_id, transaction_id) = (self.ids.next("ord_"), self.ids.next("tran_"));
        let subscription = match product.billing_type {
            BillingType::Onetime => None,
            BillingType::Recurring => Some(self.subscribe(checkout, &product, &customer, now)),
        };
        let transaction =
            transaction(transaction_id, &order_id, &customer, subscription.as_ref(), price, &product, now);
        let paid = Paid {
            order_id: order_id.clone(),
            customer_id: customer.id.clone(),
            subscription_id: subscription.as_ref().map(|subscription| subscription.id.clone()),
        };
        self.orders.push(order(order_id, &transaction.id, checkout, &customer, price, &product, now));
        if let Some(discount) = checkout.discount_id.as_deref().and_then(|id| self.discounts.get_mut(id)) {
            discount.redeem_count += 1;
        }
        let checkout = self.checkouts.get_mut(checkout.id()).expect("the session was just read");
        checkout.state = CheckoutState::Completed(paid.clone());
        let checkout = checkout.clone();
        let mut events = Vec::new();
        if let Some(subscription) = &subscription {
            events.push(Draft::new("subscription.active", subscription.full(&product, &customer, None)));
            events.push(Draft::new("subscription.paid", subscription.full(&product, &customer, Some(&transaction))));
        }
        self.transactions.push(transaction);
        events.push(Draft::new("checkout.completed", self.checkout_json(&checkout, None)));
        self.publish(events);
        paid
    }

    /// The customer with the buyer's e-mail; a new one copies the session's metadata as its own.
    fn customer_for(&mut self, checkout: &Checkout, now: Timestamp) -> Customer {
        let buyer = &checkout.buyer;
        let named = checkout.customer_id.as_deref().and_then(|id| self.customers.get(id));
        let same_email = |customer: &&Customer| customer.email.eq_ignore_ascii_case(&buyer.email);
        if let Some(known) = named.or_else(|| self.customers.iter().find(same_email)) {
            return known.clone();
        }
        let customer = Customer {
            id: self.ids.next("cust_"),
            object: Kind::Customer,
            email: buyer.email.clone(),
            name: Some(buyer.name.clone()).filter(|name| !name.is_empty()),
            metadata: checkout.metadata.clone(),
            country: Some(buyer.country.clone()).filter(|country| !country.is_empty()),
            created_at: iso(now),
            updated_at: iso(now),
            mode: Mode::Test,
        };
        self.customers.push(customer.clone());
        customer
    }

    fn subscribe(
        &mut self,
        checkout: &Checkout,
        product: &Product,
        customer: &Customer,
        now: Timestamp,
    ) -> Subscription {
        let subscription = Subscription {
            id: self.ids.next("sub_"),
            product_id: product.id.clone(),
            customer_id: customer.id.clone(),
            item_id: self.ids.next("sitem_"),
            price_id: self.ids.next("pprice_"),
            units: checkout.units,
            period_start: iso(now),
            period_end: iso(product.billing_period.end(now)),
            created_at: iso(now),
            metadata: checkout.metadata.clone(),
        };
        self.subscriptions.push(subscription.clone());
        subscription
    }

    /// Where the buyer of a paid session goes: `success_url`, its own query kept, then Creem's parameters, signed.
    /// `None` while it is not paid, or when neither the session nor the product names an address.
    pub(crate) fn return_url(&self, checkout: &Checkout, key: &ApiKey) -> Option<Url> {
        let CheckoutState::Completed(paid) = &checkout.state else { return None };
        let default = self.product_of(checkout).default_success_url.as_deref();
        let mut url = Url::parse(checkout.success_url.as_deref().or(default)?).ok()?;
        let pairs = [
            ("request_id", checkout.request_id.as_deref()),
            ("checkout_id", Some(checkout.id.as_str())),
            ("order_id", Some(paid.order_id.as_str())),
            ("customer_id", Some(paid.customer_id.as_str())),
            ("subscription_id", paid.subscription_id.as_deref()),
            ("product_id", Some(checkout.product_id.as_str())),
        ];
        let pairs = pairs.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        let signature = creem::return_url::sign(pairs.clone(), key);
        url.query_pairs_mut().extend_pairs(pairs).append_pair("signature", &signature);
        Some(url)
    }
}

fn order(
    id: String,
    transaction_id: &str,
    checkout: &Checkout,
    customer: &Customer,
    price: Price,
    product: &Product,
    now: Timestamp,
) -> Order {
    Order {
        object: Kind::Order,
        id,
        customer: customer.id.clone(),
        product: product.id.clone(),
        amount: price.subtotal,
        currency: product.currency,
        sub_total: price.subtotal,
        tax_amount: 0,
        amount_due: price.total,
        amount_paid: price.total,
        status: "paid",
        kind: product.billing_type,
        transaction: transaction_id.to_owned(),
        created_at: iso(now),
        updated_at: iso(now),
        mode: Mode::Test,
        discount: checkout.discount_id.clone(),
        discount_amount: checkout.discount_id.is_some().then_some(price.discount),
    }
}

fn transaction(
    id: String,
    order_id: &str,
    customer: &Customer,
    subscription: Option<&Subscription>,
    price: Price,
    product: &Product,
    now: Timestamp,
) -> Transaction {
    Transaction {
        id,
        object: Kind::Transaction,
        amount: price.total,
        amount_paid: price.total,
        discount_amount: (price.discount > 0).then_some(price.discount),
        currency: product.currency,
        kind: if subscription.is_some() { "invoice" } else { "payment" },
        tax_country: customer.country.clone(),
        tax_amount: 0,
        status: "paid",
        refunded_amount: None,
        order: order_id.to_owned(),
        subscription: subscription.map(|subscription| subscription.id.clone()),
        customer: None,
        description: if subscription.is_some() { "Subscription payment" } else { "Payment" },
        period_start: subscription.map(|_| now.as_millisecond()),
        period_end: subscription.map(|_| product.billing_period.end(now).as_millisecond()),
        created_at: now.as_millisecond(),
        mode: Mode::Test,
    }
}
