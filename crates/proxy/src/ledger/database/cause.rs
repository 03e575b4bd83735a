//! What stands between us and the database, in words: drivers say `(code: 14)` or that a pool timed out.

use std::io::{self, ErrorKind};

/// What went wrong and what it usually means, with what the driver said behind it.
pub(crate) fn in_words(error: &sqlx::Error) -> String {
    match meaning(error) {
        Some(meaning) => format!("{meaning} ({error})"),
        None => error.to_string(),
    }
}

fn meaning(error: &sqlx::Error) -> Option<&'static str> {
    if let sqlx::Error::Io(error) = error {
        return of_the_way_there(error);
    }
    if let sqlx::Error::Database(error) = error {
        return of_the_database(error.code()?.as_ref());
    }
    matches!(error, sqlx::Error::PoolTimedOut)
        .then_some("no connection came in time; the server is gone, or has none left")
}

fn of_the_way_there(error: &io::Error) -> Option<&'static str> {
    let kinds = [
        (ErrorKind::ConnectionRefused, "connection refused: no database answers at this host and port"),
        (ErrorKind::NotFound, "the file's folder is not there"),
        (ErrorKind::PermissionDenied, "this user may not write there"),
        (ErrorKind::StorageFull, "the disk is full"),
    ];
    let of_its_kind = kinds.iter().find(|(kind, _)| *kind == error.kind()).map(|(_, words)| *words);
    let unknown_host = || error.to_string().contains("lookup address");
    of_its_kind.or_else(|| unknown_host().then_some("host not found: nobody knows the host's name"))
}

/// SQLite's result codes are numbers of one to four digits, PostgreSQL's have five characters.
fn of_the_database(code: &str) -> Option<&'static str> {
    if let Ok(number) = code.parse::<u32>()
        && code.len() < 5
    {
        // The last byte is the kind; what is above it tells more of the same.
        return match number & 0xFF {
            5 | 6 => Some("another program holds the database"),
            8 => Some("the database may only be read"),
            10 => Some("the disk cannot be read or written"),
            13 => Some("the disk is full"),
            14 => Some("the file cannot be opened: its folder must be there, and this user may write in it"),
            26 => Some("the file is no database"),
            _ => None,
        };
    }
    match code {
        "28P01" | "28000" => Some("wrong user or password"),
        "3D000" => Some("the server has no database of this name; create it, or mend the name"),
        "42501" => Some("this user may not do that in the database"),
        "53300" => Some("the server has no connection left for us"),
        "53100" => Some("the server's disk is full"),
        "57P03" => Some("the server is still starting"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{AnyConnection, Connection};

    use super::*;

    // "pool timed out" and "(code: 14)" were all that was said.
    #[tokio::test]
    async fn a_cause_is_said_in_words() {
        sqlx::any::install_default_drivers();
        let io = |kind| sqlx::Error::Io(io::Error::new(kind, "said"));
        for (error, word) in [
            (sqlx::Error::PoolTimedOut, "no connection came in time"),
            (io(ErrorKind::ConnectionRefused), "connection refused"),
            (io(ErrorKind::NotFound), "folder"),
            (io(ErrorKind::Other), "said"),
            (sqlx::Error::Io(io::Error::other("failed to lookup address information: x")), "host not found"),
        ] {
            assert!(in_words(&error).contains(word), "{}", in_words(&error));
        }
        for (code, word) in
            [("14", "cannot be opened"), ("1032", "only be read"), ("517", "another program"), ("28P01", "password")]
        {
            assert!(of_the_database(code).is_some_and(|said| said.contains(word)), "{code}");
        }
        let error = AnyConnection::connect("sqlite:///no/such/folder/shop.db").await.expect_err("no folder");
        assert!(in_words(&error).contains("its folder must be there"), "{}", in_words(&error));
    }
}
