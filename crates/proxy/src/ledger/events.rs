//! Webhook events: stored and applied in one transaction, once.

use super::movement::Movement;
use super::rows::event::EventRow;
use super::session::Facts;
use super::world::{Change, Learned, Needs, World};
use super::{Ledger, LedgerError};

/// A verified event, with what it says about a payment.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub(crate) id: String,
    pub(crate) event_type: String,
    /// When it happened at Creem, in milliseconds since 1970.
    pub(crate) created_at: i64,
    pub(crate) payload: String,
    pub(crate) effect: Effect,
}

/// What an event changes.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// A session was paid.
    Paid(Box<Facts>),
    /// A payment was refunded or disputed.
    Moved(Movement),
    /// Nothing a buyer is shown.
    None,
    /// It is about money and cannot be understood, for this reason: it is kept, and tried again.
    Unread(String),
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// It came before, and its effect was applied then.
    Repeated,
    /// It is new, or was understood only now.
    Applied(Learned),
    /// It is kept. It tells of a session that this proxy did not open and that names no reference of ours.
    Foreign,
    /// It is kept, and waits to be understood, for this reason.
    Waiting(String),
}

struct Record {
    event: StoredEvent,
    now_ms: i64,
}

impl Record {
    /// Applies the effect, as far as it can be.
    fn act(&self, world: &mut World) -> Recorded {
        match &self.event.effect {
            Effect::Paid(facts) => match world.learn(facts, self.now_ms) {
                learned if learned.is_known => Recorded::Applied(learned),
                _ if facts.request_id.is_none() => Recorded::Foreign,
                _ => Recorded::Waiting("object.product: it is not said".to_owned()),
            },
            Effect::Moved(movement) => {
                world.moved(movement, self.now_ms);
                Recorded::Applied(Learned::default())
            }
            Effect::None => Recorded::Applied(Learned::default()),
            Effect::Unread(why) => Recorded::Waiting(why.clone()),
        }
    }
}

impl Change for Record {
    type Answer = Recorded;

    fn needs(&self, needs: &mut Needs) {
        needs.event_ids.insert(self.event.id.clone());
        match &self.event.effect {
            Effect::Paid(facts) => needs.facts(facts),
            Effect::Moved(movement) => needs.movement(movement),
            Effect::None | Effect::Unread(_) => {}
        }
    }

    fn apply(&self, world: &mut World) -> Recorded {
        let known = world.events.get(&self.event.id).copied();
        if known == Some(true) {
            return Recorded::Repeated;
        }
        let recorded = self.act(world);
        let problem = match &recorded {
            Recorded::Waiting(why) => Some(why.clone()),
            Recorded::Repeated | Recorded::Applied(_) | Recorded::Foreign => None,
        };
        world.events.insert(self.event.id.clone(), problem.is_none());
        if known.is_none() {
            world.new_events.push(EventRow {
                id: self.event.id.clone(),
                event_type: self.event.event_type.clone(),
                created_at: self.event.created_at,
                received_at: self.now_ms,
                payload: self.event.payload.clone(),
                problem,
            });
        } else if problem.is_none() {
            world.applied_events.insert(self.event.id.clone());
        }
        recorded
    }
}

/// Facts that no event carried: a return that Creem confirmed, or a look-up.
struct Learn {
    facts: Facts,
    now_ms: i64,
}

impl Change for Learn {
    type Answer = Learned;

    fn needs(&self, needs: &mut Needs) {
        needs.facts(&self.facts);
    }

    fn apply(&self, world: &mut World) -> Learned {
        world.learn(&self.facts, self.now_ms)
    }
}

/// A refund that no event told of.
struct Move {
    movement: Movement,
    now_ms: i64,
}

impl Change for Move {
    type Answer = ();

    fn needs(&self, needs: &mut Needs) {
        needs.movement(&self.movement);
    }

    fn apply(&self, world: &mut World) {
        world.moved(&self.movement, self.now_ms);
    }
}

impl Ledger {
    /// Stores an event and applies it; a repeated one does nothing, and one that waited is tried again.
    pub(crate) async fn record(&self, event: StoredEvent) -> Result<Recorded, LedgerError> {
        self.change(Record { event, now_ms: self.now_ms() }).await
    }

    /// Takes in what Creem says of a session.
    pub(crate) async fn learn(&self, facts: Facts) -> Result<Learned, LedgerError> {
        self.change(Learn { facts, now_ms: self.now_ms() }).await
    }

    /// Takes in that money went back.
    pub(crate) async fn moved(&self, movement: Movement) -> Result<(), LedgerError> {
        self.change(Move { movement, now_ms: self.now_ms() }).await
    }
}
