//! What changed, told to those who wait for it.
//!
//! One task per process reads which references changed: at once when this process changed something, and twice a
//! second for what other replicas did. It reads nothing while nobody listens.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, broadcast, watch};
use wire::RequestId;

use crate::ledger::Ledger;
use crate::limits::handles;
use crate::limits::places::{Place, Places};
use crate::telemetry;
use crate::text::log::sanitized;

/// How often another replica's changes are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Most streams at once in one process, and never more than half of its connections; the pages of others ask now and
/// then instead.
const MAX_LISTENERS: usize = 1000;

/// Most streams of one client: a few windows, of a few people behind one address.
const MAX_LISTENERS_PER_CLIENT: usize = 16;

/// Changes that a slow listener may be behind; past it, it reads its payment anyway.
const BACKLOG: usize = 256;

/// The news. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// The reference that changed; `None` tells everybody to look.
    sender: broadcast::Sender<Option<RequestId>>,
    wake: Notify,
    listeners: Places,
    ended: watch::Sender<bool>,
}

/// One who listens, counted until dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    place: Option<Place>,
    shared: Arc<Shared>,
    news: broadcast::Receiver<Option<RequestId>>,
    ended: watch::Receiver<bool>,
}

/// Why a listener woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Its reference may have changed.
    Changed,
    /// The server ends.
    Ended,
}

impl Changes {
    /// Starts telling, as long as the ledger is read by someone.
    pub(crate) fn start(ledger: Ledger) -> Self {
        let shared = Arc::new(Shared {
            sender: broadcast::Sender::new(BACKLOG),
            wake: Notify::new(),
            listeners: Places::new(MAX_LISTENERS.min(handles::connections() / 2), MAX_LISTENERS_PER_CLIENT),
            ended: watch::Sender::new(false),
        });
        tokio::spawn(follow(Arc::downgrade(&shared), ledger));
        Self { shared }
    }

    /// Reads the ledger at once, because this process changed something.
    pub(crate) fn look_now(&self) {
        self.shared.wake.notify_one();
    }

    /// Ends every stream.
    pub(crate) fn end(&self) {
        self.shared.ended.send_replace(true);
    }

    /// Whether the server ends.
    pub(crate) fn has_ended(&self) -> bool {
        *self.shared.ended.borrow()
    }

    /// Listens; `None` when too many do, or too many of this client.
    pub(crate) fn listen(&self, client: IpAddr) -> Option<Listener> {
        let place = self.shared.listeners.take(client)?;
        telemetry::listeners(self.shared.listeners.taken());
        Some(Listener {
            place: Some(place),
            shared: Arc::clone(&self.shared),
            news: self.shared.sender.subscribe(),
            ended: self.shared.ended.subscribe(),
        })
    }
}

impl Listener {
    /// Waits until something may have changed for a reference.
    pub(crate) async fn wait(&mut self, request_id: &RequestId) -> Wake {
        loop {
            tokio::select! {
                _ = self.ended.wait_for(|ended| *ended) => return Wake::Ended,
                told = self.news.recv() => match told {
                    Ok(Some(told)) if told != *request_id => {}
                    Ok(_) => return Wake::Changed,
                    Err(broadcast::error::RecvError::Lagged(_)) => return Wake::Changed,
                    Err(broadcast::error::RecvError::Closed) => return Wake::Ended,
                },
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Before it is counted, and not after, as a field would be.
        drop(self.place.take());
        telemetry::listeners(self.shared.listeners.taken());
    }
}

async fn follow(shared: std::sync::Weak<Shared>, ledger: Ledger) {
    let mut last = None;
    while let Some(shared) = shared.upgrade() {
        // A call while nobody listens is kept by `Notify` and costs one reading later.
        tokio::select! {
            () = shared.wake.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if shared.listeners.taken() == 0 {
            last = None;
            continue;
        }
        let Some(after) = last else {
            last = ledger.references_after(i64::MAX).await.map(|(_, turn)| turn).ok();
            // What changed before this turn and after a listener's own reading is found by reading again.
            let _ = shared.sender.send(None);
            continue;
        };
        match ledger.references_after(after).await {
            Ok((references, turn)) => {
                last = Some(turn);
                for reference in references.iter().filter_map(|text| RequestId::parse(text).ok()) {
                    // Nobody may listen by now; then nobody needs it.
                    let _ = shared.sender.send(Some(reference));
                }
            }
            Err(error) => tracing::warn!(cause = sanitized(&error), "changes cannot be read"),
        }
    }
}
