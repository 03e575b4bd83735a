//! Everything Creem can do wrong: what the buyer gets, what is logged, what is tried again.

mod stand_in;

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::child::{Running, free_address, program};
use crate::database::Database;
use crate::program::log::Log;
use crate::shop::{Answer, LIFETIME, Shop, Webhooks};
use stand_in::{Creem, Fault};

const TRACE: &str = r#"{"trace_id":"tr-4711","status":400,"error":"Bad Request","message":["creem_says_this"]}"#;
const JSON: &str = "content-type: application/json\r\n";

/// A fault, and what comes of it.
struct Row {
    fault: Fault,
    /// The code the buyer gets; `None` when they notice nothing.
    opening: Option<&'static str>,
    /// The same for one who only asks for a price.
    asking: Option<&'static str>,
    /// The level and the message of the one line in the log.
    logged: (&'static str, &'static str),
    /// How often Creem is asked to open a session, and for a discount.
    tries: (u32, u32),
}

const FAILED: (&str, &str) = ("ERROR", "failed");

fn fails(fault: Fault, code: &'static str, tries: (u32, u32)) -> Row {
    Row { fault, opening: Some(code), asking: Some(code), logged: FAILED, tries }
}

#[rustfmt::skip]
fn table() -> Vec<Row> {
    let answer = |status| Fault::Answer(status, JSON, TRACE);
    vec![
        Row { fault: Fault::Slowness, opening: None, asking: None, logged: ("INFO", "answered"), tries: (1, 1) },
        // What the shop sells and Creem does not; a code Creem does not know is no fault.
        Row { fault: answer(404), opening: Some("product_unknown"), asking: None, logged: ("WARN", "refused"), tries: (1, 1) },
        fails(answer(400), "upstream_refused", (1, 1)),
        fails(answer(401), "upstream_misconfigured", (1, 1)),
        fails(answer(403), "upstream_misconfigured", (1, 1)),
        fails(Fault::Answer(403, "", ""), "upstream_misconfigured", (1, 1)),
        fails(answer(409), "upstream_refused", (1, 1)),
        fails(answer(422), "upstream_refused", (1, 1)),
        fails(answer(429), "upstream_unavailable", (3, 3)),
        fails(Fault::Answer(429, "retry-after: 1\r\n", TRACE), "upstream_unavailable", (3, 3)),
        fails(Fault::Answer(429, "retry-after: 60\r\n", TRACE), "upstream_unavailable", (1, 1)),
        fails(answer(500), "upstream_unavailable", (1, 3)),
        fails(answer(502), "upstream_unavailable", (1, 3)),
        fails(answer(503), "upstream_unavailable", (1, 3)),
        fails(Fault::HangUp, "upstream_unavailable", (1, 3)),
        fails(Fault::HangUpInBody, "upstream_unavailable", (1, 3)),
        fails(Fault::Answer(200, JSON, "{\"id\":"), "upstream_unavailable", (1, 1)),
        fails(Fault::Answer(200, "content-type: text/html\r\n", "<html>creem_says_this</html>"), "upstream_unavailable", (1, 1)),
        fails(Fault::Answer(302, "location: https://evil.example/\r\n", ""), "upstream_refused", (1, 1)),
        fails(Fault::Silence, "upstream_timeout", (1, 1)),
    ]
}

/// What one caller gets, and what the log says of it.
fn check(row: &Row, answer: &Answer, code: Option<&str>, log: &Log) {
    let fault = &row.fault;
    let lines = log.of(answer.header("x-request-id"));
    let [line] = lines.as_slice() else { panic!("one line for each request: {fault:?} {lines:?}") };
    assert_eq!(line["status"], answer.status.as_u16());
    let Some(code) = code else {
        assert!(answer.status.is_success() && line["level"] == "INFO", "{fault:?} {}", answer.text);
        return;
    };
    assert_eq!(answer.refusal().0, code, "{fault:?}");
    assert_eq!(
        (&line["code"], &line["level"], &line["message"]),
        (&json!(code), &json!(row.logged.0), &json!(row.logged.1))
    );
    assert!(!answer.text.contains("creem_says_this"), "never raw: {}", answer.text);
    let cause = line["cause"].as_str().expect("what went wrong beneath");
    assert!(cause.contains("Creem"), "{fault:?} {cause}");
    if let Fault::Answer(status, head, TRACE) = fault {
        assert!(cause.contains("tr-4711"), "it can be told to Creem: {cause}");
        // Of a refused key only the trace: what Creem says then might repeat the key.
        assert_eq!(cause.contains("creem_says_this"), !matches!(status, 401 | 403), "{cause}");
        assert!(*status == 404 || answer.text.contains("tr-4711"), "{}", answer.text);
        let wait = head.strip_prefix("retry-after: ").map_or("", str::trim);
        assert_eq!(answer.header("retry-after"), wait, "{fault:?}");
    }
}

