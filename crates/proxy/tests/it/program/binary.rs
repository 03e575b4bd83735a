//! The program itself: exit codes, what it prints, and what it never prints.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::child::{LIMIT, Running};
use crate::database::Database;
use crate::shop::{LIFETIME, Shop, fixture};

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creem-checkout"));
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

#[test]
fn every_problem_of_the_configuration_is_listed_at_once() {
    let output = program()
        .args(["serve"])
        .env("CHECKOUT_PUBLIC_URL", "pay.example")
        .env("CREEM_WEBHOOK_SECRET", "whsec_hidden_value")
        .env("CHECKOUT_ALLOWED_ORIGINS", "https://shop.example/path")
        .output()
        .expect("it ran");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for variable in ["CREEM_API_KEY", "CHECKOUT_PUBLIC_URL", "CHECKOUT_ALLOWED_ORIGINS"] {
        assert!(text.contains(variable), "{text}");
    }
    assert!(text.contains("--sandbox"), "the cure is said: {text}");
    assert!(!text.contains("whsec_hidden_value"));
}

#[test]
fn help_never_shows_a_secret() {
    let output = program()
        .args(["serve", "--help"])
        .env("CREEM_API_KEY", "creem_test_hidden")
        .env("CREEM_WEBHOOK_SECRET", "whsec_hidden")
        .stdout(Stdio::piped())
        .output()
        .expect("it ran");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("CREEM_API_KEY") && !text.contains("hidden"), "{text}");
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address");
    let output = program().args(["serve", "--sandbox", "--listen", &address.to_string()]).output().expect("it ran");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(&format!("port {}", address.port())) && text.contains("--listen"), "{text}");
}

