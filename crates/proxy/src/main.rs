//! `creem-checkout`: serves the checkout, or a sandbox to develop against.
//!
//! Exit codes: 0 after an orderly end, 1 when it could not run, 2 when the configuration is wrong.

mod cli;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use proxy::LogFormat;
use proxy::config::public_address;
use tracing_subscriber::EnvFilter;

use cli::log_writer::{LogThread, LogWriter};
use cli::{bookkeeping, doctor, papers, serve, trigger};

/// Gives back what a burst of requests took; the system's own keeps the most that each of its arenas ever held.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "creem-checkout", version = env!("CHECKOUT_VERSION"), about = "The checkout of a merchant who sells through Creem")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the checkout: the page, its API and Creem's webhooks
    Serve(Box<proxy::Settings>),
    /// Try key, products, webhook secret, clock, database and public address, and say what to mend
    Doctor(Box<proxy::Settings>),
    /// Ask Creem for payments and refunds that no webhook and no buyer told of, and take them in
    Reconcile(Box<bookkeeping::ReconcileSettings>),
    /// Apply stored webhook events again: those that were not understood, or one by its id
    Replay(Box<bookkeeping::ReplaySettings>),
    /// Send a signed event of any type, as Creem would, to the checkout or to a receiver of yours
    Trigger(Box<trigger::TriggerSettings>),
    /// Print the lines that put the checkout into a site
    Snippet(SnippetSettings),
    /// Serve a whole Creem on this machine, without account and network
    Sandbox(Box<serve::SandboxSettings>),
    /// Write the pages for man and the completions for shells
    #[command(hide = true)]
    Papers(papers::PapersSettings),
}

#[derive(clap::Args)]
struct SnippetSettings {
    /// Where browsers reach the checkout
    #[arg(long, env = "CHECKOUT_PUBLIC_URL", value_name = "URL", default_value = SOMEWHERE)]
    public_url: String,
}

/// The address in lines that are not for anybody's site yet.
const SOMEWHERE: &str = "https://pay.example/";

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Serve(settings) => {
            let _written = log("info", settings.log_format);
            serve::checkout(&settings).await
        }
        Command::Doctor(settings) => {
            // It tells of everything itself.
            let _written = log("off", settings.log_format);
            doctor::examine(&settings).await
        }
        Command::Reconcile(settings) => {
            let _written = log("warn", settings.shop.log_format);
            bookkeeping::reconcile(&settings).await
        }
        Command::Replay(settings) => {
            let _written = log("warn", settings.shop.log_format);
            bookkeeping::replay(&settings).await
        }
        Command::Trigger(settings) => trigger::send(*settings).await,
        Command::Snippet(SnippetSettings { public_url }) => {
            let public_url = public_address(&public_url, SOMEWHERE).map_err(serve::Stopped::Misconfigured);
            public_url.map(|public_url| println!("{}", proxy::snippet(&public_url)))
        }
        Command::Sandbox(settings) => {
            let _written = log("info", LogFormat::Text);
            serve::sandbox(&settings).await
        }
        Command::Papers(settings) => papers::write(&Cli::command(), &settings.folder).map_err(serve::failed),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(serve::Stopped::Misconfigured(problems)) => {
            let what = if problems.len() == 1 { "problem" } else { "problems" };
            eprintln!("The configuration has {} {what}:", problems.len());
            for problem in &problems {
                eprintln!("  {problem}");
            }
            ExitCode::from(2)
        }
        Err(serve::Stopped::ChecksFailed(count)) => {
            println!("{count} {} failed", if count == 1 { "check" } else { "checks" });
            ExitCode::FAILURE
        }
        Err(serve::Stopped::Failed(reason)) => {
            eprintln!("creem-checkout: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the log to standard error, as much as `RUST_LOG` says, until what is returned is dropped.
fn log(unless_said: &str, format: LogFormat) -> LogThread {
    // An empty variable is an unset one; to the filter it would mean next to nothing.
    let said = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|said| !said.trim().is_empty());
    let filter = said.and_then(|said| EnvFilter::try_new(said.trim()).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(unless_said));
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let (lines, written) = LogWriter::start(std::io::stderr()).expect("the runtime has more threads than this one");
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(lines);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    written
}