#[tokio::test]
async fn every_fault_of_creem_becomes_one_plain_answer_and_one_line_and_only_safe_calls_are_repeated() {
    let log = Log::listen();
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let creem = Creem::before(&sandbox.sandbox);
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.creem_url = Some(creem.address.clone())).await;
    for (i, row) in table().into_iter().enumerate() {
        *creem.fault.lock().expect("a lock") = Some(row.fault.clone());
        let key = format!("attempt-{i}");
        let headers = [("idempotency-key", key.as_str())];
        let body = json!({"product_id": LIFETIME});
        // A code each, because answers are remembered.
        let price = format!("/api/quote?product_id={LIFETIME}&discount_code=CODE{i}");
        let (opened, asked) = tokio::join!(shop.post_json("/api/checkouts", &body, &headers), shop.get(&price));
        assert_eq!(creem.tries.take(), row.tries, "{:?}", row.fault);
        check(&row, &opened, row.opening, &log);
        check(&row, &asked, row.asking, &log);
        *creem.fault.lock().expect("a lock") = None;
        let again = shop.post_json("/api/checkouts", &body, &headers).await;
        assert_eq!(again.status, StatusCode::CREATED, "the next press works: {:?} {}", row.fault, again.text);
        assert_eq!(shop.get(&price).await.status, StatusCode::OK, "so does the next question: {:?}", row.fault);
    }
    let log = log.text();
    assert!(log.contains(r#""level":"DEBUG""#), "the libraries beneath are heard as well");
    for secret in [sandbox::API_KEY, sandbox::WEBHOOK_SECRET] {
        assert!(!log.contains(secret), "a secret in the log");
    }
}

// The one thing a crash can lose: Creem has made a session, and we died before we could write it down. Creem has no
// search for sessions, so nobody can find it by looking; what it brings back when it is paid has to be enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_a_crash_forgot_is_known_as_soon_as_it_is_paid() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let creem = Creem::before(&shop.sandbox);
    let database = Database::create().await;
    let (address, url) = free_address();
    let mut command = program(address, creem.address.as_str(), &database.url());
    command.env("CHECKOUT_API_TOKEN", "a-token-of-tests-1234");
    let client = reqwest::Client::new();
    let running = Running::start(&mut command, &url).await;
    *creem.fault.lock().expect("a lock") = Some(Fault::Secrecy);
    let mut presses = tokio::task::JoinSet::new();
    for reference in ["order_by_webhook", "order_by_return"] {
        let body = json!({"product_id": LIFETIME, "request_id": reference, "metadata": {"plan": "pro"}}).to_string();
        let call = client.post(format!("{url}api/checkouts")).header("content-type", "application/json").body(body);
        presses.spawn(call.send());
    }
    let made = async {
        loop {
            let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
            let creations = requests.as_array().expect("a list").iter().filter(|one| one["method"] == "POST");
            let answers: Vec<Value> =
                creations.filter(|one| one["status"] == 200).map(|one| one["answer"].clone()).collect();
            if let Ok([one, other]) = <[Value; 2]>::try_from(answers) {
                return [one, other];
            }
        }
    };
    let made = tokio::time::timeout(Duration::from_secs(20), made).await.expect("Creem makes both");
    drop(running);
    while let Some(answer) = presses.join_next().await {
        assert!(answer.expect("a task").is_err(), "nobody was told of a session");
    }
    *creem.fault.lock().expect("a lock") = None;
    let _running = Running::start(&mut command, &url).await;
    let get = async |path: String| {
        let call = client.get(format!("{url}{path}")).bearer_auth("a-token-of-tests-1234");
        let text = call.send().await.expect("an answer").text().await.expect("a body");
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    for session in made {
        let (reference, id) = (session["request_id"].as_str().expect("ours"), session["id"].as_str().expect("an id"));
        let path = format!("api/payments/{reference}");
        assert_eq!(get(path.clone()).await["error"]["code"], "payment_unknown");
        let returned = shop.pay(id).await;
        if reference == "order_by_return" {
            assert_eq!(get(format!("api/return?{}", returned.query().expect("a query"))).await["status"], "paid");
        } else {
            let events = shop.control(Method::GET, "/_sandbox/events", Value::Null).await;
            let mut events = events.as_array().expect("a list").iter();
            let event = events.find(|event| event["body"]["object"]["id"] == id).expect("Creem tells of it");
            let body = event["body"].to_string();
            let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, body.as_bytes());
            let call = client.post(format!("{url}webhooks/creem")).header("creem-signature", signature).body(body);
            assert_eq!(call.send().await.expect("an answer").status(), StatusCode::OK);
        }
        let known = get(path).await;
        assert_eq!((&known["status"], &known["checkout_id"]), (&json!("paid"), &json!(id)), "{known}");
        assert_eq!(known["metadata"], json!({"plan": "pro"}));
    }
}

#[tokio::test]
async fn what_only_reads_is_repeated_and_the_buyer_never_notices() {
    let shop = Shop::open().await;
    // A code each, because answers are remembered.
    let faults = [
        ("SAVE25", "applied", json!({"status": 429})),
        ("TENOFF", "applied", json!({"status": 500})),
        ("EXPIRED", "expired", json!({"status": 502})),
        ("SOON", "not_started", json!({"status": 503})),
        ("USEDUP", "used_up", json!({"drop": true})),
    ];
    for (code, outcome, mut fault) in faults {
        fault["method"] = json!("GET");
        fault["path"] = json!("/v1/discounts");
        fault["times"] = json!(2);
        shop.control(Method::POST, "/_sandbox/faults", fault.clone()).await;
        let quote = shop.get(&format!("/api/quote?product_id={LIFETIME}&discount_code={code}")).await;
        assert_eq!(quote.json()["discount"]["outcome"], outcome, "{fault} {}", quote.text);
        shop.control(Method::DELETE, "/_sandbox/faults", json!({})).await;
    }
}
