//! The program under load: `reads` and `writes` measure it beside its peers, `soak` watches what it uses up over time.
//!
//! Started by `cargo xtask bench` and `cargo xtask soak`, which install what the peers need.

#[path = "../../tests/it/chance.rs"]
#[expect(dead_code, reason = "only tests have a short form")]
mod chance;
#[path = "../../tests/it/child.rs"]
mod child;
mod events;
mod figures;
mod growth;
mod http;
mod listeners;
mod processor;
mod reads;
mod running;
#[path = "../../tests/postgres/server.rs"]
#[expect(dead_code, reason = "only tests crash it")]
mod server;
mod soak;
mod writes;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
    /// What cargo says to every benchmark
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum What {
    /// Reads a second, beside nginx with the same bytes; start and memory
    Reads,
    /// How soon a waiting page hears of its payment, while a thousand wait
    Listeners,
    /// What answers take with a million payments, ten thousand products, a thousand buyers
    Growth,
    /// Webhooks and creations a second, beside SQLite, PostgreSQL and an Express server
    Writes,
    /// Mixed requests, hostile ones among them, for a long time
    Soak(soak::Length),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().what {
        What::Reads => reads::measure().await,
        What::Listeners => listeners::measure().await,
        What::Growth => growth::measure().await,
        What::Writes => writes::measure().await,
        What::Soak(length) => soak::soak(&length).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
