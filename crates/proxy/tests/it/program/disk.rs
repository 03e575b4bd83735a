//! SQLite on a disk that is full, read-only or held by another program: what cannot be kept is not acknowledged, and
//! what was acknowledged is kept.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reqwest::StatusCode;
use sqlx::{Connection, Executor};
use url::Url;

use crate::chance::times;
use crate::child::{LIMIT, Running, free_address, program};
use crate::database::Database;
use crate::promises::Promises;
use crate::shop::{Shop, Webhooks};

/// How often the disk fills; `CHECKOUT_TEST_DISKS` asks for more.
const SHORT: usize = 2;

/// Senders at once: of events, and of creations.
const SENDERS: (usize, usize) = (6, 2);

/// A program, started by another one that ends in starting it.
fn under(wrapper: &[&str], program: &Command) -> Command {
    let mut command = Command::new(wrapper[0]);
    command.args(&wrapper[1..]).arg(program.get_program()).args(program.get_args());
    command.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Makes a file that may not grow an error to the program, as it is on a full disk, and not the end of it.
fn with_errors_for_signals(program: &Command) -> Command {
    under(&["sh", "-c", r#"trap "" XFSZ && exec "$0" "$@""#], program)
}

/// A disk that can be filled and emptied again.
enum Disk {
    /// The program may write no files: every write fails, as on a disk with errors.
    OfProcess(u32),
    /// A small file system: what is written to it has no room.
    Small(PathBuf),
}

impl Disk {
    fn fill(&self) {
        match self {
            Self::OfProcess(id) => limit_files(*id, "0:"),
            Self::Small(folder) => {
                let mut ballast = fs::File::create(ballast_in(folder)).expect("a file");
                let full = (0..).find_map(|_| ballast.write_all(&[0; 4096]).err()).expect("it becomes full");
                assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
                // Down to the last byte.
                while ballast.write(&[0]).is_ok_and(|written| written > 0) {}
            }
        }
    }

    fn empty(&self) {
        match self {
            Self::OfProcess(id) => limit_files(*id, "unlimited:"),
            Self::Small(folder) => fs::remove_file(ballast_in(folder)).expect("the file that filled it"),
        }
    }
}

fn ballast_in(folder: &Path) -> PathBuf {
    folder.join("ballast")
}

fn limit_files(process: u32, bytes: &str) {
    let mut prlimit = Command::new("prlimit");
    let status = prlimit.args(["--pid", &process.to_string(), &format!("--fsize={bytes}")]).status();
    assert!(status.is_ok_and(|status| status.success()), "prlimit, of util-linux, limits the program");
}

async fn status_of(url: &Url, path: &str) -> StatusCode {
    let call = reqwest::get(url.join(path).expect("a URL"));
    tokio::time::timeout(LIMIT, call).await.expect("an answer in time").expect("an answer").status()
}

async fn filled_again_and_again(database: &str, disk: impl FnOnce(u32) -> Disk) {
    let rounds = times("CHECKOUT_TEST_DISKS", SHORT);
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let (address, url) = free_address();
    let mut command = with_errors_for_signals(&program(address, sandbox.sandbox.as_str(), database));
    let running = Running::start(&mut command, &url).await;
    let disk = disk(running.0.id());
    let promises = Promises::new();
    let senders = promises.send(&[&url], SENDERS.0, SENDERS.1);
    for _ in 0..rounds {
        promises.until_more(20).await;
        disk.fill();
        let answered = promises.counts().kept + promises.counts().rejected;
        // More than any pool has connections, so that the same one meets a full disk twice.
        promises.until("a full disk", |counts| counts.kept + counts.rejected >= answered + 60).await;
        disk.empty();
        promises.until_more(60).await;
    }
    senders.stop().await;
    promises.check_over_a_restart(running, &mut command, &url, database).await;
    assert!(promises.counts().rejected > 0, "the disk was never full");
    println!("the disk was full {rounds} times: {promises}");
}

// After two commits that failed on one connection, SQLite was in no transaction while the pool counted two: from then on
// everything was acknowledged and nothing stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_around_a_full_disk_is_stored() {
    let database = Database::create().await;
    filled_again_and_again(&database.url(), Disk::OfProcess).await;
    // A small file system needs root; `cargo xtask torture` makes one.
    if let Some(folder) = std::env::var_os("CHECKOUT_TEST_SMALL_DISK").map(PathBuf::from) {
        let database = format!("sqlite://{}", folder.join("full.db").display());
        filled_again_and_again(&database, |_| Disk::Small(folder)).await;
    }
}

// `/readyz` only read, which a full disk does not hinder: the replica stayed in service and lost what it was sent.
#[tokio::test]
async fn it_is_not_ready_while_it_cannot_write() {
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let (address, url) = free_address();
    let mut command = with_errors_for_signals(&program(address, sandbox.sandbox.as_str(), &database.url()));
    let running = Running::start(&mut command, &url).await;
    assert_eq!(status_of(&url, "readyz").await, StatusCode::OK);
    let disk = Disk::OfProcess(running.0.id());
    disk.fill();
    assert_ne!(status_of(&url, "readyz").await, StatusCode::OK);
    assert_eq!(status_of(&url, "healthz").await, StatusCode::OK, "it lives, and is not to be restarted for this");
    disk.empty();
    let ready = async { while status_of(&url, "readyz").await != StatusCode::OK {} };
    tokio::time::timeout(LIMIT, ready).await.expect("ready again in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_read_only_disk_cannot_keep_is_not_acknowledged() {
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let folder = std::env::temp_dir().join(format!("creem-checkout-read-only-{}", uuid::Uuid::new_v4()));
    fs::create_dir(&folder).expect("a folder");
    let database = format!("sqlite://{}", folder.join("payments.db").display());
    let (address, url) = free_address();
    let mut command = program(address, sandbox.sandbox.as_str(), &database);
    let promises = Promises::new();
    let running = Running::start(&mut command, &url).await;
    let senders = promises.send(&[&url], SENDERS.0, SENDERS.1);
    promises.until_more(20).await;
    drop(running);
    senders.stop().await;
    let before = promises.counts().kept;
    let rejected = promises.counts().rejected;
    make(&folder, "a-w");
    let mut running = Running(obeying_permissions(&command).spawn().expect("it starts"));
    let senders = promises.send(&[&url], SENDERS.0, SENDERS.1);
    // It may decline to start, or serve what it can; either way it promises nothing.
    tokio::select! {
        status = running.end() => assert_ne!(status.code(), Some(0)),
        counts = promises.until("an answer", |counts| counts.rejected > rejected || counts.kept > before) => {
            assert_eq!(counts.kept, before, "acknowledged, and not kept");
            assert_ne!(status_of(&url, "readyz").await, StatusCode::OK);
        }
    }
    senders.stop().await;
    drop(running);
    make(&folder, "u+w");
    let running = Running::start(&mut command, &url).await;
    let senders = promises.send(&[&url], SENDERS.0, SENDERS.1);
    promises.until_more(20).await;
    senders.stop().await;
    promises.check_over_a_restart(running, &mut command, &url, &database).await;
    fs::remove_dir_all(&folder).expect("the folder goes");
}

fn make(folder: &Path, mode: &str) {
    let status = Command::new("chmod").args(["--recursive", mode]).arg(folder).status();
    assert!(status.is_ok_and(|status| status.success()), "chmod {mode}");
}

/// Makes permissions bind the program even when root starts it.
fn obeying_permissions(program: &Command) -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    match is_root {
        true => under(&["setpriv", "--bounding-set=-dac_override,-dac_read_search"], program),
        false => under(&["env"], program),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_while_another_program_held_the_database_is_stored() {
    let sandbox = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let database = Database::create().await;
    let (address, url) = free_address();
    let mut command = program(address, sandbox.sandbox.as_str(), &database.url());
    let running = Running::start(&mut command, &url).await;
    let promises = Promises::new();
    let senders = promises.send(&[&url], SENDERS.0, SENDERS.1);
    promises.until_more(20).await;
    let mut other = sqlx::SqliteConnection::connect(&database.url()).await.expect("the database");
    other.execute("BEGIN IMMEDIATE").await.expect("its lock");
    let rejected = promises.counts().rejected;
    promises.until("its patience", |counts| counts.rejected >= rejected + 4).await;
    assert_ne!(status_of(&url, "readyz").await, StatusCode::OK, "what cannot be written to is not ready");
    promises.check_shown(&url).await;
    other.execute("COMMIT").await.expect("its end");
    other.close().await.expect("closed");
    promises.until_more(20).await;
    senders.stop().await;
    promises.check_over_a_restart(running, &mut command, &url, &database.url()).await;
}

// Of a database that is removed while it is in use the system keeps the open file until the process ends: webhooks were
// acknowledged, the replica was ready, and everything was gone at the next start.
#[tokio::test]
async fn what_a_file_that_was_removed_or_replaced_cannot_keep_is_not_acknowledged() {
    let shop = Shop::open().await;
    let file = shop.database_url().trim_start_matches("sqlite://").split('?').next().expect("a path").to_owned();
    let kept = shop.create(&serde_json::json!({"product_id": crate::shop::LIFETIME})).await;
    assert_eq!(shop.get("/readyz").await.status, StatusCode::OK);
    let aside = format!("{file}.aside");
    fs::rename(&file, &aside).expect("moved");
    for trouble in ["removed", "replaced"] {
        if trouble == "replaced" {
            fs::copy(&aside, &file).expect("a copy");
        }
        assert_eq!(shop.get("/readyz").await.refusal().0, "internal", "{trouble}");
        let event = br#"{"id":"evt_1","eventType":"subscription.update","object":{}}"#;
        assert_eq!(shop.deliver(*event).await.refusal().0, "internal", "{trouble}");
        let refused =
            shop.post_json("/api/checkouts", &serde_json::json!({"product_id": crate::shop::LIFETIME}), &[]).await;
        assert_eq!(refused.refusal().0, "internal", "{trouble}");
    }
    fs::rename(&aside, &file).expect("put back");
    assert_eq!(shop.get("/readyz").await.status, StatusCode::OK);
    shop.pay(kept.checkout_id.as_str()).await;
    shop.payment_becoming(&kept, "paid").await;
}
