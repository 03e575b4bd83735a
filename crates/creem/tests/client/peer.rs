//! A peer that answers with exactly what a test gives it, where the sandbox would be too well-behaved.

use std::sync::{Arc, Mutex};

use creem::{ApiKey, Client};
use sandbox::API_KEY;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// Answers one call after the other, and no more than it has answers for.
pub(crate) struct Peer {
    url: Url,
    asked: Arc<Mutex<Vec<String>>>,
}

/// An answer in full: status line, headers, and body.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
}

impl Peer {
    pub(crate) async fn start(answers: impl IntoIterator<Item = String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, heard) = (answers.into_iter().collect::<Vec<_>>(), asked.clone());
        tokio::spawn(async move {
            for answer in answers {
                let (mut connection, _) = listener.accept().await.expect("a connection");
                let mut request = Vec::new();
                while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
                    assert!(connection.read_buf(&mut request).await.expect("a request") > 0, "a whole request");
                }
                let line = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
                heard.lock().expect("a lock").push(line);
                // A client that has read enough hangs up.
                let _ = connection.write_all(answer.as_bytes()).await;
            }
        });
        Self { url, asked }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(ApiKey::parse(API_KEY).expect("a key"), Some(self.url.clone())).expect("a client")
    }

    /// The first line of each request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a lock").clone()
    }
}
