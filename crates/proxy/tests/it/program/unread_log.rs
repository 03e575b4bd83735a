//! The log of a program whose reader is slow, has stopped or went away: the shop goes on selling.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use url::Url;

use crate::child::{LIMIT, Running, free_address};

/// More bytes of lines than a pipe and the program itself have room for.
const LINES: usize = 2500;
const LINE_BYTES: usize = 700;

fn shop(command: &mut Command, address: SocketAddr) -> &mut Command {
    command.args(["--listen", &address.to_string(), "--sandbox", "--sandbox-listen", "127.0.0.1:0"]);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null())
}

fn program(address: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creem-checkout"));
    shop(command.arg("serve"), address);
    command
}

/// Asks for what is not there under a long name, each of which is a long line of the log.
async fn fill_the_log(url: &Url) {
    let client = reqwest::Client::builder().timeout(LIMIT).build().expect("a client");
    let nothing = url.join(&"x".repeat(LINE_BYTES)).expect("a URL");
    for _ in 0..LINES {
        client.get(nothing.clone()).send().await.expect("an answer although nobody reads");
    }
}

/// How many lines the shop says it has dropped.
async fn dropped(url: &Url) -> u64 {
    let numbers = reqwest::get(url.join("metrics").expect("a URL")).await.expect("an answer");
    let numbers = numbers.text().await.expect("text");
    let line = numbers.lines().find_map(|line| line.strip_prefix("checkout_log_lines_dropped_total "));
    line.map_or(0, |count| count.parse().expect("a number"))
}

async fn some_dropped(url: &Url) {
    let wait = async {
        while dropped(url).await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LIMIT, wait).await.expect("dropped lines are counted");
}

// A log that nobody read filled its pipe, and then every answer waited for a reader.
#[tokio::test]
async fn a_full_pipe_costs_lines_and_whoever_reads_on_is_told_how_many() {
    let (address, url) = free_address();
    let mut running = Running::start(program(address).stderr(Stdio::piped()), &url).await;
    fill_the_log(&url).await;
    some_dropped(&url).await;
    let log = BufReader::new(running.0.stderr.take().expect("its log"));
    let told = tokio::task::spawn_blocking(move || {
        log.lines().map_while(Result::ok).find(|line| line.contains("log lines were dropped"))
    });
    let told = tokio::time::timeout(LIMIT, told).await.expect("in time").expect("no panic").expect("a line");
    assert!(told.contains("WARN") && told.contains("lines="), "{told}");
    assert!(running.end_in_order().await.success());
}

#[tokio::test]
async fn a_reader_who_went_away_stops_nothing() {
    let (address, url) = free_address();
    let mut running = Running::start(program(address).stderr(Stdio::piped()), &url).await;
    drop(running.0.stderr.take());
    fill_the_log(&url).await;
    some_dropped(&url).await;
    assert!(running.end_in_order().await.success());
}

#[cfg(unix)]
#[tokio::test]
async fn without_a_standard_error_it_serves_and_without_a_standard_output_it_starts() {
    let (address, url) = free_address();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "exec \"$0\" \"$@\" 2>&-", env!("CARGO_BIN_EXE_creem-checkout"), "serve"]);
    let running = Running::start(shop(&mut shell, address), &url).await;
    fill_the_log(&url).await;
    assert!(running.end_in_order().await.success());

    let (address, url) = free_address();
    let (reader, nobody) = std::io::pipe().expect("a pipe");
    drop(reader);
    let running = Running::start(program(address).stderr(Stdio::null()).stdout(nobody), &url).await;
    assert!(running.end_in_order().await.success());
}
