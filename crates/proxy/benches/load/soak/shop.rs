//! What buyers, merchant and attackers share: connections, what they know, and the count of what they were answered.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::chance::Chance;
use crate::http::{Answer, Connection};

/// How long an answer is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A session somebody opened.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) request_id: String,
    pub(super) checkout_id: String,
}

/// How often which class of answers came: 2xx to 5xx, and none at all.
pub(super) type Classes = [usize; 5];

pub(super) struct Shop {
    pub(super) checkout: Pool,
    pub(super) sandbox: Pool,
    chance: Mutex<Chance>,
    next_event: AtomicUsize,
    /// Events that were answered with 200.
    pub(super) events: Mutex<Vec<usize>>,
    /// Sessions that were answered with 201.
    pub(super) sessions: Mutex<Vec<Session>>,
    /// Returned addresses: path and query.
    pub(super) returns: Mutex<Vec<String>>,
    /// How far the merchant has read.
    pub(super) cursor: Mutex<String>,
    classes: Mutex<Classes>,
    /// What was answered otherwise than it should be: how often, and the first of them.
    unexpected: Mutex<BTreeMap<&'static str, (usize, String)>>,
}

impl Shop {
    pub(super) fn new(checkout: SocketAddr, sandbox: SocketAddr) -> Self {
        Self {
            checkout: Pool::new(checkout),
            sandbox: Pool::new(sandbox),
            chance: Mutex::new(Chance::new(11)),
            next_event: AtomicUsize::new(0),
            events: Mutex::default(),
            sessions: Mutex::default(),
            returns: Mutex::default(),
            cursor: Mutex::new("0".to_owned()),
            classes: Mutex::default(),
            unexpected: Mutex::default(),
        }
    }

    pub(super) fn below(&self, bound: usize) -> usize {
        self.chance.lock().expect("a lock").below(bound)
    }

    /// One of a list, once there is one.
    pub(super) fn any<T: Clone>(&self, list: &Mutex<Vec<T>>) -> Option<T> {
        let list = list.lock().expect("a lock");
        let position = self.below(list.len());
        list.get(position).cloned()
    }

    pub(super) fn next_event(&self) -> usize {
        self.next_event.fetch_add(1, Ordering::Relaxed)
    }

    /// The head's line of one who comes from anywhere, by way of the web server in front.
    pub(super) fn anywhere(&self) -> String {
        let place = self.below(1 << 24);
        format!("x-forwarded-for: 10.{}.{}.{}\r\n", place >> 16, place >> 8 & 255, place & 255)
    }

    /// Asks the checkout, and counts its answer, which should have this status.
    pub(super) async fn ask(&self, what: &'static str, request: &[u8], expected: u16) -> Option<Answer> {
        let answer = self.checkout.ask(request).await;
        self.count(what, answer.as_ref(), |status| status == expected);
        answer.filter(|answer| answer.status == expected)
    }

    /// Counts an answer, or that there was none, which is as unexpected as any that is not as it should be.
    pub(super) fn count(&self, what: &'static str, answer: Option<&Answer>, is_expected: impl Fn(u16) -> bool) {
        let status = answer.map(|answer| answer.status);
        self.count_class(status);
        if !status.is_some_and(is_expected) {
            let body = answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned()).unwrap_or_default();
            self.tell_unexpected(what, format!("{} {body}", status.unwrap_or_default()));
        }
    }

    pub(super) fn count_class(&self, status: Option<u16>) {
        let class = status.map_or(4, |status| usize::from(status / 100).clamp(2, 5) - 2);
        self.classes.lock().expect("a lock")[class] += 1;
    }

    pub(super) fn tell_unexpected(&self, what: &'static str, example: String) {
        let mut unexpected = self.unexpected.lock().expect("a lock");
        unexpected.entry(what).or_insert((0, example)).0 += 1;
    }

    pub(super) fn classes(&self) -> Classes {
        *self.classes.lock().expect("a lock")
    }

    pub(super) fn unexpected(&self) -> BTreeMap<&'static str, (usize, String)> {
        self.unexpected.lock().expect("a lock").clone()
    }
}

/// Connections to one program, kept as a web server in front would.
pub(super) struct Pool {
    pub(super) address: SocketAddr,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    fn new(address: SocketAddr) -> Self {
        Self { address, idle: Mutex::default() }
    }

    /// Asks on a kept connection, and on a new one when that has been closed meanwhile.
    pub(super) async fn ask(&self, request: &[u8]) -> Option<Answer> {
        let idle = self.idle.lock().expect("a lock").pop();
        if let Some(mut connection) = idle
            && let Some(answer) = self.ask_on(&mut connection, request).await
        {
            self.keep(connection, &answer);
            return Some(answer);
        }
        let mut connection = Connection::open(self.address).await.ok()?;
        let answer = self.ask_on(&mut connection, request).await?;
        self.keep(connection, &answer);
        Some(answer)
    }

    async fn ask_on(&self, connection: &mut Connection, request: &[u8]) -> Option<Answer> {
        tokio::time::timeout(PATIENCE, connection.ask(request)).await.ok()?.ok()
    }

    fn keep(&self, connection: Connection, answer: &Answer) {
        if answer.is_kept {
            self.idle.lock().expect("a lock").push(connection);
        }
    }
}
