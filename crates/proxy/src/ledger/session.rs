//! One session and its payment, and the one set of rules by which it changes.
//!
//! Events, returns and look-ups all become [`Facts`]; refunds and disputes become [`Movement`]s. What a session is
//! follows from the facts and movements that are known, in whatever order they came.

use serde::{Deserialize, Serialize};
use wire::{CheckoutId, Currency, PaymentStatus, ProductId, RequestId};

use super::movement::{self, Movement};

/// How far a payment has come. It never goes back.
pub(crate) fn standing(status: PaymentStatus) -> i64 {
    match status {
        PaymentStatus::Pending => 0,
        PaymentStatus::Processing => 1,
        PaymentStatus::Expired => 2,
        PaymentStatus::Paid => 3,
        PaymentStatus::Refunded | PaymentStatus::Disputed => 4,
    }
}

/// Whether money came, whatever became of it later.
pub(crate) fn is_settled(status: PaymentStatus) -> bool {
    standing(status) >= standing(PaymentStatus::Paid)
}

/// What the proxy opened a session with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) product_id: ProductId,
    pub(crate) units: u32,
    pub(crate) discount_code: Option<String>,
    pub(crate) currency: Currency,
    /// Whether a signed intent fixed it.
    pub(crate) intent: bool,
}

/// What Creem says was paid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Paid {
    pub(crate) request_id: Option<String>,
    pub(crate) product_id: Option<ProductId>,
    pub(crate) units: Option<u32>,
    /// In minor units, tax included.
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) order_id: Option<String>,
}

/// What differs between what a session was opened with and what is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mismatch {
    RequestId,
    ProductId,
    Units,
    Currency,
    OrderId,
    Status,
}

impl Mismatch {
    const ALL: [Self; 6] = [Self::RequestId, Self::ProductId, Self::Units, Self::Currency, Self::OrderId, Self::Status];

    /// The name of the field that differs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::RequestId => "request_id",
            Self::ProductId => "product_id",
            Self::Units => "units",
            Self::Currency => "currency",
            Self::OrderId => "order_id",
            Self::Status => "status",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mismatch| mismatch.as_str() == word)
    }
}

/// What an opening, an event or a look-up says about a session.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) checkout_id: CheckoutId,
    /// Absent when it was not said or cannot be one of ours.
    pub(crate) request_id: Option<RequestId>,
    pub(crate) product_id: Option<ProductId>,
    /// Pending, processing, expired or paid.
    pub(crate) reached: PaymentStatus,
    /// When it came about at Creem, in milliseconds since 1970.
    pub(crate) changed_at: i64,
    pub(crate) units: Option<u32>,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) order_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
    /// The buyer, as JSON.
    pub(crate) customer: Option<String>,
    /// The order, as JSON.
    pub(crate) order: Option<String>,
    /// What the session was opened with, as JSON.
    pub(crate) metadata: Option<String>,
    /// Given by the one who opens it.
    pub(crate) opened: Option<Opened>,
    /// What contradicts itself within what was said.
    pub(crate) mismatches: Vec<Mismatch>,
}

impl Facts {
    /// That a session came so far, and nothing more.
    pub(crate) fn new(checkout_id: CheckoutId, reached: PaymentStatus, changed_at: i64) -> Self {
        Self {
            checkout_id,
            request_id: None,
            product_id: None,
            reached,
            changed_at,
            units: None,
            amount: None,
            currency: None,
            order_id: None,
            subscription_id: None,
            customer: None,
            order: None,
            metadata: None,
            opened: None,
            mismatches: Vec::new(),
        }
    }
}

/// A session, as a row of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Session {
    pub(crate) checkout_id: CheckoutId,
    pub(crate) request_id: RequestId,
    pub(crate) product_id: ProductId,
    /// How far paying itself came.
    pub(crate) reached: PaymentStatus,
    pub(crate) reached_at: i64,
    /// What follows from `reached` and from what went back.
    pub(crate) status: PaymentStatus,
    pub(crate) changed_at: i64,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) order_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
    pub(crate) refunded_amount: i64,
    pub(crate) customer: Option<String>,
    pub(crate) order: Option<String>,
    pub(crate) metadata: Option<String>,
    pub(crate) opened: Option<Opened>,
    pub(crate) paid: Option<Paid>,
    /// Sorted, each once.
    pub(crate) mismatches: Vec<Mismatch>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) looked_up_at: i64,
    pub(crate) look_ups: i64,
    pub(crate) turn: i64,
}

impl Session {
    /// The first that is known of a session; `None` when its reference or product is not said.
    pub(super) fn first(facts: &Facts, now_ms: i64) -> Option<Self> {
        let mut session = Self {
            checkout_id: facts.checkout_id.clone(),
            request_id: facts.request_id.clone()?,
            product_id: facts.product_id.clone()?,
            reached: PaymentStatus::Pending,
            reached_at: facts.changed_at,
            status: PaymentStatus::Pending,
            changed_at: facts.changed_at,
            amount: None,
            currency: None,
            order_id: None,
            subscription_id: None,
            refunded_amount: 0,
            customer: None,
            order: None,
            metadata: None,
            opened: None,
            paid: None,
            mismatches: Vec::new(),
            created_at: now_ms,
            updated_at: now_ms,
            looked_up_at: now_ms,
            look_ups: 0,
            turn: 0,
        };
        session.learn(facts);
        Some(session)
    }

