//! When Creem is asked about a session that nobody told us is paid: soon, then ever more seldom, and in the end no more.

use wire::CheckoutId;

use super::known::KnownPayment;
use super::session::Session;
use super::world::{Change, Needs, World};
use super::{Ledger, LedgerError};

/// How long to wait before each look-up, in milliseconds: a buyer watches for about a minute, and presses "check again".
/// The webhook comes first; the last pause repeats.
const PAUSES_MS: [i64; 9] = [10_000, 10_000, 10_000, 10_000, 10_000, 30_000, 120_000, 600_000, 3_600_000];

/// How old a session may be to be looked up, in milliseconds. What is found later is found by `reconcile`.
const LOOKED_UP_FOR_MS: i64 = 24 * 3600 * 1000;

/// For whom a session is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// For somebody who follows it, or a program: the webhook has the first chance.
    InTime,
    /// For a person who opens its page or presses again: the first look-up is made at once.
    AtOnce,
}

struct TakeLookUp {
    checkout_id: String,
    look: Look,
    now_ms: i64,
}

impl Change for TakeLookUp {
    type Answer = bool;

    fn needs(&self, needs: &mut Needs) {
        needs.sessions.checkout_ids.insert(self.checkout_id.clone());
    }

    fn apply(&self, world: &mut World) -> bool {
        let Some(session) = world.sessions.get_mut(&self.checkout_id) else { return false };
        if !is_due(self.look, session, self.now_ms) {
            return false;
        }
        session.looked_up_at = self.now_ms;
        session.look_ups += 1;
        // Nothing a reader of changes would see.
        world.changed_sessions.insert(self.checkout_id.clone());
        true
    }
}

/// Whether the next look-up may be made.
fn is_due(look: Look, session: &Session, now_ms: i64) -> bool {
    let next = usize::try_from(session.look_ups).unwrap_or(usize::MAX).min(PAUSES_MS.len() - 1);
    let has_waited = now_ms - session.looked_up_at >= PAUSES_MS[next];
    let is_first = look == Look::AtOnce && session.look_ups == 0;
    (has_waited || is_first) && now_ms - session.created_at < LOOKED_UP_FOR_MS
}

impl Ledger {
    /// Whether Creem may be asked about a payment now.
    pub(crate) fn may_look_up(&self, known: &KnownPayment, look: Look) -> bool {
        !known.payment.status.is_final() && is_due(look, &known.session, self.now_ms())
    }

    /// Takes the turn to ask Creem about a session; false when it is not time, or another process took it.
    pub(crate) async fn take_look_up(&self, checkout_id: &CheckoutId, look: Look) -> Result<bool, LedgerError> {
        let now_ms = self.now_ms();
        self.change(TakeLookUp { checkout_id: checkout_id.as_str().to_owned(), look, now_ms }).await
    }
}
