//! What outlives a load of the page: the draft once its typing rests, and the last attempt.

use super::Checkout;
use crate::form::draft::Draft;
use crate::form::quote::DEBOUNCE_MS;
use crate::host::{Entry, Host, clock};
use crate::submit::Attempt;

impl Checkout {
    /// Keeps the draft unless it is edited again within a moment.
    pub(super) fn keep_at_rest(self) {
        let edits = self.unkept.get_untracked() + 1;
        self.unkept.set(edits);
        self.spawn(async move {
            clock::sleep(DEBOUNCE_MS).await;
            if self.unkept.try_with_untracked(|unkept| *unkept == edits) == Some(true) {
                self.keep_draft();
            }
        });
    }

    /// Keeps what was typed since it was kept last.
    pub fn keep_edits(self) {
        if self.unkept.try_with_untracked(|edits| *edits > 0) == Some(true) {
            self.keep_draft();
        }
    }

    pub(super) fn keep_draft(self) {
        self.unkept.set(0);
        let lines = self.draft.with_untracked(Draft::to_lines);
        let host = self.host();
        host.remember(Entry::Draft, &[host.query(), "\n", &lines].concat());
    }
}

/// The last attempt in an earlier load of the page.
pub(super) fn kept_attempt(host: &Host) -> Option<Attempt> {
    let entry = host.recall(Entry::Attempt)?;
    let (key, body) = entry.split_once('\n')?;
    Some(Attempt { key: key.to_owned(), body: body.to_owned() })
}

/// What was typed in an earlier load of the page with this query.
pub(crate) fn kept_draft(host: &Host) -> Option<String> {
    let kept = host.recall(Entry::Draft)?;
    let (kept_for, lines) = kept.split_once('\n')?;
    (kept_for == host.query()).then(|| lines.to_owned())
}
