//! What a shop's answers take when it grows: from a thousand payments to a million, from ten products to ten thousand,
//! from one buyer to a thousand at once.

mod buyers;
mod payments;
mod products;

use std::time::Instant;

use crate::Outcome;
use crate::figures::{self, median};
use crate::http::{Answer, Connection};

/// Measures and prints.
pub(crate) async fn measure() -> Outcome<()> {
    let mut figures = payments::measure().await?;
    figures.extend(products::measure().await?);
    figures.extend(buyers::measure().await?);
    figures::tell("growth", &figures)
}

/// How long an answer takes, the median of so many asked for one after the other, in milliseconds.
async fn answered_in(
    connection: &mut Connection,
    times: usize,
    mut request: impl FnMut() -> Vec<u8>,
    expected: u16,
) -> Outcome<f64> {
    let mut took = Vec::new();
    for _ in 0..times {
        let request = request();
        let asked = Instant::now();
        let answer = connection.ask(&request).await?;
        took.push(asked.elapsed().as_secs_f64() * 1e3);
        expect(answer, expected)?;
    }
    Ok(median(took))
}

/// The answer, if it has this status.
fn expect(answer: Answer, status: u16) -> Outcome<Answer> {
    if answer.status == status {
        return Ok(answer);
    }
    Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into())
}
