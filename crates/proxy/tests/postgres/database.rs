//! PostgreSQL: a real server from the system's package, in a temporary folder, with a database for each test.
//!
//! A shell watches over the server: it reads from this process, and stops the server when there is nothing left to
//! read, however this process ended.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tokio::sync::OnceCell;
use uuid::Uuid;

/// A database on the server, which goes with it.
pub(crate) struct Database(String);

impl Database {
    pub(crate) async fn create() -> Self {
        let server = SERVER.get_or_init(|| async { Server::start() }).await;
        let name = format!("test_{}", Uuid::new_v4().simple());
        sqlx::any::install_default_drivers();
        let admin = server.url("postgres");
        let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&admin).await.expect("the server");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create).execute(&mut connection).await.expect("a database");
        Self(server.url(&name))
    }

    pub(crate) fn url(&self) -> String {
        self.0.clone()
    }
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

struct Server {
    folder: PathBuf,
    // The shell ends the server when this process no longer holds the other end of its input.
    _watch: Child,
}

/// Ready, then waits for the end of its input.
const WATCH: &str = r#"
set -e
"$1/initdb" --pgdata="$2/data" --username=checkout --auth=trust --no-sync --encoding=UTF8 >"$2/log" 2>&1
"$1/pg_ctl" start --wait --pgdata="$2/data" --log="$2/log" \
    --options="-c listen_addresses= -c unix_socket_directories=$2 -c max_connections=400 $3" >>"$2/log" 2>&1
echo ready
cat >/dev/null
"$1/pg_ctl" stop --pgdata="$2/data" --mode=immediate >>"$2/log" 2>&1
rm -rf "$2"
"#;

impl Server {
    fn start() -> Self {
        let programs = programs().expect("PostgreSQL is installed: apt-get install postgresql");
        let folder = std::env::temp_dir().join(format!("checkout-pg-{}", &Uuid::new_v4().simple().to_string()[..8]));
        std::fs::create_dir(&folder).expect("a folder");
        let mut command = if is_root() { as_nobody(&folder) } else { Command::new("sh") };
        command.arg("-c").arg(WATCH).arg("watch").arg(programs).arg(&folder).arg(durability());
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut line = String::new();
        let _ = BufReader::new(shell.stdout.take().expect("its output")).read_line(&mut line);
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(line, "ready\n", "PostgreSQL did not start: {}", log());
        Self { folder, _watch: shell }
    }

    fn url(&self, database: &str) -> String {
        let folder: String =
            url::form_urlencoded::byte_serialize(self.folder.display().to_string().as_bytes()).collect();
        format!("postgres://checkout@localhost/{database}?host={folder}")
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
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&path).collect();
    installed.chain(on_path).find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}
