//! `docs/fulfil.md`: each receiver takes what the proxy sends, delivers once, and takes nothing from anybody else.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::guide::{Snippet, snippets};
use crate::shell::{Shell, program_of};
use crate::shop::{Shop, free_port};

const GUIDE: &str = "docs/fulfil.md";

/// How long anything on one machine may take.
const LIMIT: Duration = Duration::from_secs(20);

/// A guide's receiver, ended with the test.
pub(crate) struct Receiver {
    process: Child,
    language: String,
    lines: mpsc::Receiver<String>,
}

impl Receiver {
    /// Starts it, with the secret that the reader has set.
    pub(crate) fn start(snippet: &Snippet, port: u16, secret: &str) -> Self {
        let code = snippet.with("9000", &port.to_string()).code;
        let (program, arguments) = program_of(&snippet.language);
        let mut command = Command::new(program);
        command.args(arguments).arg(code).current_dir(env!("CARGO_MANIFEST_DIR"));
        command.env("CHECKOUT_NOTIFY_SECRET", secret).env("PYTHONPATH", "python_modules");
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the language is installed");
        let said = BufReader::new(process.stdout.take().expect("its words"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, language: snippet.language.clone(), lines }
    }

    /// What it says next.
    pub(crate) fn said(&self) -> String {
        self.lines.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{}: nothing", self.language))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn delivers(snippet: Snippet) {
    let [settings, .., triggers] = snippets::<5>(GUIDE);
    let port = free_port();
    let mut shell = Shell::open();
    shell.export(&settings.with("9000", &port.to_string()));
    let secret = shell.run("printf %s \"$CHECKOUT_NOTIFY_SECRET\"");
    let shop = Shop::open(shell);
    let receiver = Receiver::start(&snippet, port, &secret);
    let hooks = format!("http://127.0.0.1:{port}/hooks");

    let forged = json!({"type": "payment.paid", "data": {"request_id": "order_1", "mismatch": []}}).to_string();
    let begin = Instant::now();
    let answer = loop {
        let forged = reqwest::Client::new().post(&hooks).header("webhook-id", "msg_1").body(forged.clone());
        match forged.send().await {
            Ok(answer) => break answer,
            Err(error) => assert!(begin.elapsed() < LIMIT, "{}: {error}", snippet.language),
        }
    };
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{}", snippet.language);

    for reference in ["order_1001", "order_1002"] {
        let order = json!({"product_id": "prod_SandboxLifetime0000001", "request_id": reference});
        let (_, created): (_, Value) = shop.create(&order).await;
        shop.pay(created["checkout_id"].as_str().expect("a session")).await;
        assert_eq!(receiver.said(), format!("deliver prod_SandboxLifetime0000001 for {reference}"));
    }
    let mut beside = Shell::open();
    beside.set("CHECKOUT_PUBLIC_URL", shop.checkout.as_str());
    let told = beside.run(&triggers.code);
    assert_eq!(told.matches("answered 200 OK.").count(), 2, "{told}");
    assert_eq!(receiver.said(), "deliver prod_SandboxProMonthly00001 for order_1003");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_receiver_in_javascript_delivers_what_was_paid() {
    let [_, javascript, ..] = snippets::<5>(GUIDE);
    delivers(javascript).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_receiver_in_python_delivers_what_was_paid() {
    let [_, _, python, ..] = snippets::<5>(GUIDE);
    delivers(python).await;
}

#[tokio::test]
async fn the_command_that_asks_for_what_changed_is_the_one_of_the_guide_to_payments() {
    let [.., asked, _] = snippets::<5>(GUIDE);
    let [_, _, everything, _] = snippets::<4>("docs/payments.md");
    assert_eq!(asked.code, everything.code);
}
