//! What a group of changes sees and changes: the part of the tables it needs, in memory between two trips to the
//! database.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use wire::PaymentStatus;

use super::movement::Movement;
use super::notifications::{Describe, NewNotification};
use super::rows::Step;
use super::rows::attempt::AttemptRow;
use super::rows::event::EventRow;
use super::session::{Facts, Mismatch, Session, is_settled};

/// By what a payment is named.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) checkout_ids: BTreeSet<String>,
    pub(super) order_ids: BTreeSet<String>,
    pub(super) subscription_ids: BTreeSet<String>,
}

impl Names {
    fn extend(&mut self, checkout_id: Option<&str>, order_id: &Option<String>, subscription_id: &Option<String>) {
        self.checkout_ids.extend(checkout_id.map(str::to_owned));
        self.order_ids.extend(order_id.clone());
        self.subscription_ids.extend(subscription_id.clone());
    }
}

/// Which rows a group of changes needs.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Sessions that have one of these.
    pub(super) sessions: Names,
    /// Movements that name one of these.
    pub(super) movements: Names,
    pub(super) movement_ids: BTreeSet<String>,
    /// References whose settled sessions are counted.
    pub(super) request_ids: BTreeSet<String>,
    pub(super) event_ids: BTreeSet<String>,
    pub(super) attempt_keys: BTreeSet<String>,
}

impl Needs {
    /// What facts about a session touch. Only of one that is paid anything can have gone back.
    pub(super) fn facts(&mut self, facts: &Facts) {
        self.sessions.checkout_ids.insert(facts.checkout_id.as_str().to_owned());
        if facts.reached == PaymentStatus::Paid {
            self.movements.extend(Some(facts.checkout_id.as_str()), &facts.order_id, &facts.subscription_id);
            self.request_ids.extend(facts.request_id.as_ref().map(|id| id.as_str().to_owned()));
        }
    }

    /// What a refund or dispute touches.
    pub(super) fn movement(&mut self, movement: &Movement) {
        self.movement_ids.insert(movement.id.clone());
        for names in [&mut self.sessions, &mut self.movements] {
            names.extend(movement.checkout_id.as_deref(), &movement.order_id, &movement.subscription_id);
        }
    }

    /// The names of loaded sessions by which no movement was asked for yet, though they are paid.
    pub(super) fn of_loaded<'a>(&self, sessions: impl Iterator<Item = &'a Session>) -> Self {
        let mut more = Self::default();
        for session in sessions.filter(|session| session.reached == PaymentStatus::Paid) {
            let asked = &self.movements;
            let id = Some(session.checkout_id.as_str()).filter(|id| !asked.checkout_ids.contains(*id));
            let order_id = session.order_id.clone().filter(|id| !asked.order_ids.contains(id));
            let subscription_id = session.subscription_id.clone().filter(|id| !asked.subscription_ids.contains(id));
            more.movements.extend(id, &order_id, &subscription_id);
        }
        more
    }
}

/// A change of the ledger, which decides on what is there when its turn has come.
pub(super) trait Change: Send + 'static {
    type Answer: Send + 'static;

    /// Names the rows it looks at or changes.
    fn needs(&self, needs: &mut Needs);

    /// Changes them. May be done again from the beginning when a commit failed.
    fn apply(&self, world: &mut World) -> Self::Answer;
}

/// What came of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Learned {
    /// Whether the session is known, now or before.
    pub(crate) is_known: bool,
    /// What contradicts what was known, when it does so for the first time.
    pub(crate) mismatches: Vec<Mismatch>,
    /// How many sessions of this reference are settled, when this one became so and is not the first.
    pub(crate) settled_again: Option<i64>,
}

/// The rows, as they change.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) changed_sessions: BTreeSet<String>,
    pub(super) movements: BTreeMap<String, Movement>,
    pub(super) changed_movements: BTreeSet<String>,
    pub(super) settled: HashMap<String, i64>,
    pub(super) attempts: BTreeMap<String, AttemptRow>,
    pub(super) changed_attempts: BTreeSet<String>,
    /// Whether the effect of each known event was applied.
    pub(super) events: BTreeMap<String, bool>,
    pub(super) new_events: Vec<EventRow>,
    pub(super) applied_events: BTreeSet<String>,
    pub(super) history: Vec<Step>,
    /// Says the changes that are to be told.
    pub(super) describe: Option<Describe>,
    pub(super) notifications: Vec<NewNotification>,
    /// The number of the change that is being applied.
    pub(super) turn: i64,
}

impl World {
    /// Takes in what is said of a session.
    pub(super) fn learn(&mut self, facts: &Facts, now_ms: i64) -> Learned {
        let id = facts.checkout_id.as_str();
        let before = self.sessions.get(id).cloned();
        let known = match before.clone() {
            Some(mut known) => {
                known.learn(facts);
                Some(known)
            }
            None => Session::first(facts, now_ms),
        };
        let Some(session) = known else { return Learned::default() };
        let earlier = before.as_ref().map(|before| before.mismatches.clone()).unwrap_or_default();
        let mismatches = session.mismatches.iter().filter(|new| !earlier.contains(new)).copied().collect();
        let was_settled = before.as_ref().is_some_and(|before| is_settled(before.status));
        let reference = session.request_id.as_str().to_owned();
        let is_settled_now = self.settle(session, before, now_ms);
        let mut settled_again = None;
        if is_settled_now && !was_settled {
            let settled = self.settled.entry(reference).or_default();
            *settled += 1;
            settled_again = Some(*settled).filter(|settled| *settled > 1);
        }
        Learned { is_known: true, mismatches, settled_again }
    }

    /// Takes in a refund or a dispute, and draws its conclusions for every payment it is about.
    pub(super) fn moved(&mut self, movement: &Movement, now_ms: i64) {
        if self.movements.get(&movement.id).is_some_and(|known| !movement.replaces(known)) {
            return;
        }
        self.movements.insert(movement.id.clone(), movement.clone());
        self.changed_movements.insert(movement.id.clone());
        let about: Vec<Session> =
            self.sessions.values().filter(|session| session.is_meant_by(movement)).cloned().collect();
        for session in about {
            let before = session.clone();
            self.settle(session, Some(before), now_ms);
        }
    }

    /// Draws the conclusions for a session and keeps it, with a step of its history when its status changed. Answers
    /// whether it is settled.
    fn settle(&mut self, mut session: Session, before: Option<Session>, now_ms: i64) -> bool {
        session.settle(self.movements.values());
        let settled = is_settled(session.status);
        if before.as_ref() == Some(&session) {
            return settled;
        }
        let describe = self.describe.filter(|describe| is_told(before.as_ref(), &session, *describe));
        session.updated_at = now_ms;
        session.turn = self.turn;
        let id = session.checkout_id.as_str().to_owned();
        if let Some(describe) = describe {
            self.notifications.push(NewNotification {
                checkout_id: id.clone(),
                turn: self.turn,
                body: describe(&session),
                created_at: now_ms,
            });
        }
        if before.is_none_or(|before| before.status != session.status) {
            self.history.push(Step {
                checkout_id: id.clone(),
                turn: self.turn,
                status: session.status.as_str(),
                changed_at: session.changed_at,
                learned_at: now_ms,
            });
        }
        self.changed_sessions.insert(id.clone());
        self.sessions.insert(id, session);
        settled
    }
}

/// Whether a change is told: one that its reader can see, of a payment that is under way at least.
fn is_told(before: Option<&Session>, session: &Session, describe: Describe) -> bool {
    session.status != PaymentStatus::Pending && before.is_none_or(|before| describe(before) != describe(session))
}
