//! Callers who ask again as soon as they are answered.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::Outcome;
use crate::http::Connection;

/// How long each is measured in a round.
pub(crate) const TIME: Duration = Duration::from_secs(2);

/// More requests than can be answered in that time.
pub(crate) const MOST: usize = 20_000;

/// What was measured in one round.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) per_second: f64,
    /// How long each answer took; empty where only the rate is known.
    pub(crate) times: Vec<Duration>,
}

impl Sample {
    pub(crate) fn new(times: Vec<Duration>, elapsed: Duration) -> Self {
        let per_second = times.len() as f64 / elapsed.as_secs_f64();
        Self { per_second, times }
    }
}

/// Requests, as they go over the wire.
pub(crate) enum Requests {
    /// One, again and again.
    Same(Vec<u8>),
    /// Each once.
    Each(Vec<Vec<u8>>),
}

impl Requests {
    fn nth(&self, n: usize) -> Option<&[u8]> {
        match self {
            Self::Same(request) => Some(request),
            Self::Each(requests) => requests.get(n).map(Vec::as_slice),
        }
    }
}

/// Asks on so many connections at once until the time is over.
pub(crate) async fn call(to: SocketAddr, at_once: usize, requests: &Requests, expected: u16) -> Outcome<Sample> {
    let connections = try_join_all((0..at_once).map(|_| Connection::open(to))).await?;
    let next = Cell::new(0);
    let begun = Instant::now();
    let caller = async |mut connection: Connection| {
        let mut times = Vec::new();
        while begun.elapsed() < TIME {
            let Some(request) = requests.nth(next.replace(next.get() + 1)) else { break };
            let asked = Instant::now();
            let answer = connection.ask(request).await?;
            times.push(asked.elapsed());
            if answer.status != expected {
                return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
            }
        }
        Outcome::Ok(times)
    };
    let times = try_join_all(connections.into_iter().map(caller)).await?.concat();
    Ok(Sample::new(times, begun.elapsed()))
}
