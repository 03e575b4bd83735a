//! What one client may hold of what there is only so much of: connections, and memory for webhooks.
//!
//! How much may be asked is in `limits`, streams of events in `live`.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use proxy::Proxy;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

use crate::abuse::{first_line, raw};
use crate::database::Database;
use crate::shop::{self, Shop, Webhooks};

const LIMIT: Duration = Duration::from_secs(20);

/// A connection that waits for a response no longer than a test does.
fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    stream
}

/// The response to a question on a connection that stays; nothing when the connection does not.
fn ask(mut stream: &TcpStream, path: &str) -> String {
    let mut response = Vec::new();
    if stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).is_err() {
        return String::new();
    }
    let mut part = [0; 16 * 1024];
    loop {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return String::new(),
            Ok(read) => response.extend_from_slice(&part[..read]),
        }
        let text = String::from_utf8_lossy(&response);
        let length = |head: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            line.and_then(|length| length.parse::<usize>().ok()).expect("a length")
        };
        if text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= length(head)) {
            return text.into_owned();
        }
    }
}

/// Whether a connection is served.
fn is_served(stream: &TcpStream) -> bool {
    first_line(&ask(stream, "/healthz")).contains(" 200 ")
}

/// A proxy that also listens to the world, and where this machine reaches it.
async fn for_the_world(change: impl FnOnce(&mut proxy::Config)) -> (SocketAddr, Database) {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a free port");
    let address = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().expect("an address").port()));
    let url = format!("http://{address}/").parse().expect("a URL");
    let database = Database::create().await;
    let mut config = shop::config(&url, &url, database.url());
    change(&mut config);
    let proxy = Proxy::start(config).await.expect("a proxy");
    tokio::spawn(proxy.serve(listener, std::future::pending()));
    (address, database)
}

// All connections were in one heap: one client could have them all, and nobody else got one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_has_thirty_two_connections_and_not_all_of_them() {
    let (address, _database) = for_the_world(|_| {}).await;
    let talk = tokio::task::spawn_blocking(move || {
        let mut held: Vec<_> = (0..32).map(|_| connect(address)).collect();
        assert!(held.iter().all(is_served));
        for _ in 0..10 {
            assert!(!is_served(&connect(address)), "one too many");
        }
        assert!(held.iter().all(is_served), "those it has go on");
        held.pop();
        let begun = Instant::now();
        while !is_served(&connect(address)) {
            assert!(begun.elapsed() < LIMIT, "who leaves makes room");
        }
    });
    talk.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_forwards_the_requests_of_others_has_as_many_connections_as_they_need() {
    let trusted = for_the_world(|config| config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")]);
    let (trusted, _database) = trusted.await;
    // On loopback nobody can be but a web server on this machine, or its owner.
    let on_this_machine = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let on_this_machine = on_this_machine.proxy.socket_addrs(|| None).expect("an address")[0];
    for address in [trusted, on_this_machine] {
        let talk = tokio::task::spawn_blocking(move || {
            let held: Vec<_> = (0..100).map(|_| connect(address)).collect();
            assert!(held.iter().all(is_served));
        });
        talk.await.expect("no panic");
    }
}

/// The head of a webhook that is as long as it says.
fn head(more: &str, length: usize) -> String {
    format!("POST /webhooks/creem HTTP/1.1\r\nhost: x\r\n{more}content-length: {length}\r\n\r\n")
}

fn signature_shaped(client: &str) -> String {
    format!("x-forwarded-for: {client}\r\ncreem-signature: {}\r\n", "0".repeat(64))
}

// A megabyte was gathered before the signature was looked at, even when there was none.
#[tokio::test]
async fn what_cannot_be_genuine_is_rejected_before_its_body_is_read() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.patience = Duration::from_secs(60)).await;
    let begun = Instant::now();
    for (more, length, status, code) in [
        (String::new(), 1_000_000, " 401 ", "webhook_signature_invalid"),
        ("creem-signature: sha\r\n".to_owned(), 1_000_000, " 401 ", "webhook_signature_invalid"),
        (format!("creem-signature: {}\r\n", "x".repeat(64)), 1_000_000, " 401 ", "webhook_signature_invalid"),
        (signature_shaped("192.0.2.1"), 1024 * 1024 + 1, " 413 ", "body_too_large"),
    ] {
        let more = format!("connection: close\r\n{more}");
        let address = shop.proxy.socket_addrs(|| None).expect("an address")[0];
        let talk = tokio::task::spawn_blocking(move || {
            let mut stream = connect(address);
            stream.write_all(head(&more, length).as_bytes()).expect("sent");
            let mut response = vec![0; 4096];
            let mut read = 0;
            while !response[..read].ends_with(b"}") {
                match stream.read(&mut response[read..]) {
                    Ok(0) => break,
                    Ok(more) => read += more,
                    Err(error) => panic!("no response: {error}"),
                }
            }
            String::from_utf8_lossy(&response[..read]).into_owned()
        });
        let answer = talk.await.expect("a response");
        assert!(first_line(&answer).contains(status) && answer.contains(code), "{answer}");
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "nobody waited for the bodies");
}

