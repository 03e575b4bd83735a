//! `creem-checkout`: serves the checkout, or a sandbox to develop against.
//!
//! Exit codes: 0 after an orderly end, 1 when it could not run, 2 when the configuration is wrong.

#[cfg(feature = "embed-page")]
mod embedded;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(name = "creem-checkout", version, about = "The checkout of a merchant who sells through Creem")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the checkout: the page, its API and Creem's webhooks
    Serve(Box<proxy::Settings>),
    /// Serve a whole Creem on this machine, without account and network
    Sandbox(Box<serve::SandboxSettings>),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let result = match cli.command {
        Command::Serve(settings) => serve::checkout(&settings).await,
        Command::Sandbox(settings) => serve::sandbox(&settings).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(serve::Stopped::Misconfigured(problems)) => {
            eprintln!("The configuration has {} problem(s):", problems.len());
            for problem in &problems {
                eprintln!("  {problem}");
            }
            ExitCode::from(2)
        }
        Err(serve::Stopped::Failed(reason)) => {
            eprintln!("creem-checkout cannot run: {reason}");
            ExitCode::FAILURE
        }
    }
}
