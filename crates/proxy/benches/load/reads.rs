//! What everyone reads, beside nginx with the same bytes: by wrk, in rounds, in another order each time, with the
//! processor time that each answer takes.

mod nginx;
mod wrk;

use std::time::Instant;

use url::Url;

use self::nginx::Nginx;
use crate::child::free_address;
use crate::figures::{self, Figure, Goal, median};
use crate::running::{self, Listening, checkout_with_page, folder, started};
use crate::{Outcome, processor};

/// How often everything is measured.
const ROUNDS: usize = 5;

/// How often the program is started.
const STARTS: usize = 9;

/// Something to read, as a browser asks for it.
struct Read {
    what: &'static str,
    path: String,
    bytes: usize,
    ours: Vec<Sample>,
    nginx: Vec<Sample>,
}

/// What was measured in one round.
#[derive(Clone, Copy, Debug)]
struct Sample {
    per_second: f64,
    /// Processor time of one answer, in microseconds.
    cost: f64,
}

/// Measures everything and prints it.
pub(crate) async fn measure() -> Outcome<()> {
    let folder = folder("reads")?;
    let creem = running::sandbox(None).await;
    let database = format!("sqlite://{}", folder.join("checkout.db").display());
    let first_page = first_page(&creem.url, &database).await?;
    let ours = {
        let (address, url) = free_address();
        started(&mut checkout_with_page(address, &creem.url, &database), address, url).await
    };
    let page = reqwest::get(ours.url.clone()).await?.text().await?;
    let wasm = page.split('"').find(|part| part.ends_with(".wasm")).ok_or("the page names no WebAssembly")?;
    let mut reads = Vec::new();
    let mut served = Vec::new();
    for (what, path) in [
        ("the page", "/"),
        ("its products", "/api/products"),
        ("its WebAssembly", &format!("/{}", wasm.trim_start_matches("./").trim_start_matches('/'))),
    ] {
        let answer = wrk::as_a_browser(&ours.url, path).await?;
        reads.push(Read { what, path: path.to_owned(), bytes: answer.body.len(), ours: Vec::new(), nginx: Vec::new() });
        served.push((path.to_owned(), answer));
    }
    let nginx = Nginx::start(&folder, &served).await?;
    for (path, answer) in &served {
        let same = wrk::as_a_browser(&nginx.url, path).await?;
        if same.body != answer.body {
            return Err(format!("nginx has other bytes at {path}").into());
        }
    }
    println!("{ROUNDS} rounds of {} s each for:", wrk::SECONDS);
    // The first round opens files and fills caches; it does not count.
    for round in 0..=ROUNDS {
        let count = reads.len();
        for step in 0..count {
            let read = &mut reads[(step + round) % count];
            let mut pair = [(ours.id(), &ours.url, true), (nginx.id(), &nginx.url, false)];
            pair.rotate_left(round % 2);
            for (process, url, is_ours) in pair {
                let sample = sample(process, url, &read.path)?;
                if round > 0 {
                    if is_ours { &mut read.ours } else { &mut read.nginx }.push(sample);
                }
            }
        }
    }
    let mut figures: Vec<Figure> = reads.iter().flat_map(Read::figures).collect();
    figures.push(Figure::new("first page after the start", first_page, "ms").should_be(Goal::AtMost(50.0)));
    let memory = processor::resident_mib(ours.id())?;
    figures.push(Figure::new("resident memory after all of it", memory, "MiB").should_be(Goal::AtMost(64.0)));
    figures::tell("reads", &figures)
}

impl Read {
    fn figures(&self) -> [Figure; 2] {
        let rate = |samples: &[Sample]| median(samples.iter().map(|sample| sample.per_second));
        let cost = |samples: &[Sample]| median(samples.iter().map(|sample| sample.cost));
        let Self { what, bytes, ours, nginx, .. } = self;
        [
            Figure::new(format!("{what}, {:.1} kB", *bytes as f64 / 1000.0), rate(ours), "a second")
                .beside("nginx", rate(nginx))
                .should_be(Goal::AtLeast(0.5)),
            Figure::new(format!("{what}, processor time"), cost(ours), "µs").beside("nginx", cost(nginx)),
        ]
    }
}

fn sample(process: u32, url: &Url, path: &str) -> Outcome<Sample> {
    let before = processor::time(process)?;
    let run = wrk::run(url, path)?;
    let took = processor::time(process)?.saturating_sub(before);
    Ok(Sample { per_second: run.per_second, cost: took.as_secs_f64() * 1e6 / run.answers as f64 })
}

/// How long after its start the program has answered with its page, in milliseconds; the median.
async fn first_page(sandbox: &Url, database: &str) -> Outcome<f64> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let (address, url) = free_address();
        let begun = Instant::now();
        let listening: Listening = running::spawned(&mut checkout_with_page(address, sandbox, database), address, url)?;
        while reqwest::get(listening.url.clone()).await.and_then(reqwest::Response::error_for_status).is_err() {
            tokio::task::yield_now().await;
        }
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(times))
}
