//! SQLite: a file for each test.

use std::path::PathBuf;

/// A database that goes when the test does.
pub(crate) struct Database(PathBuf);

impl Database {
    pub(crate) async fn create() -> Self {
        Self(std::env::temp_dir().join(format!("creem-checkout-test-{}.db", uuid::Uuid::new_v4())))
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = self.0.clone().into_os_string();
            name.push(suffix);
            let _ = std::fs::remove_file(name);
        }
    }
}
