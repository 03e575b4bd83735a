//! What `cargo xtask dist` made, tried where nothing else is. `cargo xtask dist` runs this at its end.
//!
//! No container engine is needed: an engine's part is to unpack what the Containerfile copies, to give it a root of its
//! own, and to say there where names are looked up. That is done here.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything on one machine may take.
const LIMIT: Duration = Duration::from_secs(20);

/// The user of the image.
const USER: &str = "65532:65532";

/// A name that is only in the root's own `/etc/hosts`, and one that only a name server knows.
const IN_THE_FILE: &str = "checkout.in-the-file.example";
const BY_DNS: &str = "checkout.by-dns.example";

/// Where the name server is that a root without another one is given.
const NAME_SERVER: &str = "127.0.0.53:53";

fn made() -> PathBuf {
    let folder =
        std::env::var_os("CHECKOUT_DIST").expect("`cargo xtask dist` runs this, and says where its artefacts are");
    PathBuf::from(folder)
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    let said = [&output.stdout[..], &output.stderr].concat();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said));
    output
}

/// The image that the Containerfile describes, unpacked.
struct Image {
    root: TempDir,
    workdir: String,
    variables: BTreeMap<String, String>,
    entrypoint: Vec<String>,
    command: Vec<String>,
}

impl Image {
    fn unpack() -> Self {
        let made = made();
        let file = fs::read_to_string(made.join("Containerfile")).expect("a Containerfile");
        let root = TempDir::new().expect("a folder");
        let mut image = Self {
            root,
            workdir: "/".to_owned(),
            variables: BTreeMap::new(),
            entrypoint: Vec::new(),
            command: Vec::new(),
        };
        fs::create_dir(image.root.path().join("dev")).expect("a folder for the devices");
        // A shell's form would need a shell.
        let words = |text: &str| -> Vec<String> { serde_json::from_str(text).expect("the form without a shell") };
        for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (instruction, rest) = line.split_once(' ').expect("an instruction");
            match instruction {
                "FROM" => assert_eq!(rest, "scratch"),
                "COPY" => image.copy(&made, rest),
                "ENV" => {
                    let (name, value) = rest.split_once('=').expect("a variable");
                    image.variables.insert(name.to_owned(), value.to_owned());
                }
                "WORKDIR" => rest.clone_into(&mut image.workdir),
                "ENTRYPOINT" => image.entrypoint = words(rest),
                "CMD" => image.command = words(rest),
                "USER" => assert_eq!(rest, USER),
                "VOLUME" | "EXPOSE" => {}
                other => panic!("{other} is not played here"),
            }
        }
        image
    }

    fn copy(&self, made: &Path, rest: &str) {
        let owner = rest.strip_prefix("--chown=").and_then(|rest| rest.split_once(' '));
        let (owner, rest) = owner.map_or((None, rest), |(owner, rest)| (Some(owner), rest));
        let (from, to) = rest.split_once(' ').expect("from and to");
        let to = self.root.path().join(to.trim_start_matches('/'));
        run(Command::new("cp").arg("-a").arg(made.join(from)).arg(&to));
        if is_root() {
            run(Command::new("chown").arg("-R").arg(owner.unwrap_or("0:0")).arg(&to));
        }
    }

    /// The image's program as an engine starts it, with the image for its root and nothing else.
    fn program(&self, arguments: &[String], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new("unshare");
        // Whoever is not root is one in a namespace of users, where the system allows it.
        let (ours, user) = match is_root() {
            true => (&[][..], format!("--userspec={USER}")),
            false => (&["--user", "--map-root-user"][..], "--groups=".to_owned()),
        };
        command.args(ours).args(["--mount", "sh", "-euc", ENGINE, "sh"]).arg(self.root.path()).arg(user);
        command.args(&self.entrypoint).args(arguments);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").envs(&self.variables);
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        command
    }

    /// Starts it as a shop beside a sandbox, and answers where both are.
    fn serve(&self) -> (Running, String, String) {
        let arguments = [&self.command[..], &["--sandbox".to_owned()]].concat();
        let ports = [("CHECKOUT_LISTEN", "127.0.0.1:0")];
        let mut command =
            self.program(&[&arguments[..], &["--sandbox-listen=127.0.0.1:0".to_owned()]].concat(), &ports);
        command.process_group(0).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        let log = BufReader::new(process.stderr.take().expect("its log"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut said = String::new();
        let mut address = |what: &str, name: &str| loop {
            let line = lines.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{NOT_STARTED} It said:\n{said}"));
            let address = line.split(&format!(" {name}=")).nth(1).and_then(|rest| rest.split(' ').next());
            if let (true, Some(address)) = (line.contains(what), address) {
                return address.to_owned();
            }
            said.push_str(&line);
            said.push('\n');
        };
        let sandbox = address("the sandbox is ready", "public_url");
        let checkout = address("the checkout is ready", "address");
        (Running { process, _log: lines }, checkout, sandbox)
    }
}

/// What an engine does before it starts a program: it gives it the devices every container has, and its own root.
const ENGINE: &str = r#"root=$1 user=$2; shift 2; mount --rbind /dev "$root/dev"; exec chroot "$user" "$root" "$@""#;

/// What is needed to give a program a root of its own.
const NOT_STARTED: &str = "It did not start. To be given a root of its own it needs root, or namespaces of users for \
                           everybody (sysctl kernel.unprivileged_userns_clone=1, \
                           kernel.apparmor_restrict_unprivileged_userns=0).";

struct Running {
    process: Child,
    /// Who hears no more would end it with the next line.
    _log: mpsc::Receiver<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn post(url: &str, body: &Value) -> Value {
    let answer = reqwest::Client::new().post(url).json(body).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.json().await.expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_sells_where_nothing_else_is() {
    let image = Image::unpack();
    // What an engine writes there before it starts anything.
    let hosts = image.root.path().join("etc/hosts");
    fs::write(hosts, format!("127.0.0.1 localhost {IN_THE_FILE}\n")).expect("written");
    fs::write(image.root.path().join("etc/resolv.conf"), "nameserver 127.0.0.53\n").expect("written");
    let (_running, checkout, sandbox) = image.serve();
    let page = reqwest::get(&checkout).await.expect("an answer").text().await.expect("a page");
    assert!(page.contains("<form") && page.contains("prod_SandboxLifetime0000001"), "{page}");
    let script = page.split("src=\"").skip(1).find_map(|rest| rest.split('"').next()).expect("a script of the page");
    let script = reqwest::get(format!("{checkout}{}", script.trim_start_matches("./"))).await.expect("an answer");
    assert!(script.status().is_success(), "the page inside is whole");
    let order = json!({"product_id": "prod_SandboxLifetime0000001", "request_id": "order_1"});
    let created = post(&format!("{checkout}api/checkouts"), &order).await;
    let id = created["checkout_id"].as_str().expect("a session");
    let paid = post(&format!("{sandbox}_sandbox/checkouts/{id}/pay"), &json!({})).await;
    let returned = paid["return_url"].as_str().expect("a returned address");
    let status = reqwest::get(returned).await.expect("an answer").text().await.expect("a page");
    assert!(status.contains(r#"data-payment-status="paid""#), "{status}");
    let kept = image.root.path().join("data/checkout.db");
    assert!(kept.is_file(), "payments are kept where the image says");

    let port = checkout.trim_end_matches('/').rsplit(':').next().expect("a port").to_owned();
    let reaches = |name: &str| {
        let to = format!("http://{name}:{port}/webhooks/creem");
        let arguments = ["trigger", "checkout.completed", "--to", &to].map(str::to_owned);
        run(&mut image.program(&arguments, &[("CREEM_WEBHOOK_SECRET", "whsec_sandbox")]));
    };
    reaches(IN_THE_FILE);
    if is_root() {
        name_server();
        reaches(BY_DNS);
    } else {
        println!("NOT TRIED: looking a name up by DNS, because only root answers at port 53");
    }
}

/// Answers every question for an address with this machine's, as long as the process lives.
fn name_server() {
    let socket = UdpSocket::bind(NAME_SERVER).expect("nobody else answers there");
    std::thread::spawn(move || {
        let mut question = [0_u8; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            let _ = socket.send_to(&answer(&question[..length]), from);
        }
    });
}

/// The answer to a question of DNS (RFC 1035, section 4): the question again, and for one of type A its address.
fn answer(question: &[u8]) -> Vec<u8> {
    const HEADER: usize = 12;
    let name = question[HEADER..].iter().position(|byte| *byte == 0).expect("a name's end");
    let end = HEADER + name + 5;
    let is_for_an_address = question[end - 4..end] == [0, 1, 0, 1];
    let mut answer = question[..end].to_vec();
    // A response without an error, to one question, with one answer or none, and nothing else.
    answer[2..HEADER].copy_from_slice(&[0x81, 0x80, 0, 1, 0, u8::from(is_for_an_address), 0, 0, 0, 0]);
    if is_for_an_address {
        // The question's name, type A of the Internet, for a minute, four bytes.
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend(Ipv4Addr::LOCALHOST.octets());
    }
    answer
}

#[test]
fn what_is_inside_is_listed_as_cyclonedx_lists_it() {
    let list = made().join("creem-checkout.cdx.json");
    let code = "import sys\n\
                from cyclonedx.schema import SchemaVersion\n\
                from cyclonedx.validation.json import JsonStrictValidator\n\
                problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())\n\
                sys.exit(problem and str(problem.data))";
    let mut validator = Command::new("python3");
    validator.args(["-c", code]).arg(&list).env("PYTHONPATH", "python_modules");
    run(validator.current_dir(env!("CARGO_MANIFEST_DIR")));
    let list: Value = serde_json::from_slice(&fs::read(list).expect("a list")).expect("JSON");
    let licences = fs::read_to_string(made().join("THIRD-PARTY-LICENSES.txt")).expect("licences");
    let components = list["components"].as_array().expect("components");
    assert!(components.len() > 100, "{} components", components.len());
    for component in components.iter().filter(|component| component["purl"].is_string()) {
        let [name, version] = ["name", "version"].map(|field| component[field].as_str().expect("a text"));
        assert!(licences.contains(&format!("\n{name} {version}: ")), "{name} {version} has no licence");
    }
}

#[test]
fn every_file_is_what_its_checksum_says() {
    let checked = run(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(made()));
    let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
    for file in ["creem-checkout", "Containerfile", "image/creem-checkout", "creem-checkout.cdx.json"] {
        assert!(checked.lines().any(|line| line == format!("{file}: OK")), "{file} is not among\n{checked}");
    }
}

#[test]
fn manual_and_completions_are_of_this_program() {
    let completions = made().join("completions/creem-checkout.bash");
    let asked = "source \"$1\"; COMP_WORDS=(creem-checkout re); COMP_CWORD=1; _creem__checkout creem-checkout re creem-checkout; \
                 echo \"${COMPREPLY[@]}\"";
    let completed = run(Command::new("bash").args(["-c", asked, "bash"]).arg(completions));
    assert_eq!(String::from_utf8_lossy(&completed.stdout).trim(), "reconcile replay");
    let manual = fs::read_to_string(made().join("man/creem-checkout-serve.1")).expect("a page");
    assert!(manual.contains(".TH") && manual.contains("CHECKOUT_PUBLIC_URL"), "no variables in {manual}");
}