#[tokio::test]
async fn a_whole_sale_leaves_no_secret_and_no_buyer_in_the_log() {
    let database = Database::create().await;
    let child = program()
        .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"])
        .args(["--assets", &fixture().display().to_string()])
        .args(["--database", &database.url()])
        .env("RUST_LOG", "debug")
        .spawn()
        .expect("it starts");
    let mut running = Running(child);
    let (addresses, log) = follow_log(running.0.stderr.take().expect("its log"));
    let (sandbox, proxy) = (addresses.recv_timeout(LIMIT), addresses.recv_timeout(LIMIT));
    let (sandbox, proxy) = (sandbox.expect("the sandbox's address"), proxy.expect("the checkout's address"));
    let client = reqwest::Client::new();
    let body = json!({"product_id": LIFETIME, "customer": {"email": "grace@example.com"}});
    let created = post(&client, &format!("{proxy}api/checkouts"), &body).await;
    let id = created["checkout_id"].as_str().expect("a session");
    let paid = post(&client, &format!("{sandbox}_sandbox/checkouts/{id}/pay"), &json!({})).await;
    let returned = paid["return_url"].as_str().expect("a return URL");
    let page = client.get(returned).send().await.expect("the page").text().await.expect("its text");
    assert!(page.contains(r#"data-payment-status="paid""#), "{page}");
    drop(running);
    let log = log.join().expect("the log");
    for private in [sandbox::API_KEY, sandbox::WEBHOOK_SECRET, "grace@example.com"] {
        assert!(!log.contains(private), "{private} is in the log:\n{log}");
    }
    let signature = returned.split("signature=").nth(1).expect("a signature");
    let ours = log.lines().filter(|line| line.contains(" proxy::trace"));
    assert!(ours.clone().count() >= 2 && ours.clone().all(|line| !line.contains(signature)), "{log}");
}

#[tokio::test]
async fn what_a_sandbox_sold_ends_with_it() {
    let folder = std::env::temp_dir().join(format!("creem-checkout-in-memory-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for _start in ["first", "second"] {
        let child = program()
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"])
            .args(["--assets", &fixture().display().to_string()])
            .current_dir(&folder)
            .spawn()
            .expect("it starts");
        let mut running = Running(child);
        let (addresses, _log) = follow_log(running.0.stderr.take().expect("its log"));
        let (sandbox, proxy) = (addresses.recv_timeout(LIMIT), addresses.recv_timeout(LIMIT));
        let (sandbox, proxy) = (sandbox.expect("the sandbox's address"), proxy.expect("the checkout's address"));
        let client = reqwest::Client::new();
        let first = sale(&client, &proxy, &sandbox).await;
        // A sandbox that began anew gave the same ids again, and a genuine address showed another order's amount.
        post(&client, &format!("{sandbox}_sandbox/reset"), &json!({})).await;
        let page = client.get(&first).send().await.expect("the page").text().await.expect("its text");
        assert!(!page.contains(r#"data-payment-status="paid""#), "forgotten with its world: {page}");
        let second = sale(&client, &proxy, &sandbox).await;
        assert_ne!(first, second, "new ids");
    }
    // Only an empty folder can be removed.
    std::fs::remove_dir(&folder).expect("nothing was written");
}

/// Opens eight sessions at once, pays one, and answers where its buyer came back to.
async fn sale(client: &reqwest::Client, proxy: &str, sandbox: &str) -> String {
    let body = json!({"product_id": LIFETIME, "request_id": "order_1"});
    let checkouts = format!("{proxy}api/checkouts");
    let opened = join_all((0..8).map(|_| post(client, &checkouts, &body))).await;
    let id = opened[0]["checkout_id"].as_str().expect("a session");
    let paid = post(client, &format!("{sandbox}_sandbox/checkouts/{id}/pay"), &json!({})).await;
    let returned = paid["return_url"].as_str().expect("a return URL").to_owned();
    let page = client.get(&returned).send().await.expect("the page").text().await.expect("its text");
    assert!(page.contains(r#"data-payment-status="paid""#), "{page}");
    returned
}

/// Reads a log to its end, and tells the public addresses as they appear.
pub(crate) fn follow_log(
    stderr: impl Read + Send + 'static,
) -> (mpsc::Receiver<String>, std::thread::JoinHandle<String>) {
    let (sender, addresses) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut log = String::new();
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if let Some(address) = line.split("public_url=").nth(1).and_then(|rest| rest.split(' ').next()) {
                // The test may have ended; then nobody listens.
                let _ = sender.send(address.to_owned());
            }
            log.push_str(&line);
            log.push('\n');
        }
        log
    });
    (addresses, reader)
}

async fn post(client: &reqwest::Client, url: &str, body: &Value) -> Value {
    let request = client.post(url).header("content-type", "application/json").body(body.to_string());
    let text = request.send().await.expect("an answer").text().await.expect("a body");
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn doctor_says_what_is_wrong_and_how_to_mend_it() {
    let shop = Shop::open().await;
    let database = Database::create().await;
    let examine = |key: &str, public_url: &str| {
        let mut command = program();
        command
            .args(["doctor", "--api-url", shop.sandbox.as_str(), "--public-url", public_url])
            .args(["--database", &database.url(), "--products", "prod_forgotten"])
            .envs([("CREEM_API_KEY", key), ("CREEM_WEBHOOK_SECRET", sandbox::WEBHOOK_SECRET)])
            .stdout(Stdio::piped());
        tokio::task::spawn_blocking(move || {
            let output = command.output().expect("it ran");
            (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
        })
    };
    let (code, told) = examine(sandbox::API_KEY, shop.proxy.as_str()).await.expect("a report");
    assert_eq!(code, Some(1), "{told}");
    for line in [
        "  ok    Creem takes the key",
        "  ok    the clock is right",
        "  FAIL  CHECKOUT_PRODUCTS names prod_forgotten",
        "  ok    CREEM_WEBHOOK_SECRET is the one of Creem's webhook wh_",
        "webhooks/creem takes a signed event",
        "only this machine connects, so its X-Forwarded-For is believed",
        "\n1 check failed",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let (code, told) = examine("creem_test_wrong", "http://127.0.0.1:1/").await.expect("a report");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("FAIL  Creem refuses the API key") && told.contains("copy CREEM_API_KEY again"), "{told}");
    assert!(told.contains("were not compared with Creem's") && told.contains("checks failed"), "{told}");
    assert!(told.contains("does not answer") && !told.contains("creem_test_wrong"), "{told}");
}

#[cfg(unix)]
#[tokio::test]
async fn it_logs_json_when_asked_and_ends_in_order_when_told() {
    let database = Database::create().await;
    let child = program()
        .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"])
        .args(["--database", &database.url(), "--log-format", "json"])
        .spawn()
        .expect("it starts");
    let mut running = Running(child);
    let log = BufReader::new(running.0.stderr.take().expect("its log"));
    let ended = tokio::task::spawn_blocking(move || {
        for line in log.lines().map_while(Result::ok) {
            let entry: Value = serde_json::from_str(&line).expect("each line is JSON");
            if entry["message"] == "the checkout is ready" {
                let asked = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status();
                assert!(asked.is_ok_and(|status| status.success()));
            }
        }
        running.0.wait().expect("its end")
    });
    assert_eq!(ended.await.expect("an end").code(), Some(0));
}
