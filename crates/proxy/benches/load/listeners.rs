//! How soon a waiting page hears of its payment, while a thousand of them wait.

use std::time::{Duration, Instant};

use crate::child::free_address;
use crate::figures::{self, Figure, Goal, percentile};
use crate::http::{Connection, get, post_json};
use crate::running::{self, checkout, folder, started};
use crate::{Outcome, events};

/// How many pages wait.
const LISTENERS: usize = 1_000;

/// How long any of them is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page that waits for its payment.
struct Listener {
    checkout_id: String,
    stream: Connection,
}

/// Measures and prints.
pub(crate) async fn measure() -> Outcome<()> {
    let folder = folder("listeners")?;
    let creem = running::sandbox(None).await;
    let (address, url) = free_address();
    let database = format!("sqlite://{}", folder.join("checkout.db").display());
    let ours = started(&mut checkout(address, &creem.url, &database), address, url).await;
    let mut calls = Connection::open(ours.address).await?;
    let mut listeners = Vec::new();
    for n in 0..LISTENERS {
        let body = format!(r#"{{"product_id":"{}","request_id":"order_{n}"}}"#, events::LIFETIME);
        // Each from a network of its own, as buyers are.
        let from = format!("x-forwarded-for: 10.{}.{}.1\r\n", n / 250, n % 250);
        let answer = calls.ask(&post_json("/api/checkouts", &from, &body)).await?;
        let created: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let checkout_id = created["checkout_id"].as_str().ok_or("no session was opened")?.to_owned();
        let mut stream = Connection::open(ours.address).await?;
        stream.send(&get(&format!("/api/payments/order_{n}/events?checkout_id={checkout_id}"), &from)).await?;
        until(&mut stream, "\"status\":\"pending\"").await?;
        listeners.push(Listener { checkout_id, stream });
    }
    let mut times = Vec::new();
    for (n, Listener { checkout_id, stream }) in listeners.iter_mut().enumerate() {
        let event = events::completed(n).replace(&events::checkout_id(n), checkout_id);
        let answer = calls.ask(&events::delivery(&event)).await?;
        if answer.status != 200 {
            return Err(format!("a webhook was answered {}", answer.status).into());
        }
        let taken = Instant::now();
        until(stream, "\"status\":\"paid\"").await?;
        times.push(taken.elapsed().as_secs_f64() * 1e3);
    }
    figures::tell(
        "listeners",
        &[
            Figure::new("from the webhook's 200 to the page, median", percentile(times.clone(), 50), "ms"),
            Figure::new("from the webhook's 200 to the page, p99", percentile(times, 99), "ms")
                .should_be(Goal::AtMost(50.0)),
        ],
    )
}

async fn until(stream: &mut Connection, said: &str) -> Outcome<()> {
    let wait = async {
        while !String::from_utf8_lossy(stream.unread()).contains(said) {
            stream.more().await?;
        }
        std::io::Result::Ok(())
    };
    tokio::time::timeout(PATIENCE, wait).await.map_err(|_| format!("no page was told {said}"))??;
    Ok(())
}
