//! What the program says when it starts, and what it makes of settings and signals.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use super::binary::program;
use crate::child::{Running, free_address, serve};
use crate::database::Database;
use crate::shop::{Shop, Webhooks, fixture};

/// Reads a log up to the line that ends a start, and to its end once the program is gone.
fn started(running: &mut Running) -> (Vec<String>, std::thread::JoinHandle<String>) {
    let mut log = BufReader::new(running.0.stderr.take().expect("its log"));
    let mut lines = Vec::new();
    while !lines.last().is_some_and(|line: &String| line.contains("database: ")) {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).expect("its log"), 0, "it ended: {lines:?}");
        lines.push(line.trim_end().to_owned());
    }
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        log.read_to_string(&mut rest).expect("text");
        rest
    });
    (lines, rest)
}

fn checkout(shop: &Shop, database: &str) -> Command {
    let mut command = program();
    command
        .args(["serve", "--api-url", shop.sandbox.as_str(), "--database", database])
        .args(["--assets", &fixture().display().to_string()])
        .envs([("CREEM_API_KEY", sandbox::API_KEY), ("CREEM_WEBHOOK_SECRET", sandbox::WEBHOOK_SECRET)])
        .env("NO_COLOR", "1");
    command
}

// It started without a word of which money, how many products, or where webhooks are to go.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_says_in_five_lines_what_it_is() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let mut command = checkout(&shop, &database.url());
    command.args(["--listen", "127.0.0.1:0", "--public-url", "https://pay.example/shop"]);
    // Empty ones count as absent; this one silenced the log.
    command.envs([("RUST_LOG", ""), ("CHECKOUT_LOG_FORMAT", ""), ("CHECKOUT_REQUIRE_INTENT", "false\r")]);
    let mut running = Running(command.spawn().expect("it starts"));
    let (lines, _rest) = started(&mut running);
    let said = lines.join("\n");
    assert_eq!(lines.len(), 5, "{said}");
    for (line, words) in lines.iter().zip([
        "mode: TEST: no real money moves",
        "the checkout is ready public_url=https://pay.example/shop/ address=http://127.0.0.1:",
        "products: 4",
        "webhooks: https://pay.example/shop/webhooks/creem",
        "database: sqlite://",
    ]) {
        assert!(line.contains(words), "{words} is not in {said}");
    }
}

// A wrong key was "ready", and a test shop sent the buyers of other machines to their own.
#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_key_and_an_address_of_this_machine_are_said_at_the_start() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let (address, url) = free_address();
    let mut command = checkout(&shop, &database.url());
    command.env("CREEM_API_KEY", "creem_test_wrong").args(["--listen", &address.to_string()]);
    command.env("CHECKOUT_THEM", "accent=#fff");
    let mut running = Running(command.spawn().expect("it starts"));
    let (lines, rest) = started(&mut running);
    let said = lines.join("\n");
    assert!(said.contains("ERROR") && said.contains("CREEM_API_KEY"), "{said}");
    assert!(said.contains("products: not known (upstream_misconfigured)"), "{said}");
    assert!(said.contains("CHECKOUT_THEM (did you mean CHECKOUT_THEME?)"), "{said}");
    let ready = reqwest::get(url.join("readyz").expect("a URL")).await.expect("an answer").status().as_u16();
    assert_eq!(ready, 502, "it serves, and is not ready");
    drop(running);
    let rest = rest.join().expect("the log");
    assert!(rest.contains("WARN") && rest.contains("set CHECKOUT_PUBLIC_URL"), "{rest}");
    assert!(!said.contains("creem_test_wrong"), "{said}");
}

