//! What buyers are answered in a shop of ten products and in one of ten thousand.

use serde_json::json;

use super::answered_in;
use crate::Outcome;
use crate::chance::Chance;
use crate::child::free_address;
use crate::figures::{Figure, Goal};
use crate::http::{Connection, get, post_json};
use crate::running::{self, checkout, folder, started};

/// Somebody's first products, and everything that is listed.
const PRODUCTS: [usize; 2] = [10, 10_000];

/// What a buyer asks for.
#[derive(Clone, Copy)]
enum Read {
    Product,
    Quote,
    Opening,
    Page,
}

impl Read {
    const ALL: [Self; 4] = [Self::Product, Self::Quote, Self::Opening, Self::Page];

    fn name(self) -> &'static str {
        match self {
            Self::Product => "a product",
            Self::Quote => "its price for three",
            Self::Opening => "its session opened",
            Self::Page => "the page with all of them, made anew",
        }
    }

    /// The page grows with what it lists; nothing else may.
    fn goal(self) -> Option<Goal> {
        match self {
            Self::Product | Self::Quote | Self::Opening => Some(Goal::AtMost(2.0)),
            Self::Page => None,
        }
    }

    fn times(self) -> usize {
        match self {
            Self::Product | Self::Quote | Self::Opening => 1_000,
            Self::Page => 20,
        }
    }

    fn request(self, n: usize) -> Vec<u8> {
        let id = product_id(n);
        match self {
            Self::Product => get(&format!("/api/products/{id}"), ""),
            Self::Quote => get(&format!("/api/quote?product_id={id}&units=3"), ""),
            Self::Opening => post_json("/api/checkouts", "", &json!({ "product_id": id }).to_string()),
            // What has a reference in it is made for its reader.
            Self::Page => get(&format!("/?product={id}&request_id=order_{n}"), ""),
        }
    }

    fn status(self) -> u16 {
        match self {
            Self::Product | Self::Quote | Self::Page => 200,
            Self::Opening => 201,
        }
    }
}

fn product_id(n: usize) -> String {
    format!("prod_Growth{n:014}")
}

/// Measures each answer of both shops.
pub(super) async fn measure() -> Outcome<Vec<Figure>> {
    let mut times = Vec::new();
    for products in PRODUCTS {
        times.push(with(products).await?);
    }
    let pairs = Read::ALL.into_iter().zip(times[0].iter().zip(&times[1]));
    Ok(pairs
        .map(|(read, (few, many))| {
            let figure = Figure::new(format!("{}, of ten thousand", read.name()), *many, "ms").beside("of ten", *few);
            match read.goal() {
                Some(goal) => figure.should_be(goal),
                None => figure,
            }
        })
        .collect())
}

/// The medians with so many products, in milliseconds.
async fn with(products: usize) -> Outcome<Vec<f64>> {
    let folder = folder("products")?;
    let seed = folder.join("seed.json");
    let listed = (0..products).map(|n| {
        json!({
            "id": product_id(n), "name": format!("Licence {n}"), "description": "Every feature, paid once.",
            "price": 1999, "currency": "USD", "billing_type": "onetime", "billing_period": "once",
        })
    });
    std::fs::write(&seed, json!({ "products": listed.collect::<Vec<_>>() }).to_string())?;
    let creem = running::sandbox_of(Some(&seed), None).await;
    let database = format!("sqlite://{}", folder.join("checkout.db").display());
    let (address, url) = free_address();
    let ours = started(&mut checkout(address, &creem.url, &database), address, url).await;
    let mut connection = Connection::open(ours.address).await?;
    let mut chance = Chance::new(1);
    let mut medians = Vec::new();
    for read in Read::ALL {
        let request = || read.request(chance.below(products));
        medians.push(answered_in(&mut connection, read.times(), request, read.status()).await?);
    }
    Ok(medians)
}
