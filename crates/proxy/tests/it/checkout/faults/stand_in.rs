//! A stand-in for Creem: it passes every call on to the sandbox but those at fault.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use url::Url;

/// What the stand-in does with a creation, and with the reading of a discount.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Thinks for a while before it does what it should.
    Slowness,
    /// Answers so: status, further lines of the head, body.
    Answer(u16, &'static str, &'static str),
    /// Hangs up without a word.
    HangUp,
    /// Hangs up in the middle of the body.
    HangUpInBody,
    /// Does what it should, and keeps the answer to itself.
    Secrecy,
    /// Says nothing at all.
    Silence,
}

pub(super) struct Creem {
    pub(super) address: Url,
    pub(super) tries: Arc<Tries>,
    pub(super) fault: Arc<Mutex<Option<Fault>>>,
}

/// How often each of the two calls came while they were at fault.
#[derive(Default)]
pub(super) struct Tries {
    creation: AtomicU32,
    reading: AtomicU32,
}

impl Tries {
    /// The count for a call that can be at fault.
    fn of(&self, head: &str) -> Option<&AtomicU32> {
        let calls = [("post /v1/checkouts ", &self.creation), ("get /v1/discounts?", &self.reading)];
        calls.into_iter().find(|(start, _)| head.starts_with(start)).map(|(_, count)| count)
    }

    pub(super) fn take(&self) -> (u32, u32) {
        (self.creation.swap(0, Ordering::SeqCst), self.reading.swap(0, Ordering::SeqCst))
    }
}

impl Creem {
    pub(super) fn before(sandbox: &Url) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}/", listener.local_addr().expect("an address")).parse().expect("a URL");
        let (tries, fault) = (Arc::new(Tries::default()), Arc::new(Mutex::new(None)));
        let creem = Self { address, tries: Arc::clone(&tries), fault: Arc::clone(&fault) };
        let sandbox = sandbox.socket_addrs(|| None).expect("an address")[0];
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tries, fault) = (Arc::clone(&tries), Arc::clone(&fault));
                std::thread::spawn(move || one_call(stream, sandbox, &tries, &fault));
            }
        });
        creem
    }
}

/// Reads one call, and answers or passes it on. One call a connection, so that none waits behind another.
fn one_call(
    mut stream: TcpStream,
    sandbox: std::net::SocketAddr,
    tries: &Tries,
    fault: &Mutex<Option<Fault>>,
) -> Option<()> {
    let mut call = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        call.extend_from_slice(&buffer[..read]);
        if let Some(end) = call.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&call[..end]).to_ascii_lowercase();
    let length: usize = head
        .split("content-length: ")
        .nth(1)
        .map_or(0, |rest| rest.lines().next().and_then(|number| number.trim().parse().ok()).unwrap_or(0));
    while call.len() < end + length {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        call.extend_from_slice(&buffer[..read]);
    }
    let at_fault = tries.of(&head).and_then(|count| Some((count, fault.lock().expect("a lock").clone()?)));
    let Some((count, fault)) = at_fault else { return pass_on(&call, sandbox, &mut stream) };
    count.fetch_add(1, Ordering::SeqCst);
    match fault {
        Fault::Slowness => {
            std::thread::sleep(SLOWNESS);
            pass_on(&call, sandbox, &mut stream)
        }
        Fault::Answer(status, head, body) => {
            let answer = format!(
                "HTTP/1.1 {status} X\r\n{head}content-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).ok()
        }
        Fault::HangUp => Some(()),
        Fault::HangUpInBody => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":").ok(),
        Fault::Secrecy => {
            let mut kept = std::io::sink();
            pass_on(&call, sandbox, &mut kept)?;
            stream.read(&mut buffer).ok().map(|_| ())
        }
        // Until the other side gives up.
        Fault::Silence => stream.read(&mut buffer).ok().map(|_| ()),
    }
}

fn pass_on(call: &[u8], sandbox: std::net::SocketAddr, stream: &mut impl Write) -> Option<()> {
    let mut onward = TcpStream::connect(sandbox).ok()?;
    let closing = String::from_utf8_lossy(call).replacen("\r\n", "\r\nconnection: close\r\n", 1);
    onward.write_all(closing.as_bytes()).ok()?;
    std::io::copy(&mut onward, stream).ok().map(|_| ())
}

const SLOWNESS: Duration = Duration::from_millis(1200);
