//! The tab's memory, for what must survive a reload. Nothing is written before the buyer acts.

use web_sys::Storage;

use super::Host;
use super::page::window;

/// What is remembered.
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    /// The last attempt: its key on the first line, its body after it.
    Attempt,
    /// What was typed: the query on the first line, the draft after it.
    Draft,
}

impl Host {
    /// Reads an entry; `None` also where the browser forbids storage.
    #[must_use]
    pub fn recall(&self, entry: Entry) -> Option<String> {
        self.session()?.get_item(&self.name_of(entry)).ok().flatten()
    }

    /// Writes an entry. Where the browser forbids it the page works all the same, for one load.
    pub fn remember(&self, entry: Entry, value: &str) {
        if let Some(storage) = self.session() {
            storage.set_item(&self.name_of(entry), value).ok();
        }
    }

    /// Removes an entry.
    pub fn forget(&self, entry: Entry) {
        if let Some(storage) = self.session() {
            storage.remove_item(&self.name_of(entry)).ok();
        }
    }

    /// Elements of one page that sell different things remember them apart.
    fn name_of(&self, entry: Entry) -> String {
        let name = match entry {
            Entry::Attempt => "creem-checkout.attempt",
            Entry::Draft => "creem-checkout.draft",
        };
        if self.is_page() { name.to_owned() } else { [name, self.query()].concat() }
    }

    fn session(&self) -> Option<Storage> {
        self.mount_point()?;
        window().session_storage().ok().flatten()
    }
}
