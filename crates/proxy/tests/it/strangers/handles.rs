//! The program where file handles are few: connections never take those that it needs itself.

#![cfg(unix)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::abuse::first_line;
use super::floods::{ask, connect, is_served};
use crate::child::Running;
use crate::shop::fixture;

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
        log.read_to_string(&mut text).expect("text");
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
    assert!(!log.join().expect("the log").contains("creem-checkout: "));
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