// A connection that is hung up on while the other end still sends is reset, and the response is lost with it.
#[tokio::test]
async fn who_is_still_sending_learns_why_it_is_rejected() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    for _ in 0..10 {
        let mut unsigned = head("connection: close\r\n", 1_000_000).into_bytes();
        unsigned.resize(unsigned.len() + 1_000_000, b' ');
        let answer = raw(&shop, unsigned).await;
        assert!(first_line(&answer).contains(" 401 "), "{answer}");
    }
}

/// Webhooks that nobody signed, each a megabyte but for its last byte.
fn unsigned(shop: &Shop, clients: impl Iterator<Item = String>) -> Vec<TcpStream> {
    let address = shop.proxy.socket_addrs(|| None).expect("an address")[0];
    let begin = |client: String| {
        let mut stream = connect(address);
        stream.write_all(head(&signature_shaped(&client), 1024 * 1024).as_bytes()).expect("sent");
        stream.set_write_timeout(Some(LIMIT)).expect("a limit");
        // One for which there is no room is rejected in the middle.
        let _ = stream.write_all(&vec![b' '; 1024 * 1024 - 1]);
        stream
    };
    clients.map(begin).collect()
}

/// How a genuine webhook is received that comes from somewhere.
async fn genuine(shop: &Shop, client: &str) -> (StatusCode, String) {
    let event = json!({"id": "evt_1", "eventType": "credits.granted", "created_at": 1, "object": {}}).to_string();
    let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, event.as_bytes());
    let headers = [("creem-signature", signature.as_str()), ("x-forwarded-for", client)];
    let answer = shop.call(Method::POST, "/webhooks/creem", &headers, event.into_bytes()).await;
    (answer.status, answer.header("retry-after").to_owned())
}

async fn until_received(shop: &Shop, client: &str, status: StatusCode) -> String {
    let received = async {
        loop {
            let (answered, retry_after) = genuine(shop, client).await;
            if answered == status {
                return retry_after;
            }
        }
    };
    tokio::time::timeout(LIMIT, received).await.expect("the status in time")
}

// Up to a megabyte on each of thousands of connections, all of it before a signature was looked at: gigabytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsigned_webhooks_have_so_much_memory_in_all_and_one_client_a_part_of_it() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        config.patience = Duration::from_secs(60);
    })
    .await;
    let one = tokio::task::block_in_place(|| unsigned(&shop, (0..6).map(|_| "192.0.2.1".to_owned())));
    let wait = until_received(&shop, "192.0.2.1", StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(wait, "60", "by then those who have the room now were hung up on");
    assert_eq!(genuine(&shop, "198.51.100.1").await.0, StatusCode::OK, "another has room");
    let many = tokio::task::block_in_place(|| unsigned(&shop, (0..16).map(|n| format!("203.0.113.{}", n / 3))));
    until_received(&shop, "198.51.100.1", StatusCode::SERVICE_UNAVAILABLE).await;
    drop((one, many));
    until_received(&shop, "198.51.100.1", StatusCode::OK).await;
}

