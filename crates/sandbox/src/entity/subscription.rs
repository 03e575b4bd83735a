//! Recurring purchases: where they stand, and their exact JSON.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::card::Decline;
use super::collection::Identified;
use super::{Customer, Detail, Discount, Mode, Product, Transaction};
use crate::clock::iso;

/// A recurring purchase.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) checkout_id: String,
    pub(crate) customer_id: String,
    /// At least one; the first one's product is the subscription's.
    pub(crate) items: Vec<Item>,
    pub(crate) state: State,
    /// What the card on file will say next time. The card itself is not kept.
    pub(crate) card: Result<(), Decline>,
    /// Where periods are counted from, so that the 31st comes back after February.
    pub(crate) anchor: Timestamp,
    /// How many periods after the anchor the running one ends.
    pub(crate) cycle: u32,
    pub(crate) period_start: Timestamp,
    pub(crate) period_end: Timestamp,
    /// When the sandbox has to look at it again.
    pub(crate) due: Option<Timestamp>,
    /// The latest payment, and when it was made.
    pub(crate) last_payment: Option<(String, Timestamp)>,
    pub(crate) discount_id: Option<String>,
    /// The start of the first full-price period; discounts count from it.
    pub(crate) discount_from: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) metadata: Option<Value>,
}

/// What is paid for again and again.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) product_id: String,
    pub(crate) price_id: String,
    /// Per unit and period, in minor units; a product's later price change does not touch it.
    pub(crate) unit_price: i64,
    pub(crate) units: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// Where a subscription is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Before the first full payment.
    Trialing,
    /// Paid.
    Active,
    /// Paid, and at the end of the period something else than a charge follows.
    ScheduledCancel(Ending),
    /// A charge failed this often; it is tried again.
    PastDue {
        /// How many attempts in this period have failed.
        failures: usize,
    },
    /// All attempts failed.
    Unpaid,
    /// Nothing is charged until it is resumed.
    Paused,
    /// It is over.
    Canceled(Timestamp),
}

/// What follows the end of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ending {
    /// It is over.
    #[default]
    Cancel,
    /// It waits to be resumed.
    Pause,
}

/// Whether payments made and to come are part of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    /// As the events of starting, pausing and changing leave it out.
    Hidden,
    /// As everything else has it.
    Shown,
}

impl State {
    /// Creem's word for it.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::ScheduledCancel(_) => "scheduled_cancel",
            Self::PastDue { .. } => "past_due",
            Self::Unpaid => "unpaid",
            Self::Paused => "paused",
            Self::Canceled(_) => "canceled",
        }
    }

    /// Whether its buyer has what they pay for.
    pub(crate) fn is_running(self) -> bool {
        matches!(self, Self::Trialing | Self::Active | Self::ScheduledCancel(_))
    }
}

impl Identified for Subscription {
    fn id(&self) -> &str {
        &self.id
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.customer_id)
    }
}

/// What a subscription's JSON carries beside itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Related<'a> {
    pub(crate) product: &'a Product,
    pub(crate) customer: &'a Customer,
    pub(crate) last_transaction: Option<&'a Transaction>,
    pub(crate) discount: Option<&'a Discount>,
}

impl Subscription {
    /// The product it is for.
    pub(crate) fn product_id(&self) -> &str {
        self.items.first().map_or("", |item| item.product_id.as_str())
    }

    /// The price of one period, before discount.
    pub(crate) fn subtotal(&self) -> i64 {
        self.items.iter().fold(0, |sum, item| sum.saturating_add(item.unit_price.saturating_mul(item.units)))
    }

    /// When the next charge is to be expected.
    pub(crate) fn next_charge(&self) -> Option<Timestamp> {
        match self.state {
            State::Trialing | State::Active | State::ScheduledCancel(_) => Some(self.period_end),
            State::PastDue { .. } => self.due,
            State::Unpaid | State::Paused | State::Canceled(_) => None,
        }
    }

    /// As its own events and calls carry it: neighbours in full, with its items.
    pub(crate) fn full(&self, near: Related<'_>, history: History) -> Value {
        let mut value = self.json(json!(near.product), json!(near.customer), Detail::Full);
        if history == History::Shown {
            self.put_history(&mut value, near.last_transaction);
        }
        self.put_dates(&mut value, near.discount);
        value
    }

    /// As a checkout carries it: neighbours by id, without items and payments.
    pub(crate) fn in_checkout(&self, discount: Option<&Discount>) -> Value {
        let mut value = self.json(json!(self.product_id()), json!(self.customer_id), Detail::Id);
        self.put_dates(&mut value, discount);
        value
    }

    fn json(&self, product: Value, customer: Value, detail: Detail) -> Value {
        let mut value = json!({ "id": self.id, "object": "subscription" });
        value["product"] = product;
        value["customer"] = customer;
        if detail == Detail::Full {
            value["items"] = self.items_json();
        }
        value["collection_method"] = json!("charge_automatically");
        value["status"] = json!(self.state.status());
        value
    }

    /// Its items as it carries them.
    pub(crate) fn items_json(&self) -> Value {
        self.items.iter().map(Item::json).collect()
    }

    fn put_history(&self, value: &mut Value, last: Option<&Transaction>) {
        if let (Some(transaction), Some((_, at))) = (last, &self.last_payment) {
            value["last_transaction_id"] = json!(transaction.id);
            value["last_transaction"] = transaction.nested();
            value["last_transaction_date"] = json!(iso(*at));
        }
        if let Some(next) = self.next_charge() {
            value["next_transaction_date"] = json!(iso(next));
        }
    }

    fn put_dates(&self, value: &mut Value, discount: Option<&Discount>) {
        value["current_period_start_date"] = json!(iso(self.period_start));
        value["current_period_end_date"] = json!(iso(self.period_end));
        value["canceled_at"] = match self.state {
            State::Canceled(at) => json!(iso(at)),
            State::Trialing
            | State::Active
            | State::ScheduledCancel(_)
            | State::PastDue { .. }
            | State::Unpaid
            | State::Paused => Value::Null,
        };
        value["created_at"] = json!(iso(self.created_at));
        value["updated_at"] = json!(iso(self.updated_at));
        if let Some(discount) = discount {
            value["discount"] = discount.in_checkout();
        }
        if let Some(metadata) = &self.metadata {
            value["metadata"] = metadata.clone();
        }
        value["mode"] = json!(Mode::Test);
    }
}

impl Item {
    fn json(&self) -> Value {
        json!({
            "object": "subscription_item", "id": self.id, "product_id": self.product_id, "price_id": self.price_id,
            "units": self.units, "created_at": iso(self.created_at), "updated_at": iso(self.updated_at),
            "mode": Mode::Test,
        })
    }
}
