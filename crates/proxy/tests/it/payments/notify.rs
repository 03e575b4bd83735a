//! The merchant's endpoint hears of every change of a payment, signed, in order, and until it has taken it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use proxy::{Endpoint, waiting_notifications};
use reqwest::Method;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio::sync::watch;
use url::Url;

use crate::child::{LIMIT, Running, free_address, program};
use crate::database::Database;
use crate::shop::{LIFETIME, Shop, Webhooks, listener};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What the endpoint was sent, by somebody who signed it.
#[derive(Clone, Debug)]
struct Told {
    id: String,
    kind: String,
    data: Value,
    /// Whether it was taken.
    taken: bool,
}

/// An endpoint as a merchant writes one: verified by the library of Standard Webhooks, answered as a test says.
struct Receiver {
    url: Url,
    told: watch::Receiver<Vec<Told>>,
    answer: Arc<Mutex<Answer>>,
}

/// What it answers to a message, with how many it got before.
type Answer = Box<dyn FnMut(&Told) -> StatusCode + Send>;

#[derive(Clone)]
struct Kept {
    told: Arc<watch::Sender<Vec<Told>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Receiver {
    async fn start() -> Self {
        let (listener, url) = listener().await;
        let (sender, told) = watch::channel(Vec::new());
        let answer: Arc<Mutex<Answer>> = Arc::new(Mutex::new(Box::new(|_| StatusCode::OK)));
        let kept = Kept { told: Arc::new(sender), answer: Arc::clone(&answer) };
        let app = Router::new().route("/hooks", post(take)).with_state(kept);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url: url.join("hooks").expect("a path"), told, answer }
    }

    fn answers(&self, answer: impl FnMut(&Told) -> StatusCode + Send + 'static) {
        *self.answer.lock().expect("no panic") = Box::new(answer);
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint::new(self.url.clone(), SECRET).expect("a secret")
    }

    /// What it was sent, once there is as much.
    async fn told(&mut self, at_least: usize) -> Vec<Told> {
        let told = tokio::time::timeout(LIMIT, self.told.wait_for(|told| told.len() >= at_least)).await;
        told.expect("in time").expect("it lives").clone()
    }

    /// What it was sent, once there is such a message.
    async fn until(&mut self, is_it: impl Fn(&Told) -> bool) -> Vec<Told> {
        let told = tokio::time::timeout(LIMIT, self.told.wait_for(|told| told.iter().any(&is_it))).await;
        told.expect("in time").expect("it lives").clone()
    }

    /// What of each message is compared: kind and session.
    async fn kinds(&mut self, at_least: usize) -> Vec<(String, String)> {
        let word = |told: &Told| (told.kind.clone(), told.data["checkout_id"].as_str().unwrap_or_default().to_owned());
        self.told(at_least).await.iter().map(word).collect()
    }
}

async fn take(State(kept): State<Kept>, headers: HeaderMap, body: String) -> StatusCode {
    let webhook = Webhook::new(SECRET).expect("a secret");
    if webhook.verify(body.as_bytes(), &headers).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let mut message: Value = serde_json::from_str(&body).expect("JSON");
    assert!(message["timestamp"].is_string(), "{message}");
    let told = Told {
        id: headers["webhook-id"].to_str().expect("text").to_owned(),
        kind: message["type"].as_str().expect("a type").to_owned(),
        data: message["data"].take(),
        taken: false,
    };
    let status = (kept.answer.lock().expect("no panic"))(&told);
    let told = Told { taken: status.is_success(), ..told };
    kept.told.send_modify(|all| all.push(told));
    status
}

async fn shop(receiver: &Receiver) -> Shop {
    let endpoint = receiver.endpoint();
    Shop::open_with(Webhooks::Arrive, |config| config.notify = Some(endpoint)).await
}

async fn paid(shop: &Shop, request_id: &str) -> String {
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": request_id})).await;
    shop.pay(created.checkout_id.as_str()).await;
    created.checkout_id.as_str().to_owned()
}

async fn refund(shop: &Shop, checkout_id: &str) {
    let url = shop.sandbox.join(&format!("v1/checkouts?checkout_id={checkout_id}")).expect("a path");
    let asked = reqwest::Client::new().get(url).header("x-api-key", sandbox::API_KEY);
    let checkout: Value = asked.send().await.expect("an answer").json().await.expect("JSON");
    let transaction = checkout["order"]["transaction"].as_str().expect("a transaction").to_owned();
    shop.control(Method::POST, &format!("/_sandbox/transactions/{transaction}/refund"), json!({})).await;
}