#[test]
fn what_cannot_be_is_refused_at_the_start_in_words() {
    let refused = |variable: &str, value: &str| {
        let output = program()
            .arg("serve")
            .envs([("CREEM_API_KEY", "creem_test_abc"), ("CREEM_WEBHOOK_SECRET", "whsec_of_a_real_shop")])
            .env(variable, value)
            .output()
            .expect("it ran");
        assert_eq!(output.status.code(), Some(2), "{variable}={value}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for (variable, value, words) in [
        ("CHECKOUT_ASSETS", "/nope", "there is no index.html in \"/nope\""),
        ("CHECKOUT_RETENTION_DAYS", "0", "is too small"),
        ("CREEM_WEBHOOK_SECRET", "\"whsec_of_a_real_shop\"", "quotation marks"),
        ("CREEM_WEBHOOK_SECRET", "creem_test_abcdefghijk", "is an API key"),
        ("DATABASE_URL", "postgres://shop:hunter#2@db/shop", "%23"),
        ("CHECKOUT_REQUIRE_INTENT", "maybe", "give true or false"),
        ("CHECKOUT_LISTEN", "pay.example:80", "is not an address"),
    ] {
        let said = refused(variable, value);
        assert!(said.contains(words) && !said.contains("hunter"), "{variable}={value}: {said}");
    }
}

// "pool timed out" was all that was said of a database that is not there.
#[test]
fn a_database_that_cannot_be_opened_is_said_by_its_cause() {
    let (free, _) = free_address();
    for (database, words) in [
        (format!("postgres://shop:hunter2@{free}/shop"), "connection refused"),
        ("sqlite:///no/such/folder/shop.db".to_owned(), "folder"),
    ] {
        let mut command = program();
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", &database]);
        command.envs([("CREEM_API_KEY", "creem_test_abc"), ("CREEM_WEBHOOK_SECRET", "whsec_of_a_real_shop")]);
        let output = command.output().expect("it ran");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(words) && said.contains("DATABASE_URL") && !said.contains("hunter2"), "{said}");
    }
}

// Whoever closed the terminal cut requests off, as the other signals do not; and under `nohup` it has to go on.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_closed_terminal_ends_it_in_order_unless_that_is_to_be_ignored() {
    let database = Database::create().await;
    for ignored in [false, true] {
        let (address, url) = free_address();
        let mut command = Command::new("sh");
        // These tests may run where it is ignored.
        let heeding = r#"exec env --default-signal=HUP "$0" "$@""#;
        let ignoring = if ignored { r#"trap "" HUP && exec "$0" "$@""# } else { heeding };
        let program = serve(address);
        command.args(["-c", ignoring]).arg(program.get_program()).args(program.get_args());
        command.args(["--sandbox", "--sandbox-listen", "127.0.0.1:0", "--database", &database.url()]);
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut running = Running::start(&mut command, &url).await;
        let hung_up = Command::new("kill").args(["-HUP", &running.0.id().to_string()]).status();
        assert!(hung_up.is_ok_and(|status| status.success()));
        if ignored {
            assert!(reqwest::get(url.join("healthz").expect("a URL")).await.expect("an answer").status().is_success());
        } else {
            assert_eq!(running.end().await.code(), Some(0));
        }
    }
}

// `doctor --sandbox` asked the real Creem, and called a wrong webhook secret fine.
#[tokio::test(flavor = "multi_thread")]
async fn doctor_asks_the_sandbox_and_compares_endpoint_and_secret() {
    let shop = Shop::open().await;
    let database = Database::create().await;
    let sandbox = shop.sandbox.socket_addrs(|| None).expect("an address")[0].to_string();
    let examine = |more: &[(&str, &str)], public_url: &str| {
        let mut command = program();
        command
            .args(["doctor", "--sandbox", "--sandbox-listen", &sandbox, "--public-url", public_url])
            .args(["--database", &database.url(), "--assets", &fixture().display().to_string()])
            .envs(more.iter().copied())
            .stdout(Stdio::piped());
        let output = tokio::task::block_in_place(|| command.output()).expect("it ran");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, told) = examine(&[], shop.proxy.as_str());
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("the sandbox at http://127.0.0.1:") && !told.contains("FAIL"), "{told}");
    let (code, told) = examine(&[("CREEM_WEBHOOK_SECRET", "whsec_of_another_endpoint")], shop.proxy.as_str());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("FAIL  CREEM_WEBHOOK_SECRET is not the secret of Creem's webhook"), "{told}");
    assert!(told.contains("was started with another CREEM_WEBHOOK_SECRET"), "{told}");
    assert!(told.contains("2 checks failed") && !told.contains("whsec_of_another"), "{told}");
    let (_, told) = examine(&[("CHECKOUT_THEM", "x")], "http://127.0.0.1:1/");
    assert!(told.contains("FAIL  Creem has no webhook to http://127.0.0.1:1/webhooks/creem"), "{told}");
    assert!(told.contains("warn  variables that set nothing: CHECKOUT_THEM"), "{told}");
    assert!(told.contains("does not answer: ") && told.contains("refused"), "{told}");
}
