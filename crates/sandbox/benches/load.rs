//! How fast a full sandbox answers, and how fast an empty one starts: `cargo xtask bench`.
//!
//! Fills one with 10 000 paid sessions and 50 000 events, over real connections, and fails when the median answer takes
//! a millisecond or more, or the start 100.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder};
use sandbox::{API_KEY, Options, Sandbox, Seed};
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Outcome<T> = Result<T, Box<dyn Error>>;

const SESSIONS: usize = 10_000;
const EVENTS: usize = 50_000;
const MONTHLY: &str = "prod_SandboxProMonthly00001";

/// How often each call is measured.
const TRIES: usize = 200;

const SLOWEST_MEDIAN: Duration = Duration::from_millis(1);
const SLOWEST_START: Duration = Duration::from_millis(100);

/// The argument with which this program is a sandbox.
const SERVE: &str = "serve-a-sandbox";

#[tokio::main]
async fn main() -> Outcome<()> {
    if std::env::args().any(|argument| argument == SERVE) {
        return serve().await;
    }
    let mut slow = Vec::new();
    let (start, url, mut child) = start().await?;
    report("start, to the first answer", start, SLOWEST_START, &mut slow);
    let outcome = measure(&url, &mut slow).await;
    child.kill()?;
    child.wait()?;
    outcome?;
    if slow.is_empty() { Ok(()) } else { Err(format!("too slow: {}", slow.join(", ")).into()) }
}

async fn serve() -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let public_url = format!("http://{}", listener.local_addr()?).parse()?;
    writeln!(std::io::stdout(), "{public_url}")?;
    let sandbox = Sandbox::new(Options { public_url, webhook_url: None, shop_url: None, seed: Seed::default() });
    Ok(sandbox.serve(listener, std::future::pending()).await?)
}

/// Starts a sandbox as a process of its own and waits for its first answer.
async fn start() -> Outcome<(Duration, String, std::process::Child)> {
    let begin = Instant::now();
    let mut child = Command::new(std::env::current_exe()?).arg(SERVE).stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut url)?;
    let url = url.trim().trim_end_matches('/').to_owned();
    let client = Client::builder().no_proxy().build()?;
    client.get(format!("{url}/healthz")).send().await?.error_for_status()?;
    Ok((begin.elapsed(), url, child))
}

async fn measure(url: &str, slow: &mut Vec<String>) -> Outcome<()> {
    let client = Client::builder().no_proxy().build()?;
    let post = |path: &str, body: Value| client.post(format!("{url}{path}")).header("x-api-key", API_KEY).json(&body);
    let get = |path: &str| client.get(format!("{url}{path}")).header("x-api-key", API_KEY);
    let begin = Instant::now();
    let mut last = String::new();
    for number in 0..SESSIONS {
        let body =
            json!({ "product_id": MONTHLY, "request_id": format!("order_{number}"), "metadata": { "n": number } });
        let checkout: Value = post("/v1/checkouts", body).send().await?.error_for_status()?.json().await?;
        last = checkout["id"].as_str().ok_or("no id")?.to_owned();
        let buyer = json!({ "email": format!("buyer{number}@example.com") });
        post(&format!("/_sandbox/checkouts/{last}/pay"), buyer).send().await?.error_for_status()?;
    }
    // Three events for each purchase, and one for each of two renewals.
    let two_months = 63 * 24 * 60 * 60;
    post("/_sandbox/clock", json!({ "advance_seconds": two_months })).send().await?.error_for_status()?;
    let mut out = std::io::stdout();
    writeln!(out, "{SESSIONS} sessions and {EVENTS} events made in {:.1} s", begin.elapsed().as_secs_f64())?;
    let paid: Value = get(&format!("/v1/checkouts?checkout_id={last}")).send().await?.json().await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (customer, subscription) = (text(&paid["customer"]["id"]), text(&paid["subscription"]["id"]));
    let calls = [
        format!("/v1/checkouts?checkout_id={last}"),
        format!("/v1/products/{MONTHLY}"),
        "/v1/products/search?page_size=100".to_owned(),
        "/v1/discounts?discount_code=SAVE25".to_owned(),
        format!("/v1/customers?email=buyer{}@example.com", SESSIONS - 1),
        format!("/v1/customers/{customer}/orders"),
        format!("/v1/subscriptions?subscription_id={subscription}"),
        "/v1/subscriptions/search".to_owned(),
        "/v1/subscriptions/search?status=active".to_owned(),
        "/v1/transactions/search".to_owned(),
        format!("/v1/transactions/search?customer_id={customer}"),
    ];
    for path in calls {
        let median = median(|| get(&path)).await?;
        report(&format!("GET {}", path.split('=').next().unwrap_or_default()), median, SLOWEST_MEDIAN, slow);
    }
    let session = json!({ "product_id": MONTHLY, "discount_code": "SAVE25" });
    report("POST /v1/checkouts", median(|| post("/v1/checkouts", session.clone())).await?, SLOWEST_MEDIAN, slow);
    Ok(())
}

async fn median(call: impl Fn() -> RequestBuilder) -> Outcome<Duration> {
    let mut times = Vec::with_capacity(TRIES);
    for _ in 0..TRIES {
        let begin = Instant::now();
        call().send().await?.error_for_status()?.bytes().await?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(times[TRIES / 2])
}

fn report(what: &str, took: Duration, most: Duration, slow: &mut Vec<String>) {
    let verdict = if took < most { "" } else { "  TOO SLOW" };
    // A closed output is no reason to measure less.
    let _ = writeln!(std::io::stdout(), "{:>9.3} ms  {what}{verdict}", took.as_secs_f64() * 1000.0);
    if took >= most {
        slow.push(what.to_owned());
    }
}
