//! A reader's shell: a folder of their own, the program on `PATH`, and the variables they have set so far.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use url::Url;

use crate::guide::{Snippet, root};

/// How long a program may take until it serves.
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct Shell {
    folder: TempDir,
    variables: BTreeMap<String, String>,
}

impl Shell {
    pub(crate) fn open() -> Self {
        // What `cargo xtask dist` made, where that is asked for.
        let programs = std::env::var_os("CHECKOUT_DIST").map_or_else(programs, PathBuf::from);
        let path = std::env::var("PATH").expect("a PATH");
        let path = format!("{}:{path}", programs.display());
        let variables = BTreeMap::from([("PATH".to_owned(), path)]);
        Self { folder: TempDir::new().expect("a folder"), variables }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Runs a snippet that exports variables, and keeps them.
    pub(crate) fn export(&mut self, snippet: &Snippet) {
        for line in self.run(&format!("{}\nenv", snippet.code)).lines() {
            if let Some((name, value)) = line.split_once('=') {
                self.set(name, value);
            }
        }
    }

    /// Runs a command to its end, which must be a good one, and answers what it printed.
    pub(crate) fn run(&self, command: &str) -> String {
        self.finish(self.command("sh", &["-euc", command]), "")
    }

    /// Runs a program in a guide's language and answers what it printed.
    ///
    /// It runs beside the installed packages, as a merchant's program does.
    pub(crate) fn speak(&self, snippet: &Snippet) -> String {
        let (program, arguments): (&str, &[&str]) = match snippet.language.as_str() {
            "js" => ("node", &["--input-type=module", "-"]),
            "python" => (python(), &["-"]),
            "php" => ("php", &[]),
            "ruby" => ("ruby", &["-"]),
            other => panic!("nothing runs {other}"),
        };
        let mut command = self.command(program, arguments);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        self.finish(command, &snippet.code)
    }

    /// Starts a command that serves until it is dropped.
    pub(crate) fn serve(&self, command: &str) -> Serving {
        let mut command = self.command("sh", &["-euc", command]);
        // The shell and what it starts end together.
        let mut process = command.process_group(0).stdout(Stdio::null()).spawn().expect("a shell");
        let log = BufReader::new(process.stderr.take().expect("its log"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Serving { process, lines }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env_clear().envs(&self.variables);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn finish(&self, mut command: Command, input: &str) -> String {
        let program = command.get_program().to_string_lossy().into_owned();
        let started = command.stdin(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{program}: {error}; `cargo xtask test` installs it"));
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("read by it");
        let output = child.wait_with_output().expect("its end");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{program}: {told}\n{}", String::from_utf8_lossy(&output.stderr));
        told
    }
}

/// A program that serves, ended with all it started when the test is.
pub(crate) struct Serving {
    process: Child,
    lines: mpsc::Receiver<String>,
}

impl Serving {
    /// Waits until it says that something is ready, and answers the address it gives by a name.
    pub(crate) fn ready(&self, what: &str, name: &str) -> Url {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{what}? It said:\n{said}"));
            let address = line.split(&format!(" {name}=")).nth(1).and_then(|rest| rest.split(' ').next());
            if let (true, Some(address)) = (line.contains(what), address) {
                return address.parse().expect("an address");
            }
            said.push_str(&line);
            said.push('\n');
        }
    }
}

impl Serving {
    /// Waits until it says a word.
    pub(crate) fn until(&self, word: &str) {
        let mut said = String::new();
        while !said.contains(word) {
            let line = self.lines.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("no {word}? It said:\n{said}"));
            said.push_str(&line);
            said.push('\n');
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}

/// What runs a program that is given as its last argument.
pub(crate) fn program_of(language: &str) -> (&'static str, &'static [&'static str]) {
    match language {
        "js" => ("node", &["--input-type=module", "--eval"]),
        "python" => ("python3", &["-c"]),
        other => panic!("nothing runs {other}"),
    }
}

/// The Python that has the library: Debian installs it for its own, which may not be the first on `PATH`.
fn python() -> &'static str {
    let has_library = |python: &&str| {
        let imported = Command::new(python).args(["-c", "import jwt"]).stderr(Stdio::null()).status();
        imported.is_ok_and(|status| status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has_library);
    found.expect("a Python with PyJWT; `cargo xtask test` installs it")
}

/// Where the built programs are, of which `creem-checkout` must not be older than its sources.
fn programs() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_sign-intent")).parent().expect("a folder").to_path_buf();
    let built = fs::metadata(folder.join("creem-checkout")).and_then(|program| program.modified());
    let sources = ["src", "crates/wire/src", "crates/creem/src", "crates/proxy/src", "crates/sandbox/src"];
    let changed = sources.iter().map(|folder| newest(&root().join(folder))).max().expect("sources");
    assert!(built.is_ok_and(|built| built >= changed), "creem-checkout is not built: cargo build --package proxy");
    folder
}

fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let times = entries.map(|entry| match entry.file_type().expect("a type").is_dir() {
        true => newest(&entry.path()),
        false => entry.metadata().and_then(|file| file.modified()).expect("a time"),
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}
