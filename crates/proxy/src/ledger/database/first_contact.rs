//! Connecting to a database, outside the pool: the pool tries again until its time is over, and can then only say that.

use std::io;
use std::time::Duration;

use sqlx::{AnyConnection, Connection};

/// How long it may take. A server that is not there any more does not refuse, it says nothing.
const LIMIT: Duration = Duration::from_secs(5);

/// Connects, so that what stands in the way is known: refused, wrong password, unknown host.
///
/// A SQLite file must be there, or the address must allow to create it.
///
/// # Errors
/// What the database or the way to it says; [`io::ErrorKind::TimedOut`] when nothing is said.
pub(in crate::ledger) async fn connect(url: &str) -> Result<AnyConnection, sqlx::Error> {
    connect_within(LIMIT, url).await
}

async fn connect_within(limit: Duration, url: &str) -> Result<AnyConnection, sqlx::Error> {
    sqlx::any::install_default_drivers();
    tokio::time::timeout(limit, AnyConnection::connect(url)).await.map_err(|_| {
        let message = format!("the database did not answer within {} s", limit.as_secs_f32());
        io::Error::new(io::ErrorKind::TimedOut, message)
    })?
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// A server that does one thing with everybody who connects.
    async fn server<F: Future<Output = ()> + Send + 'static>(
        answer: impl Fn(TcpStream) -> F + Send + 'static,
    ) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream));
            }
        });
        format!("postgres://checkout:hunter2@{address}/shop?sslmode=disable")
    }

    /// As PostgreSQL answers a start-up message with a wrong password.
    async fn refuse_password(mut stream: TcpStream) {
        let length = stream.read_i32().await.unwrap();
        let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
        stream.read_exact(&mut rest).await.unwrap();
        let fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"checkout\"\0\0";
        stream.write_all(b"E").await.unwrap();
        stream.write_i32(i32::try_from(fields.len()).unwrap() + 4).await.unwrap();
        stream.write_all(fields).await.unwrap();
        // Open until the other side is done with it.
        let _ = stream.read(&mut [0]).await;
    }

    async fn said(limit: Duration, url: &str) -> String {
        connect_within(limit, url).await.expect_err(url).to_string()
    }

    // Without its database the program said "pool timed out", whatever the cause.
    #[tokio::test]
    async fn the_cause_is_said_and_never_the_password() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let refused = said(LIMIT, &format!("postgres://checkout:hunter2@{free}/shop")).await;
        assert!(refused.contains("refused"), "{refused}");
        let wrong = said(LIMIT, &server(refuse_password).await).await;
        assert!(wrong.contains("password authentication failed"), "{wrong}");
        let unknown = said(LIMIT, "postgres://checkout:hunter2@no-such-host.invalid/shop").await;
        assert!(
            unknown.contains("lookup") || unknown.contains("resolve") || unknown.contains("not known"),
            "{unknown}"
        );
        let silent = server(|mut stream| async move { while stream.read_u8().await.is_ok() {} }).await;
        let silent = said(Duration::from_millis(50), &silent).await;
        assert!(silent.contains("did not answer within 0.05 s"), "{silent}");
        for said in [refused, wrong, unknown, silent] {
            assert!(!said.contains("hunter2") && !said.contains("pool"), "{said}");
        }
    }

    #[tokio::test]
    async fn a_database_that_is_there_is_reached() {
        connect("sqlite::memory:").await.unwrap();
        let missing = "sqlite:///no/such/folder/shop.db?mode=rwc";
        assert!(said(LIMIT, missing).await.contains("unable to open database file"));
    }
}
