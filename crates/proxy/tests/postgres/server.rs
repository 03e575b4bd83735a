//! A real PostgreSQL server from the system's package, in a temporary folder.
//!
//! A shell watches over the server: it reads from this process, and stops the server when there is nothing left to
//! read, however this process ended.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use sqlx::{AnyConnection, Connection};
use uuid::Uuid;

/// A server that ends when it is dropped, or with this process.
pub(crate) struct Server {
    folder: PathBuf,
    watch: Mutex<Watch>,
}

/// The shell, with both ends of the conversation.
struct Watch {
    shell: Child,
    // The shell ends the server when this process no longer holds the other end of its input.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// Makes a server, then obeys orders until the end of its input. Stopped at once, a server has no time to write anything
/// down, and recovers when it starts.
const WATCH: &str = r#"
set -e
start() {
    "$1/pg_ctl" start --wait --pgdata="$2/data" --log="$2/log" \
        --options="-c listen_addresses= -c unix_socket_directories=$2 -c max_connections=400 $3" >>"$2/log" 2>&1
}
stop() {
    "$1/pg_ctl" stop --pgdata="$2/data" --mode=immediate >>"$2/log" 2>&1
}
"$1/initdb" --pgdata="$2/data" --username=checkout --auth=trust --no-sync --encoding=UTF8 >"$2/log" 2>&1
start "$@"
echo done
while read -r order; do
    "$order" "$@"
    echo done
done
stop "$@" || true
rm -rf "$2"
"#;

impl Server {
    pub(crate) fn start() -> Self {
        let programs = programs().expect("PostgreSQL is installed: apt-get install postgresql");
        let folder = std::env::temp_dir().join(format!("checkout-pg-{}", &Uuid::new_v4().simple().to_string()[..8]));
        std::fs::create_dir(&folder).expect("a folder");
        let mut command = if is_root() { as_nobody(&folder) } else { Command::new("sh") };
        command.arg("-c").arg(WATCH).arg("watch").arg(programs).arg(&folder).arg(durability());
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let orders = shell.stdin.take();
        let answers = BufReader::new(shell.stdout.take().expect("its output"));
        let server = Self { folder, watch: Mutex::new(Watch { shell, orders, answers }) };
        server.until_done();
        server
    }

    /// Waits until the shell has done what it was told last.
    fn until_done(&self) {
        let mut line = String::new();
        let _ = self.watch.lock().expect("a lock").answers.read_line(&mut line);
        let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert_eq!(line, "done\n", "PostgreSQL does not do as it is told: {}", log());
    }

    fn order(&self, word: &str) {
        let mut watch = self.watch.lock().expect("a lock");
        writeln!(watch.orders.as_mut().expect("its input"), "{word}").expect("the shell hears");
        drop(watch);
        self.until_done();
    }

    /// Ends the server as a crash would: in the middle of everything.
    pub(crate) fn crash(&self) {
        self.order("stop");
    }

    /// Starts it again after a crash.
    pub(crate) fn recover(&self) {
        self.order("start");
    }

    /// Makes a database, and says its address.
    pub(crate) async fn create_database(&self) -> String {
        let name = format!("test_{}", Uuid::new_v4().simple());
        self.execute(format!("CREATE DATABASE {name}")).await;
        self.url(&name)
    }

    /// Cuts every connection but the one it says so by.
    pub(crate) async fn cut_connections(&self) {
        let others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        self.execute(format!("SELECT count(pg_terminate_backend(pid)) {others}")).await;
    }

    async fn execute(&self, sql: String) {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(&self.url("postgres")).await.expect("the server");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.expect("a statement");
    }

    fn url(&self, database: &str) -> String {
        let folder: String =
            url::form_urlencoded::byte_serialize(self.folder.display().to_string().as_bytes()).collect();
        format!("postgres://checkout@localhost/{database}?host={folder}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(watch) = self.watch.get_mut() {
            watch.orders = None;
            let _ = watch.shell.wait();
        }
    }
}

/// Commits reach the disk only where a test is about that: the others have no crash to survive.
fn durability() -> &'static str {
    if std::env::var_os("CHECKOUT_TEST_DURABLE").is_some() { "" } else { "-c fsync=off" }
}

/// PostgreSQL does not run as root.
fn as_nobody(folder: &Path) -> Command {
    let owned = Command::new("chown").arg("nobody").arg(folder).status();
    assert!(owned.is_ok_and(|status| status.success()), "the folder can be given away");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "sh"]);
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The folder of `initdb` and its siblings: Debian does not put it on `PATH`.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&path).collect();
    installed.chain(on_path).find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}
