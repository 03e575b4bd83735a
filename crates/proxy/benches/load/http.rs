//! As much of an HTTP/1.1 client as a load generator needs, on the same processors as what it measures: requests are
//! bytes made beforehand, connections are kept, and of an answer only its status, length and body are read.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection, kept open as long as both sides like.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// Whether the connection can take another request.
    pub(crate) is_kept: bool,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.send(request).await?;
        self.answer().await
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads an answer to its end, or what there is of one that has neither length nor chunks.
    pub(crate) async fn answer(&mut self) -> io::Result<Answer> {
        let end_of_head = loop {
            if let Some(end) = position(&self.read, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..end_of_head]).to_ascii_lowercase();
        let status = head.get(9..12).and_then(|code| code.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let end = if let Some(length) = value("content-length").and_then(|length| length.parse::<usize>().ok()) {
            end_of_head + length
        } else if value("transfer-encoding") == Some("chunked") {
            loop {
                if let Some(end) = position(&self.read[end_of_head - 2..], b"\r\n0\r\n\r\n") {
                    break end_of_head - 2 + end + 7;
                }
                self.more().await?;
            }
        } else {
            end_of_head
        };
        let is_kept = value("connection") != Some("close");
        while self.read.len() < end {
            self.more().await?;
        }
        let body = self.read[end_of_head..end].to_vec();
        self.read.drain(..end);
        Ok(Answer { status, body, is_kept })
    }

    /// Reads what has come: of an answer that has no end, such as a stream of events.
    pub(crate) async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// What was read and not taken yet.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.read
    }
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A request without a body; `headers` are whole lines.
pub(crate) fn get(target: &str, headers: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nhost: checkout\r\n{headers}\r\n").into_bytes()
}

/// A request with a body; `headers` are whole lines.
pub(crate) fn post(target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("POST {target} HTTP/1.1\r\nhost: checkout\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// The same with JSON.
pub(crate) fn post_json(target: &str, headers: &str, body: &str) -> Vec<u8> {
    post(target, &format!("content-type: application/json\r\n{headers}"), body.as_bytes())
}