    /// Takes in what is said: a payment only ever comes further, what was once known is never forgotten, and what
    /// contradicts it is kept beside it.
    pub(super) fn learn(&mut self, facts: &Facts) {
        let differing = self.differing(facts);
        let about_us = !differing.iter().any(|mismatch| {
            matches!(mismatch, Mismatch::RequestId | Mismatch::ProductId | Mismatch::Currency | Mismatch::OrderId)
        });
        self.mismatches.extend(differing);
        self.mismatches.extend(&facts.mismatches);
        self.mismatches.sort_unstable();
        self.mismatches.dedup();
        if standing(facts.reached) > standing(self.reached) {
            self.reached = facts.reached;
            self.reached_at = facts.changed_at;
        }
        if facts.reached == PaymentStatus::Paid {
            self.paid.get_or_insert_default().complete(facts);
        }
        if about_us {
            keep_first(&mut self.amount, &facts.amount);
            keep_first(&mut self.currency, &facts.currency);
            keep_first(&mut self.order_id, &facts.order_id);
            take_newest(&mut self.order, &facts.order);
        }
        keep_first(&mut self.subscription_id, &facts.subscription_id);
        take_newest(&mut self.customer, &facts.customer);
        keep_first(&mut self.metadata, &facts.metadata);
        keep_first(&mut self.opened, &facts.opened);
    }

    /// Draws the conclusion from everything that went back.
    pub(super) fn settle<'a>(&mut self, movements: impl IntoIterator<Item = &'a Movement>) {
        (self.status, self.changed_at, self.refunded_amount) = (self.reached, self.reached_at, 0);
        if self.reached != PaymentStatus::Paid {
            return;
        }
        let about_us = movements.into_iter().filter(|movement| self.is_meant_by(movement));
        let outcome = movement::outcome(about_us, self.amount, self.currency);
        self.refunded_amount = outcome.refunded_amount;
        if let Some((status, changed_at)) = outcome.moved {
            (self.status, self.changed_at) = (status, changed_at);
        }
    }

    /// Whether a movement is about this session's payment. The order decides where both name one, because renewals of a
    /// subscription have orders of their own; a subscription counts only where nothing more precise is named.
    pub(super) fn is_meant_by(&self, movement: &Movement) -> bool {
        match (&movement.order_id, &self.order_id, &movement.checkout_id, &movement.subscription_id) {
            (Some(named), Some(known), _, _) => named == known,
            (_, _, Some(named), _) => named == self.checkout_id.as_str(),
            (Some(_), None, None, _) | (None, _, None, None) => false,
            (None, _, None, Some(named)) => self.subscription_id.as_ref() == Some(named),
        }
    }

    /// Whether a signed intent fixed what it sells.
    pub(crate) fn is_by_intent(&self) -> bool {
        self.opened.as_ref().is_some_and(|opened| opened.intent)
    }

    fn differing(&self, facts: &Facts) -> Vec<Mismatch> {
        let opened = self.opened.as_ref();
        let currency = self.currency.or(opened.map(|opened| opened.currency));
        let units = opened.map(|opened| opened.units);
        [
            (Mismatch::RequestId, differs(Some(&self.request_id), facts.request_id.as_ref())),
            (Mismatch::ProductId, differs(Some(&self.product_id), facts.product_id.as_ref())),
            (Mismatch::Units, differs(units, facts.units)),
            (Mismatch::Currency, differs(currency, facts.currency)),
            (Mismatch::OrderId, differs(self.order_id.as_ref(), facts.order_id.as_ref())),
        ]
        .into_iter()
        .filter_map(|(mismatch, differs)| differs.then_some(mismatch))
        .collect()
    }
}

impl Paid {
    fn complete(&mut self, facts: &Facts) {
        keep_first(&mut self.request_id, &facts.request_id.as_ref().map(|id| id.as_str().to_owned()));
        keep_first(&mut self.product_id, &facts.product_id);
        keep_first(&mut self.units, &facts.units);
        keep_first(&mut self.amount, &facts.amount);
        keep_first(&mut self.currency, &facts.currency);
        keep_first(&mut self.order_id, &facts.order_id);
    }
}

fn differs<T: PartialEq>(known: Option<T>, said: Option<T>) -> bool {
    known.zip(said).is_some_and(|(known, said)| known != said)
}

fn keep_first<T: Clone>(known: &mut Option<T>, said: &Option<T>) {
    if known.is_none() {
        known.clone_from(said);
    }
}

fn take_newest<T: Clone>(known: &mut Option<T>, said: &Option<T>) {
    if said.is_some() {
        known.clone_from(said);
    }
}