#[cfg(unix)]
mod handles {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::*;
    use crate::shop::fixture;

    /// A running program, ended when the test is.
    struct Running(Child);

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// The program under a limit of file handles, where it listens, and what it has logged by its end.
    fn start(limit: &str) -> (Running, SocketAddr, std::thread::JoinHandle<String>) {
        let program = env!("CARGO_BIN_EXE_creem-checkout");
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{limit} && exec \"$0\" \"$@\""), program])
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"])
            .args(["--assets", &fixture().display().to_string()])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut running = Running(command.spawn().expect("it starts"));
        let mut log = BufReader::new(running.0.stderr.take().expect("its log"));
        let mut text = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).expect("its log"), 0, "it ended: {text}");
            text.push_str(&line);
            if let Some((_, rest)) = line.split_once("address=http://").filter(|_| line.contains("checkout is ready")) {
                break rest.split('/').next().expect("an address").parse().expect("an address");
            }
        };
        let rest = std::thread::spawn(move || {
            std::io::Read::read_to_string(&mut log, &mut text).expect("text");
            text
        });
        (running, address, rest)
    }

    // With the usual soft limit, less than a thousand connections took every handle: none was left for the database and
    // for Creem, and nobody was answered any more, on connections they had or on new ones.
    #[test]
    fn connections_leave_handles_for_the_database_and_creem() {
        let (mut running, address, log) = start("ulimit -n 100");
        let first = connect(address);
        assert!(is_served(&first));
        let others: Vec<_> = (0..110).map(|_| connect(address)).collect();
        // Reading a file, asking the database and asking Creem each takes a handle.
        for (path, status) in [
            ("/readyz", " 200 "),
            ("/", " 200 "),
            ("/api/products", " 200 "),
            ("/api/payments/order_1?checkout_id=ch_1", " 404 "),
        ] {
            let response = ask(&first, path);
            assert!(first_line(&response).contains(status), "{path}: {response}");
        }
        drop(others);
        running.0.kill().expect("it ran");
        running.0.wait().expect("it ended");
        let log = log.join().expect("the log");
        assert!(log.contains("few file handles") && !log.contains("no connection can be accepted"), "{log}");
    }

    #[test]
    fn the_soft_limit_is_raised_to_the_hard_one() {
        let (mut running, address, log) = start("ulimit -Sn 64");
        let held: Vec<_> = (0..200).map(|_| connect(address)).collect();
        assert!(held.iter().all(is_served));
        running.0.kill().expect("it ran");
        running.0.wait().expect("it ended");
        assert!(!log.join().expect("the log").contains("cannot run"));
    }

    // The end was listened for only while there was a place for another connection: with all of them taken, SIGTERM was
    // heard when somebody left.
    #[test]
    fn the_end_is_heard_while_all_places_are_taken() {
        let (mut running, address, _log) = start("ulimit -n 128");
        // More than there are places. They say nothing, so that they could stay for ten seconds.
        let held: Vec<_> = (0..60).map(|_| connect(address)).collect();
        let mut last = &held[59];
        last.set_read_timeout(Some(Duration::from_millis(500))).expect("a limit");
        last.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
        let waits = last.read(&mut [0; 16]).expect_err("it waits for a place").kind();
        assert!(matches!(waits, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits:?}");
        let asked = Instant::now();
        let signal = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status();
        assert!(signal.is_ok_and(|status| status.success()));
        assert_eq!(running.0.wait().expect("an end").code(), Some(0));
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    }
}
