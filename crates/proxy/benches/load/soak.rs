//! Mixed requests for a long time, and what the program uses up meanwhile: it should be as much at the end as at the
//! beginning, and everything that was acknowledged should be there.

mod buyers;
mod hostile;
mod kept;
mod mix;
mod samples;
mod shop;
mod verdict;

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use self::samples::{Log, Sample};
use self::shop::Shop;
use crate::Outcome;
use crate::child::{Running, free_address};
use crate::running::{checkout, folder, sandbox};

/// How long, and how much.
#[derive(clap::Args)]
pub(crate) struct Length {
    /// For how many minutes
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// How many requests a second
    #[arg(long, default_value_t = 300)]
    rate: u32,
}

/// How often the program is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How long the last answers may take: longer than anything a hostile caller is waited for.
const LAST_ANSWERS: Duration = Duration::from_secs(90);

/// Sends requests, samples, and says whether it is flat.
pub(crate) async fn soak(length: &Length) -> Outcome<()> {
    let folder = folder("soak")?;
    let (address, url) = free_address();
    let sandbox = sandbox(Some(&url.join("webhooks/creem")?)).await;
    let database = format!("sqlite://{}", folder.join("checkout.db").display());
    let mut command = checkout(address, &sandbox.url, &database);
    // Buyers are bounded as in operation: they come from as many networks.
    command.env_remove("CHECKOUT_LIMIT_CREATE").env_remove("CHECKOUT_LIMIT_QUOTE").stderr(Stdio::piped());
    let mut running = Running::start(&mut command, &url).await;
    let log = Log::follow(running.0.stderr.take().ok_or("no log")?);
    let shop = Arc::new(Shop::new(address, sandbox.address));
    println!("{} requests a second for {} minutes\n\n{}", length.rate, length.minutes, Sample::HEADING);
    let samples = send(length, &shop, &log, running.0.id()).await?;
    let is_in_order = running.end_in_order().await.success();
    let missing = kept::missing(&shop, &database).await?;
    let verdict = verdict::Verdict::new(&samples, &shop, missing, is_in_order);
    println!("\n{verdict}\n{log}");
    match verdict.is_good() {
        true => Ok(()),
        false => Err("it is not flat, or lost something".into()),
    }
}

async fn send(length: &Length, shop: &Arc<Shop>, log: &Log, process: u32) -> Outcome<Vec<Sample>> {
    let begun = Instant::now();
    let mut requests = tokio::time::interval(Duration::from_secs(1) / length.rate.max(1));
    // A moment of silence is caught up with, so that the rate is what it says.
    requests.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut looks = tokio::time::interval_at((begun + LOOK_EVERY).into(), LOOK_EVERY);
    let mut under_way = JoinSet::new();
    let mut samples = Vec::new();
    while begun.elapsed() < Duration::from_secs(length.minutes * 60) {
        tokio::select! {
            _ = requests.tick() => {
                under_way.spawn(mix::next(Arc::clone(shop)));
            }
            Some(ended) = under_way.join_next() => ended?,
            _ = looks.tick() => {
                let sample = Sample::take(begun.elapsed(), process, shop, log)?;
                println!("{sample}");
                samples.push(sample);
            }
        }
    }
    let rest = async {
        while let Some(ended) = under_way.join_next().await {
            ended?;
        }
        Outcome::Ok(())
    };
    tokio::time::timeout(LAST_ANSWERS, rest).await??;
    Ok(samples)
}
