//! PostgreSQL: a database for each test, all on one server.

use tokio::sync::OnceCell;

use crate::server::Server;

/// A database on the server, which goes with it.
pub(crate) struct Database(String);

impl Database {
    pub(crate) async fn create() -> Self {
        let server = SERVER.get_or_init(|| async { Server::start() }).await;
        Self(server.create_database().await)
    }

    pub(crate) fn url(&self) -> String {
        self.0.clone()
    }
}

static SERVER: OnceCell<Server> = OnceCell::const_new();
