//! Callers who hang up before they are answered.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::chance::times;
use crate::child::{LIMIT, Running, free_address, serve};
use crate::shop::LIFETIME;

/// How many hang up; `CHECKOUT_TEST_HANG_UPS` asks for more.
const SHORT: usize = 6400;

/// How many of them at once.
const AT_ONCE: usize = 64;

async fn post(url: Url, body: &Value) -> Value {
    let request = reqwest::Client::new().post(url).header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.expect("an answer");
    serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
}

/// Asks, and hangs up: some before they can have been heard, some while they are served.
fn ask_and_hang_up(callers: usize, address: SocketAddr, path: &str) {
    let asked = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    for _ in 0..callers / AT_ONCE {
        let connect = |_| TcpStream::connect(address).expect("a connection");
        let mut callers: Vec<_> = (0..AT_ONCE).map(connect).collect();
        for caller in &mut callers {
            // The last round's callers may have cost this one its place.
            let _ = caller.write_all(asked.as_bytes());
        }
        drop(callers);
        // Connections are taken in their order, so when this one is answered none of the others waits any more.
        let mut patient = connect(AT_ONCE);
        patient.set_read_timeout(Some(LIMIT)).expect("a limit");
        patient.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("heard");
        patient.read_to_end(&mut Vec::new()).expect("an answer");
    }
}

// The database in memory had one connection, which went with the request that was using it when its caller hung up: no
// table was left, until a restart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_with_a_sandbox_knows_its_payments_when_thousands_have_hung_up() {
    let (address, url) = free_address();
    let (sandbox_address, sandbox_url) = free_address();
    let mut command = serve(address);
    command.args(["--sandbox", "--sandbox-listen", &sandbox_address.to_string()]);
    let _running = Running::start(&mut command, &url).await;
    let created = post(url.join("api/checkouts").expect("a URL"), &json!({"product_id": LIFETIME})).await;
    let text = |name: &str| created[name].as_str().expect("a text").to_owned();
    let (reference, session) = (text("request_id"), text("checkout_id"));
    let pay = sandbox_url.join(&format!("_sandbox/checkouts/{session}/pay")).expect("a URL");
    post(pay, &json!({})).await;
    let path = format!("/api/payments/{reference}?checkout_id={session}");
    let payment = async || {
        let answer = reqwest::get(url.join(&path).expect("a URL")).await.expect("an answer");
        (answer.status(), answer.text().await.expect("a body"))
    };
    let paid = async { while !payment().await.1.contains(r#""status":"paid""#) {} };
    tokio::time::timeout(LIMIT, paid).await.expect("paid in time");
    let callers = times("CHECKOUT_TEST_HANG_UPS", SHORT);
    let hang_up_at = path.clone();
    let hung_up = tokio::task::spawn_blocking(move || ask_and_hang_up(callers, address, &hang_up_at));
    hung_up.await.expect("all callers");
    let (status, known) = payment().await;
    assert_eq!(status, StatusCode::OK, "{known}");
    assert!(known.contains(r#""status":"paid""#), "{known}");
}
