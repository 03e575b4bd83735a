//! The tab's memory, for what must survive a reload. Nothing is written before the buyer acts.

use web_sys::Storage;

use super::page::window;

/// Reads an entry; `None` also where the browser forbids storage.
#[must_use]
pub fn read(name: &str) -> Option<String> {
    session()?.get_item(name).ok().flatten()
}

/// Writes an entry. Where the browser forbids it the page works all the same, for one load.
pub fn write(name: &str, value: &str) {
    if let Some(storage) = session() {
        storage.set_item(name, value).ok();
    }
}

/// Removes an entry.
pub fn forget(name: &str) {
    if let Some(storage) = session() {
        storage.remove_item(name).ok();
    }
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}
