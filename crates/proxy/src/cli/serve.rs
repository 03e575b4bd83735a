//! Running the servers: listening, saying where, and ending in order.

use std::fmt::Display;
use std::future::Future;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use proxy::config::given;
use proxy::{Config, Problem, Proxy, Settings};
use sandbox::{Options, Sandbox, Seed};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::about::About;

/// How long requests under way may take once the end was asked for.
const DRAIN_AT_MOST: Duration = Duration::from_secs(10);

/// Why a server is not running.
pub(crate) enum Stopped {
    /// The configuration is wrong, in all these ways.
    Misconfigured(Vec<Problem>),
    /// Something else, said with its cure.
    Failed(String),
    /// What was to be examined is not in order, as was said.
    ChecksFailed(usize),
}

/// What was set for `creem-checkout sandbox`.
#[derive(Args)]
pub(crate) struct SandboxSettings {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081", value_parser = listen_address)]
    listen: SocketAddr,
    /// Where browsers reach it; the listening address when absent
    #[arg(long, value_name = "URL")]
    public_url: Option<Url>,
    /// What it starts with, a JSON file; four products and a discount for every outcome when absent
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Where its webhooks go; nowhere when absent
    #[arg(long, value_name = "URL")]
    webhook_url: Option<Url>,
}

/// Serves the checkout, and a sandbox beside it when that was asked for.
pub(crate) async fn checkout(settings: &Settings) -> Result<(), Stopped> {
    let mut config = settings.check().map_err(Stopped::Misconfigured)?;
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    if let Some(unknown) = proxy::config::unknown_variables(names) {
        tracing::warn!(variables = unknown, "variables that look like settings set nothing");
    }
    proxy::raise_handle_limit();
    let listener = listen(config.listen, "--listen or CHECKOUT_LISTEN").await?;
    let address = web_address(&listener)?;
    if config.listen.port() == 0 && given(settings.public_url.as_deref()).is_none() {
        config.public_url = address.clone();
    }
    #[cfg(feature = "embed-page")]
    if given(settings.assets.as_deref()).is_none() {
        config.assets = crate::cli::embedded::page();
    }
    let ending = ending();
    let sandbox = match settings.sandbox {
        true => Some(beside(settings, &mut config, &address, ending.clone()).await?),
        false => None,
    };
    let public_url = config.public_url.clone();
    let about = About::new(&config, address);
    let proxy = Proxy::start(config).await.map_err(failed)?;
    // Creem may take its time; buyers who come meanwhile are served.
    tokio::spawn({
        let proxy = proxy.clone();
        async move { about.tell(&proxy).await }
    });
    if let Some(beside) = &sandbox {
        let proxy = proxy.clone();
        beside.sandbox.on_reset(move || {
            let proxy = proxy.clone();
            async move { proxy.forget_all().await }
        });
        // Nobody may be there to read it any more.
        let _ = writeln!(io::stdout(), "{}", what_to_try(&public_url, &beside.public_url));
    }
    proxy.serve(listener, ended(ending)).await.map_err(failed)?;
    match sandbox {
        Some(beside) => beside.task.await.map_err(failed)?.map_err(failed),
        None => Ok(()),
    }
}

/// Serves a sandbox alone.
pub(crate) async fn sandbox(settings: &SandboxSettings) -> Result<(), Stopped> {
    let seed = seed(settings.seed.as_deref())?;
    let listener = listen(settings.listen, "--listen").await?;
    let address = web_address(&listener)?;
    let public_url = settings.public_url.clone().unwrap_or(address);
    let webhook_url = settings.webhook_url.clone();
    tracing::info!(%public_url, "the sandbox is ready");
    let ending = ending();
    let sandbox = Sandbox::new(Options { public_url, webhook_url, shop_url: None, seed });
    within_bounds(sandbox.serve(listener, ended(ending.clone())), ending).await
}

/// Starts a sandbox that sends its webhooks to the checkout, and points the checkout to it.
async fn beside(
    settings: &Settings,
    config: &mut Config,
    checkout: &Url,
    ending: watch::Receiver<bool>,
) -> Result<Beside, Stopped> {
    let seed = seed(given(settings.seed.as_deref()).map(Path::new))?;
    let listener = listen(sandbox_address(settings)?, "--sandbox-listen").await?;
    let public_url = web_address(&listener)?;
    config.creem_url.get_or_insert_with(|| public_url.clone());
    let webhook_url = checkout.join("webhooks/creem").map_err(failed)?;
    tracing::info!(%public_url, "the sandbox is ready");
    let options = Options {
        public_url: public_url.clone(),
        webhook_url: Some(webhook_url),
        shop_url: Some(checkout.clone()),
        seed,
    };
    let sandbox = Sandbox::new(options);
    let task = tokio::spawn(sandbox.clone().serve(listener, ended(ending)));
    Ok(Beside { public_url, sandbox, task })
}