/// Waits until so many changes wait, and says why the oldest does.
async fn until_waiting(shop: &Shop, count: i64) -> Option<String> {
    let config = shop.config();
    let wait = async {
        loop {
            let waiting = waiting_notifications(&config).await.expect("a database").expect("its tables");
            if waiting.count == count {
                return waiting.problem;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, wait).await.expect("as many in time")
}

#[tokio::test]
async fn a_payment_is_told_as_the_merchant_reads_it_and_an_open_session_is_not() {
    let mut receiver = Receiver::start().await;
    let shop = shop(&receiver).await;
    shop.create(&json!({"product_id": LIFETIME, "request_id": "order_unpaid"})).await;
    let checkout_id = paid(&shop, "order_paid").await;
    let told = receiver.told(1).await;
    assert_eq!(told[0].kind, "payment.paid");
    let data = &told[0].data;
    assert_eq!((&data["request_id"], &data["checkout_id"]), (&json!("order_paid"), &json!(checkout_id)));
    assert_eq!((&data["status"], &data["amount"], &data["currency"]), (&json!("paid"), &json!(1999), &json!("USD")));
    assert_eq!(data["customer"]["email"], "ada@example.com");
    assert_eq!((&data["mismatch"], &data["opened"]["units"]), (&json!([]), &json!(1)));
    until_waiting(&shop, 0).await;
    refund(&shop, &checkout_id).await;
    let last = receiver.told(2).await.pop().expect("a message");
    assert_eq!((last.kind.as_str(), &last.data["refunded_amount"]), ("payment.refunded", &json!(1999)));
    until_waiting(&shop, 0).await;
    assert!(receiver.kinds(2).await.iter().all(|(_, session)| *session == checkout_id), "one was never paid");
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_in_order_and_holds_up_no_other_payment() {
    let mut receiver = Receiver::start().await;
    let shop = shop(&receiver).await;
    receiver.answers(|told| match told.data["request_id"].as_str() {
        Some("order_ill") => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::NO_CONTENT,
    });
    let ill = paid(&shop, "order_ill").await;
    receiver.told(1).await;
    refund(&shop, &ill).await;
    let well = paid(&shop, "order_well").await;
    receiver.until(|told| told.taken && told.data["checkout_id"] == *well).await;
    assert_eq!(until_waiting(&shop, 2).await.as_deref(), Some("it answered 500"));
    receiver.answers(|_| StatusCode::OK);
    shop.advance(Duration::from_secs(60));
    let all = receiver.until(|told| told.kind == "payment.refunded").await;
    let of_ill: Vec<&Told> = all.iter().filter(|told| told.data["checkout_id"] == *ill).collect();
    let taken: Vec<&str> = of_ill.iter().filter(|told| told.taken).map(|told| told.kind.as_str()).collect();
    assert_eq!(taken, ["payment.paid", "payment.refunded"]);
    let of_paying = of_ill.iter().filter(|told| told.kind == "payment.paid");
    assert!(of_paying.clone().count() > 1, "it was sent again");
    assert!(of_paying.clone().all(|told| told.id == of_ill[0].id), "by which a receiver knows it again");
    assert!(of_ill.iter().any(|told| told.id != of_ill[0].id), "another change is another message");
    until_waiting(&shop, 0).await;
}

#[tokio::test]
async fn two_replicas_tell_of_everything() {
    let mut receiver = Receiver::start().await;
    let shop = shop(&receiver).await;
    let replica = shop.replica().await;
    let mut sessions = Vec::new();
    for n in 0..6 {
        let through = if n % 2 == 0 { &shop } else { &replica };
        sessions.push(paid(through, &format!("order_{n}")).await);
    }
    until_waiting(&shop, 0).await;
    let told = receiver.kinds(sessions.len()).await;
    for session in sessions {
        assert!(told.contains(&("payment.paid".to_owned(), session)), "{told:?}");
    }
}

// A program that was killed while its message was under way had told of it, as far as it knew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_under_way_when_the_program_was_killed_is_sent_again() {
    let mut receiver = Receiver::start().await;
    let (taken, mut may_be_killed) = watch::channel(false);
    receiver.answers(move |_| {
        taken.send_replace(true);
        StatusCode::INTERNAL_SERVER_ERROR
    });
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let (address, url) = free_address();
    let mut command = program(address, sandbox.sandbox.as_str(), &database.url());
    command.env("CHECKOUT_NOTIFY_URL", receiver.url.as_str()).env("CHECKOUT_NOTIFY_SECRET", SECRET);
    let running = Running::start(&mut command, &url).await;
    let http = reqwest::Client::new();
    let body = json!({"product_id": LIFETIME, "request_id": "order_1"}).to_string();
    let opened = http.post(url.join("api/checkouts").expect("a path")).header("content-type", "application/json");
    let created: Value = opened.body(body).send().await.expect("an answer").json().await.expect("JSON");
    let returned = sandbox.pay(created["checkout_id"].as_str().expect("a session")).await;
    let told = url.join(&format!("api/return?{}", returned.query().expect("a query"))).expect("a path");
    assert!(http.get(told).send().await.expect("an answer").status().is_success());
    may_be_killed.wait_for(|taken| *taken).await.expect("it lives");
    drop(running);
    receiver.answers(|_| StatusCode::OK);
    let _again = Running::start(&mut command, &url).await;
    let told = receiver.told(2).await;
    assert_eq!((told[0].id.as_str(), told[0].kind.as_str()), (told[1].id.as_str(), "payment.paid"));
}
