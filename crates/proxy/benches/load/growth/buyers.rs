//! How much is sold when a thousand buy at once, beside what one buyer alone gets done.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use serde_json::{Value, json};

use crate::child::free_address;
use crate::events::LIFETIME;
use crate::figures::{Figure, Goal};
use crate::http::{Connection, get, post_json};
use crate::running::{self, Listening, checkout, folder, started};
use crate::{Outcome, processor};

use super::expect;

/// One, and as many as have a connection each.
const BUYERS: [usize; 2] = [1, 1_000];

/// How long they buy.
const TIME: Duration = Duration::from_secs(5);

/// Measures both, and the memory that a thousand take.
pub(super) async fn measure() -> Outcome<Vec<Figure>> {
    let folder = folder("buyers")?;
    let creem = running::sandbox(None).await;
    let database = format!("sqlite://{}", folder.join("checkout.db").display());
    let (address, url) = free_address();
    let ours = started(&mut checkout(address, &creem.url, &database), address, url).await;
    let alone = sales(&ours, BUYERS[0]).await?;
    let together = sales(&ours, BUYERS[1]).await?;
    Ok(vec![
        Figure::new("sales, by a thousand buyers at once", together, "a second")
            .beside("one buyer", alone)
            .should_be(Goal::AtLeast(1.0)),
        Figure::new("resident memory with all of them", processor::resident_mib(ours.id())?, "MiB")
            .should_be(Goal::AtMost(64.0)),
    ])
}

/// Sales a second of so many buyers, each of whom begins anew as soon as they are done.
async fn sales(shop: &Listening, buyers: usize) -> Outcome<f64> {
    let connections = try_join_all((0..buyers).map(|_| Connection::open(shop.address))).await?;
    let begun = Instant::now();
    let buyer = async |(number, mut connection): (usize, Connection)| {
        let mut sales = 0_usize;
        while begun.elapsed() < TIME {
            sale(&mut connection, &format!("order_{number}_{sales}")).await?;
            sales += 1;
        }
        Outcome::Ok(sales)
    };
    let sold = try_join_all(connections.into_iter().enumerate().map(buyer)).await?;
    Ok(sold.iter().sum::<usize>() as f64 / begun.elapsed().as_secs_f64())
}

/// The page, a price, a session, and the page that waits for its payment.
async fn sale(connection: &mut Connection, reference: &str) -> Outcome<()> {
    expect(connection.ask(&get(&format!("/?product={LIFETIME}&request_id={reference}"), "")).await?, 200)?;
    expect(connection.ask(&get(&format!("/api/quote?product_id={LIFETIME}&units=2"), "")).await?, 200)?;
    let order = json!({ "product_id": LIFETIME, "request_id": reference, "units": 2 }).to_string();
    let created = expect(connection.ask(&post_json("/api/checkouts", "", &order)).await?, 201)?;
    let created: Value = serde_json::from_slice(&created.body)?;
    let id = created["checkout_id"].as_str().ok_or("no session")?;
    expect(connection.ask(&get(&format!("/status?request_id={reference}&checkout_id={id}"), "")).await?, 200)?;
    Ok(())
}
