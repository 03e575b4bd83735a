//! Why the ledger could not do something.

use std::sync::Arc;

use super::database::in_words;

/// A failure, which every change of one transaction shares.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    /// The database said no, or nothing.
    #[error("the database: {}", in_words(_0))]
    Database(Arc<sqlx::Error>),
    /// The file of the database was removed or replaced: what is written to it would be gone at the next start.
    #[error("the database's file was removed or replaced while it is in use; put it back, or start again")]
    Lost,
    /// Too many changes wait, or one takes too long.
    #[error("the database takes too long")]
    Busy,
}

impl LedgerError {
    /// Whether a change may have failed because of what it holds, and not because of the database.
    pub(super) fn is_about_data(&self) -> bool {
        let Self::Database(error) = self else { return false };
        if let sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } = &**error {
            return true;
        }
        // PostgreSQL's classes for values that do not fit and for constraints; SQLite has no such value among ours.
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
    }
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}
