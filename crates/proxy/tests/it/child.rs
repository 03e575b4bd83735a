//! The program itself, as a process: started, asked to end, and killed when its test is over.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use url::Url;

/// How long anything the program is asked for may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A running program, killed (SIGKILL) when it is dropped.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Starts it and waits until it answers at an address.
    pub(crate) async fn start(command: &mut Command, url: &Url) -> Self {
        let mut running = Self(command.spawn().expect("it starts"));
        let client = reqwest::Client::new();
        let wait = async {
            while client.get(url.join("healthz").expect("a URL")).send().await.is_err() {
                let ended = running.0.try_wait().expect("its state");
                assert_eq!(ended, None, "it ended instead of answering");
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, wait).await.expect("it starts in time");
        running
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub(crate) async fn end_in_order(mut self) -> ExitStatus {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "it can be asked to end");
        self.end().await
    }

    /// Waits for its end.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        let wait = async {
            loop {
                if let Some(status) = self.0.try_wait().expect("its state") {
                    return status;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, wait).await.expect("it ends in time")
    }
}

/// The program as a checkout, which does not inherit anything and says only what is wrong.
pub(crate) fn serve(address: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creem-checkout"));
    command.args(["serve", "--listen", &address.to_string()]).env_clear().env("RUST_LOG", "error");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The same, which sells through a sandbox, keeps its payments in a database, and bounds nobody.
pub(crate) fn program(address: SocketAddr, sandbox: &str, database: &str) -> Command {
    let mut command = serve(address);
    command
        .args(["--database", database, "--api-url", sandbox])
        .env("CREEM_API_KEY", sandbox::API_KEY)
        .env("CREEM_WEBHOOK_SECRET", sandbox::WEBHOOK_SECRET)
        // All senders of a test have one address.
        .envs([("CHECKOUT_LIMIT_CREATE", "0"), ("CHECKOUT_LIMIT_UPSTREAM", "0")])
        .env("CHECKOUT_TRUSTED_PROXIES", "127.0.0.1");
    command
}

/// An address nobody listens at, which a program may be started at more than once.
pub(crate) fn free_address() -> (SocketAddr, Url) {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    (address, format!("http://{address}/").parse().expect("a URL"))
}
