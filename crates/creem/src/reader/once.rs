//! Says each thing once: what Creem sends oddly, it sends oddly every time.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::Unreadable;

/// Most complaints that are remembered. Past them nothing is logged any more: the log is full of it already.
const MOST: usize = 256;

static SAID: Mutex<BTreeSet<(Unreadable, Option<String>)>> = Mutex::new(BTreeSet::new());

/// What was read; logs why when it could not be.
pub(crate) fn ok_or_warn<T>(read: Result<T, Unreadable>) -> Option<T> {
    read.inspect_err(|unreadable| warn_once(unreadable, None)).ok()
}

/// Logs what cannot be read, once in the life of the process; the id tells which entity it is, where many are alike.
pub(crate) fn warn_once(unreadable: &Unreadable, id: Option<&str>) {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    let complaint = (unreadable.clone(), id.map(str::to_owned));
    if said.len() >= MOST || !said.insert(complaint) {
        return;
    }
    let is_last = said.len() == MOST;
    drop(said);
    let Unreadable { entity, path, reason } = unreadable;
    tracing::warn!(entity, path, reason, id, "Creem sent something unreadable, which is left out");
    if is_last {
        tracing::warn!("no more is said of what Creem sends unreadably");
    }
}