/// What a sandbox starts with.
fn seed(file: Option<&Path>) -> Result<Seed, Stopped> {
    let Some(file) = file else { return Ok(Seed::default()) };
    let failed = |error: &dyn Display| Stopped::Failed(format!("--seed {}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| failed(&proxy::unreadable(&error)))?;
    Seed::from_json(&text).map_err(|error| {
        let problems = error.problems().iter().map(|problem| format!("\n  {problem}"));
        failed(&problems.collect::<String>())
    })
}

/// Where the sandbox beside the checkout listens.
pub(crate) fn sandbox_address(settings: &Settings) -> Result<SocketAddr, Stopped> {
    listen_address(&settings.sandbox_listen).map_err(|cure| {
        Stopped::Misconfigured(vec![Problem {
            place: "--sandbox-listen".into(),
            what: format!("{:?} is not an address", settings.sandbox_listen),
            cure: cure.to_owned(),
        }])
    })
}

fn listen_address(text: &str) -> Result<SocketAddr, &'static str> {
    proxy::config::listen_address(text).ok_or("give an IP address and a port: 127.0.0.1:8081")
}

/// The sandbox that runs beside the checkout.
struct Beside {
    public_url: Url,
    sandbox: Sandbox,
    task: tokio::task::JoinHandle<io::Result<()>>,
}

fn what_to_try(checkout: &Url, sandbox: &Url) -> String {
    format!(
        "\n  Checkout  {checkout}\n  Sandbox   {sandbox}\n\n  Try: choose a product, type the code SAVE25, pay with \
         the card 4111 1111 1111 1111.\n  To be declined: 4507 9900 0000 0028. Ctrl-C stops both.\n"
    )
}

async fn listen(address: SocketAddr, how_to_choose: &str) -> Result<TcpListener, Stopped> {
    TcpListener::bind(address).await.map_err(|error| {
        let what = if error.kind() == io::ErrorKind::AddrInUse {
            format!("port {} of {} is taken by another program", address.port(), address.ip())
        } else {
            format!("cannot listen on {address}: {error}")
        };
        Stopped::Failed(format!("{what}; choose another with {how_to_choose}"))
    })
}

/// Where a browser on this machine reaches a listener.
fn web_address(listener: &TcpListener) -> Result<Url, Stopped> {
    listener.local_addr().map(proxy::config::address_of).map_err(failed)
}

/// Becomes true when the process is asked to end.
fn ending() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        asked_to_end().await;
        sender.send_replace(true);
    });
    receiver
}

async fn asked_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
                () = hung_up() => {}
            }
            return;
        }
    }
    if let Err(error) = interrupt.await {
        tracing::warn!(%error, "Ctrl-C cannot be heard");
        std::future::pending::<()>().await;
    }
}

/// Completes when the terminal is closed. Where that is to be ignored, as under `nohup`, it stays so: who listens to the
/// signal would undo it.
#[cfg(unix)]
async fn hung_up() {
    use tokio::signal::unix::{SignalKind, signal};
    let hangup = if is_hangup_ignored() { None } else { signal(SignalKind::hangup()).ok() };
    match hangup {
        Some(mut hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether the process was started to go on after its terminal; where the system does not say, it is left alone.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    // The first signal is the lowest bit.
    let ignored = |status: String| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok().map(|mask| mask & 1 == 1)
    };
    std::fs::read_to_string("/proc/self/status").ok().and_then(ignored).unwrap_or(true)
}

async fn ended(mut ending: watch::Receiver<bool>) {
    if ending.wait_for(|ending| *ending).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Serves to the end, but does not wait for ever for requests that never end.
async fn within_bounds(
    serving: impl Future<Output = io::Result<()>>,
    ending: watch::Receiver<bool>,
) -> Result<(), Stopped> {
    let overtime = async {
        ended(ending).await;
        tokio::time::sleep(DRAIN_AT_MOST).await;
    };
    tokio::select! {
        result = serving => result.map_err(failed),
        () = overtime => {
            tracing::warn!("requests under way were cut off");
            Ok(())
        }
    }
}

pub(crate) fn failed(error: impl Display) -> Stopped {
    Stopped::Failed(error.to_string())
}
